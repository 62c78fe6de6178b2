"""What is to be reviewed since a commit: the cards that differ, judged by the project's settings and decisions.

The settings are those of the commit: a change that makes them milder does not wave itself through, and is told as every
other change is. The decisions are those of now: they are committed with what they are about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from cardgen.errors import DecisionsError, Problem, SettingsError
from cardgen.review.decisions.decision import Decisions, Verdict
from cardgen.review.decisions.file import FOLDER, decisions_path, read_decisions
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.settings import FILES, FailOn, Settings, read_settings
from cardgen.review.settings_changes import settings_changes
from cardgen.review.sides.between import Between, Pair, between
from cardgen.review.sides.files import Commit
from cardgen.review.state import State

FAILED = 3
"""Exit code where two states could not be compared: that is never the same as no changes."""


@dataclass(frozen=True)
class CardReview:
    """One card: what changed, and what was decided on it."""

    comparison: Comparison
    settings: Settings
    decisions: Decisions
    path: Path
    """Where the decisions stand, or are to be written."""
    before: Decisions
    """What was decided before already."""
    state: State | None = None
    """The card now, but for its content, of which many would fill the memory; ``None`` where it is gone, or no card."""
    state_before: State | None = None
    """The card as it was; ``None`` where it is new, or was no card."""

    def verdict(self, change: Change) -> Verdict | None:
        """What was decided on a change."""
        return self.decisions.verdict(change.fingerprint)

    def is_open(self, change: Change) -> bool:
        """Whether a change fails the review as it is: undecided and bad enough, or rejected."""
        return self._fails(change, self.decisions)

    def leaves_open(self, decisions: Decisions) -> bool:
        """Whether anything would fail the review with these decisions."""
        return self.comparison.error is not None or any(
            self._fails(change, decisions) for change in self.comparison.changes
        )

    @property
    def outdated(self) -> tuple[str, ...]:
        """Fingerprints of decisions that came with this change and are on nothing that is there now."""
        if self.comparison.error is not None:
            return ()
        there = {change.fingerprint for change in self.comparison.changes}
        known = self.before.by_fingerprint
        return tuple(key for key in self.decisions.by_fingerprint if key not in there and key not in known)

    def _fails(self, change: Change, decisions: Decisions) -> bool:
        verdict = decisions.verdict(change.fingerprint)
        if self.settings.fail_on == "never":
            return False
        return verdict == "rejected" or (verdict is None and self.settings.fails(change))


@dataclass(frozen=True)
class Review:
    """All that is to be reviewed."""

    base: str
    """The commit that was compared with, as hex digits."""
    cards: tuple[CardReview, ...]
    of_working_tree: bool
    """Whether it is the files here that were compared, and not another commit."""

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Of each card."""
        return tuple(card.comparison for card in self.cards)

    @cached_property
    def _by_name(self) -> dict[str, CardReview]:
        return {card.comparison.name: card for card in self.cards}

    def verdict(self, name: str, change: Change) -> Verdict | None:
        """What was decided on a change of the card of a name; ``None`` while nothing was."""
        return self._by_name[name].verdict(change)

    def is_open(self, name: str, change: Change) -> bool:
        """Whether a change of the card of a name fails the review as it is."""
        return self._by_name[name].is_open(change)

    def failing_on(self, fail_on: FailOn) -> Review:
        """The same, where another severity fails than the settings say."""
        cards = (replace(card, settings=replace(card.settings, fail_on=fail_on)) for card in self.cards)
        return replace(self, cards=tuple(cards))

    @property
    def exit_code(self) -> int:
        """3 where something could not be compared, over 1 where a change is open, over 0."""
        if any(card.comparison.error is not None for card in self.cards):
            return FAILED
        return 1 if any(card.is_open(change) for card in self.cards for change in card.comparison.changes) else 0


def review_since(base: str, only: Collection[Path] = ()) -> Review:
    """Compare every card that differs, and look up what was decided.

    Args:
        base: as for :func:`cardgen.review.sides.between.between`.
        only: manifests to look at; by default all.

    Raises:
        ComparisonError: where git does not know the commits, or there is no repository.
        SettingsError: where the settings are faulty as they are now.
        DecisionsError: where files with decisions are faulty; with everything that is wrong in any of them.
    """
    with between(base) as states:
        return _Reviewing(states).review(only)


