"""Everything that is looked at for a pull request: what differs between two commits, and the check of the checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import ComparisonError, EvidenceError, ManifestError, ProblemsError, shown
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.review.check.many import Checked, check_all, shared_out
from cardgen.review.decisions.since import CardReview, review_since
from cardgen.review.github.event import Event
from cardgen.review.github.history import common_ancestor
from cardgen.review.github.report import CardCheck, Review
from cardgen.review.preview.changes import Since, changes_of
from cardgen.review.preview.view import CardView, card_view

_SHOWN = 12
"""Digits of a commit that people are shown; enough to tell it from all others."""


@dataclass(frozen=True)
class Reviewed:
    """A review, and where its cards are from."""

    review: Review
    manifests: dict[str, Path]
    """A card's name to its manifest, from the working directory, for those that there are."""
    cards: tuple[CardView, ...]
    """The cards of the checkout, as the Hub would show them."""
    since: Since
    """What is shown beside them."""


def review_of(event: Event, say: Callable[[str], None]) -> Reviewed:
    """Compare the two commits of an event, and check the cards of the checkout.

    Where nothing can be compared, the review says why: nobody is to take an older one for that of these commits.

    Args:
        event: what is reviewed.
        say: hears what a reader should know of how it was compared.
    """
    notes: list[str] = []
    paths = sorted(Path("manifests").glob("*.yaml"))
    with shared_out(len(paths)) as share:
        loaded = list(share(_loaded, paths))
        sound = [manifest for manifest in loaded if isinstance(manifest, LoadedManifest)]
        checks = tuple(_checks(paths, loaded, check_all(sound, share)))
        cards = tuple(share(card_view, sound))
    try:
        base = common_ancestor(Path(), event, notes.append)
        found = review_since(f"{base[:_SHOWN]}..{event.head[:_SHOWN]}")
    except (ComparisonError, ProblemsError) as error:
        say(str(error))
        failed = Review((), checks, event.base, error=str(error), notes=tuple(notes))
        return Reviewed(failed, {}, cards, Since(event.base[:_SHOWN], {}, (), str(error)))
    notes += [note for card in found.cards for note in _outdated(card)]
    for note in notes:
        say(note)
    by_name = {card.comparison.name: card for card in found.cards}
    review = Review(
        found.comparisons,
        checks,
        base,
        decided=found.verdict,
        is_open=lambda name, change: by_name[name].is_open(change),
        notes=tuple(notes),
    )
    places = {name: card.state.path for name, card in by_name.items() if card.state is not None}
    manifests = {name: path for name, path in places.items() if path is not None}
    return Reviewed(review, manifests, cards, changes_of(found, base[:_SHOWN]))


def _outdated(card: CardReview) -> Iterator[str]:
    for fingerprint in card.outdated:
        what = card.decisions.by_fingerprint[fingerprint].change
        yield f"{card.decisions.file}: {fingerprint} is on a change that is not there any more: {what}"


def _checks(
    paths: Sequence[Path], loaded: Sequence[LoadedManifest | ManifestError], reports: Iterator[Checked]
) -> Iterator[CardCheck]:
    for path, manifest in zip(paths, loaded, strict=True):
        if isinstance(manifest, ManifestError):
            yield CardCheck(path.stem, tuple(str(problem) for problem in manifest.problems))
            continue
        report = next(reports)
        if isinstance(report, EvidenceError):
            yield CardCheck(path.stem, tuple(str(problem) for problem in report.problems))
        else:
            faults = (f"{shown(path)}: {found.told}. {found.remedy}" for found in report.findings)
            yield CardCheck(report.name, tuple(faults))


def _loaded(path: Path) -> LoadedManifest | ManifestError:
    try:
        return load_manifest(path)
    except ManifestError as error:
        return error
