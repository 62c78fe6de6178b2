"""Everything that is looked at for a pull request: what differs between two commits, and the check of the checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import EvidenceError, ManifestError, shown
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.review.check.many import check_all, shared_out
from cardgen.review.diff.change import Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.diff.formats.told import undecided
from cardgen.review.github.event import Event
from cardgen.review.github.history import common_ancestor
from cardgen.review.github.report import CardCheck, Review
from cardgen.review.sides.between import Pair, between


@dataclass(frozen=True)
class Reviewed:
    """A review, and where its cards are from."""

    review: Review
    manifests: dict[str, Path]
    """A card's name to its manifest, from the working directory, for those that there are."""


def review_of(event: Event, say: Callable[[str], None]) -> Reviewed:
    """Compare the two commits of an event, and check the cards of the checkout.

    Args:
        event: what is reviewed.
        say: hears what a reader should know of how it was compared.

    Raises:
        ComparisonError: where git does not give the commits.
    """
    notes: list[str] = []
    base = common_ancestor(Path(), event, notes.append)
    for note in notes:
        say(note)
    with between(f"{base}..{event.head}") as found:
        pairs = list(found.pairs())
    comparisons = tuple(_comparison(pair) for pair in pairs)
    manifests = {pair.name: pair.new.path for pair in pairs if pair.new is not None and pair.new.path is not None}
    checks = tuple(_checks(sorted(Path("manifests").glob("*.yaml"))))
    return Reviewed(Review(comparisons, undecided, checks, base, tuple(notes)), manifests)


def _comparison(pair: Pair) -> Comparison:
    if pair.error is not None:
        return Comparison(pair.name, pair.old_label, pair.new_label, (), str(pair.error))
    return compare(pair.old, pair.new)


def _checks(paths: Sequence[Path]) -> Iterator[CardCheck]:
    with shared_out(len(paths)) as share:
        loaded = list(share(_loaded, paths))
        sound = [manifest for manifest in loaded if isinstance(manifest, LoadedManifest)]
        reports = check_all(sound, share)
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