class _Reviewing:
    def __init__(self, states: Between) -> None:
        self._states = states
        self._settings: dict[Path, Settings] = {}
        self._problems: list[Problem] = []

    def review(self, only: Collection[Path]) -> Review:
        cards = [self._card(pair) for pair in self._states.pairs(only)]
        if not only:
            cards += self._changed_settings()
            cards += self._decided_alone({card.path for card in cards})
        if self._problems:
            raise DecisionsError(tuple(self._problems))
        here = not isinstance(self._states.new, Commit)
        return Review(self._states.old.commit, tuple(self._with_names(cards)), here)

    def _card(self, pair: Pair) -> CardReview:
        settings = self._settings_before(pair.root)
        if pair.error is None:
            comparison = compare(pair.old, pair.new, settings.severities)
        else:
            comparison = Comparison(pair.name, pair.old_label, pair.new_label, (), str(pair.error))
        return self._decided(comparison, settings, pair.root, pair.new, pair.old)

    def _decided(
        self,
        comparison: Comparison,
        settings: Settings,
        root: Path,
        state: State | None = None,
        state_before: State | None = None,
    ) -> CardReview:
        path = decisions_path(root, comparison.name)
        try:
            now = read_decisions(self._states.new, path)
        except DecisionsError as error:
            self._problems += error.problems
            now = Decisions(self._states.new.label(path))
        try:
            before = read_decisions(self._states.old, path)
        except DecisionsError:  # what was wrong before is no matter, once it is mended
            before = Decisions(self._states.old.label(path))
        return CardReview(comparison, settings, now, path, before, state, state_before)

    def _settings_before(self, root: Path) -> Settings:
        if root not in self._settings:
            try:
                self._settings[root] = read_settings(self._states.old, root)
            except SettingsError:  # told once, beside the cards
                self._settings[root] = Settings()
        return self._settings[root]

    def _changed_settings(self) -> Iterator[CardReview]:
        """The settings of each project, where they are others."""
        files = self._states.changed(lambda path: PurePosixPath(path).name in FILES)
        for root in dict.fromkeys(path.parent for path in files):
            now = read_settings(self._states.new, root)
            file = next((path for path in files if path.parent == root and self._states.new.is_file(path)), None)
            shown = file or next(path for path in files if path.parent == root)
            labels = self._states.old.label(shown), self._states.new.label(shown)
            try:
                changes = settings_changes(read_settings(self._states.old, root), now)
                comparison = Comparison(shown.name, *labels, changes)
            except SettingsError as error:
                comparison = Comparison(shown.name, *labels, (), str(error))
            if comparison.changes or comparison.error is not None:
                yield self._decided(comparison, self._settings_before(root), root)

    def _decided_alone(self, known: Collection[Path]) -> Iterator[CardReview]:
        """Cards on which somebody decided, and of which nothing changed."""
        for path in self._states.changed(_holds_decisions):
            root = path.parent.parent
            is_projects = self._states.new.project_root(root / "manifest.yaml") == root
            if path in known or not is_projects or not self._states.new.is_file(path):
                continue
            label = self._states.new.label(path)
            card = self._decided(Comparison(path.stem, label, label, ()), self._settings_before(root), root)
            if card.outdated:
                yield card

    def _with_names(self, cards: Sequence[CardReview]) -> Iterator[CardReview]:
        """The cards by names that are each one's own, also where two projects have one of the same."""
        count = Counter(card.comparison.name for card in cards)
        for card in cards:
            name = card.comparison.name
            if count[name] > 1:
                name = f"{self._states.repository.path_of(card.path.parent.parent)}/{name}".removeprefix("./")
            yield replace(card, comparison=replace(card.comparison, name=name))


def _holds_decisions(path: str) -> bool:
    place = PurePosixPath(path)
    return place.parent.name == FOLDER and place.suffix == ".yaml"
