"""What a review says: the comment, the job's summary, and the line beside the commit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cardgen.errors import ComparisonError
from cardgen.review.diff.change import Comparison
from cardgen.review.diff.formats.github_text import code, cut, inline, size
from cardgen.review.diff.formats.markdown import COMMENT_SIZE, as_markdown
from cardgen.review.diff.formats.told import Decided, Opened, Told, counted, tell, undecided
from cardgen.review.github.status import State

SUMMARY_SIZE = 1_000_000
"""Bytes of a step's summary; GitHub shows 1 MiB, and nothing of one that is longer."""
_CHECK_SIZE = 10_000
"""Bytes that what the check found may take."""
_MESSAGE = 500
"""Characters of one of its lines."""

_NOT_COMPARED = "nothing could be compared"
_FAULTS = 20
"""Lines of what kept it from being compared."""


@dataclass(frozen=True)
class CardCheck:
    """What ``cardgen check`` says of one card."""

    name: str
    faults: tuple[str, ...]
    """What is wrong, a sentence each; empty where the card is fine."""


@dataclass(frozen=True)
class Review:
    """All that was found on a pull request."""

    comparisons: tuple[Comparison, ...]
    checks: tuple[CardCheck, ...]
    base: str
    """The commit that was compared with."""
    decided: Decided = undecided
    is_open: Opened | None = None
    """Which changes are open; without, the breaking ones that nobody has accepted."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it was compared."""
    error: str | None = None
    """Why nothing could be compared, where it could not."""

    @cached_property
    def told(self) -> Told:
        """The changes in words."""
        return tell(self.comparisons, self.decided, self.is_open)

    @property
    def faulty(self) -> tuple[CardCheck, ...]:
        """The cards that fail their check."""
        return tuple(check for check in self.checks if check.faults)

    @property
    def open(self) -> int:
        """How many breaking changes nobody has accepted, and cards that could not be compared."""
        return self.told.open

    @property
    def says_something(self) -> bool:
        """Whether there is a change or a fault."""
        return bool(self.faulty or self.told.cards) or self.error is not None

    @property
    def state(self) -> State:
        """Whether it may be merged."""
        return "failure" if self.exit_code else "success"

    @property
    def exit_code(self) -> int:
        """3 where something could not be compared, over 1 where a change is open or a card fails its check."""
        if self.error is not None or any(card.error is not None for card in self.told.cards):
            return ComparisonError.exit_code
        return 1 if self.faulty or self.open else 0

    @property
    def line(self) -> str:
        """The outcome in a few words."""
        undecided_on = f"{self.open} open" if self.open else ""
        checked = f"{len(self.faulty)} of {counted(len(self.checks), 'card')} fail the check" if self.faulty else ""
        changed = self.told.title if self.error is None else _NOT_COMPARED
        return "; ".join(part for part in (checked, undecided_on, changed) if part)

    def text(self, most: int = COMMENT_SIZE) -> str:
        """The review as Markdown for GitHub.

        Args:
            most: bytes of UTF-8 that it may take.
        """
        check = self._check()
        notes = "".join(f"\n> {inline(cut(note, _MESSAGE))}\n" for note in self.notes)
        return f"{self._changes(most - size(check) - size(notes))}{notes}{check}"

    def _changes(self, most: int) -> str:
        if self.error is not None:
            faults = "\n".join(f"- {inline(cut(line, _MESSAGE))}" for line in self.error.splitlines()[:_FAULTS])
            return f"### {_NOT_COMPARED}\n\n{faults}\n"
        rest = f"cardgen diff --base {self.base[:12]}"
        return as_markdown(self.comparisons, self.decided, self.is_open, rest=rest, most=most)

    def _check(self) -> str:
        if not self.checks:
            return ""
        if not self.faulty:
            one = len(self.checks) == 1
            says = "it says what its evidence says" if one else "they say what their evidence says"
            return f"\n{counted(len(self.checks), 'card')} checked: {says}.\n"
        lines = ["", "#### Check", ""]
        used = 0
        for number, (check, fault) in enumerate(pairs := [(each, one) for each in self.faulty for one in each.faults]):
            line = f"- {code(cut(check.name, 80))}: {inline(cut(fault, _MESSAGE))}"
            used += size(line) + 1
            if used > _CHECK_SIZE:
                lines.append(f"- and {len(pairs) - number} more, which {code('cardgen check')} tells")
                break
            lines.append(line)
        return "\n".join(lines) + "\n"
