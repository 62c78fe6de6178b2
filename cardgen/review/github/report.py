"""What a review says: the comment, the job's summary, and the line beside the commit."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen.review.diff.change import Comparison
from cardgen.review.diff.formats.github_text import code, cut, inline, size
from cardgen.review.diff.formats.markdown import COMMENT_SIZE, as_markdown
from cardgen.review.diff.formats.told import Decided, counted, tell
from cardgen.review.github.status import State

SUMMARY_SIZE = 1_000_000
"""Bytes of a step's summary; GitHub shows 1 MiB, and nothing of one that is longer."""
_CHECK_SIZE = 10_000
"""Bytes that what the check found may take."""
_MESSAGE = 500
"""Characters of one of its lines."""


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
    decided: Decided
    checks: tuple[CardCheck, ...]
    base: str
    """The commit that was compared with."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it was compared."""

    @property
    def faulty(self) -> tuple[CardCheck, ...]:
        """The cards that fail their check."""
        return tuple(check for check in self.checks if check.faults)

    @property
    def open(self) -> int:
        """How many breaking changes nobody has accepted, and cards that could not be compared."""
        return tell(self.comparisons, self.decided).open

    @property
    def says_something(self) -> bool:
        """Whether there is a change or a fault."""
        return bool(self.faulty) or any(each.changes or each.error is not None for each in self.comparisons)

    @property
    def state(self) -> State:
        """Whether it may be merged."""
        return "failure" if self.faulty or self.open else "success"

    @property
    def line(self) -> str:
        """The outcome in a few words."""
        told = tell(self.comparisons, self.decided).title
        undecided = f"{self.open} open" if self.open else ""
        checked = f"{len(self.faulty)} of {counted(len(self.checks), 'card')} fail the check" if self.faulty else ""
        return "; ".join(part for part in (checked, undecided, told) if part)

    def text(self, most: int = COMMENT_SIZE) -> str:
        """The review as Markdown for GitHub.

        Args:
            most: bytes of UTF-8 that it may take.
        """
        check = self._check()
        notes = "".join(f"\n> {inline(cut(note, _MESSAGE))}\n" for note in self.notes)
        rest = f"cardgen diff --base {self.base[:12]}"
        changes = as_markdown(self.comparisons, self.decided, rest=rest, most=most - size(check) - size(notes))
        return f"{changes}{notes}{check}"

    def _check(self) -> str:
        if not self.checks:
            return ""
        if not self.faulty:
            return f"\n{counted(len(self.checks), 'card')} checked: what they say is what their evidence says.\n"
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
