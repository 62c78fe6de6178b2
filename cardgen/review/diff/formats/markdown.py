"""What changed as one comment of a pull request: the figures first, then what is breaking, and all else folded.

GitHub takes 65,536 characters. What does not fit is left out from the end, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cardgen.card.words.markdown import Markdown, folded, table
from cardgen.review.diff.change import SEVERITIES, Comparison, Severity
from cardgen.review.diff.formats.github_text import code, cut, in_html, inline, size
from cardgen.review.diff.formats.told import Decided, Opened, Told, ToldCard, ToldChange, counted, tell
from cardgen.review.diff.formats.told import undecided as nothing_decided
from cardgen.review.diff.words import counts

COMMENT_SIZE = 65_000
"""Bytes of UTF-8 that a comment takes at most; GitHub counts characters, and refuses the 65,537th."""
_TABLE_SHARE, _BREAKING_SHARE = 0.4, 0.75
"""Up to which share of the size the table may go, and what is breaking after it, where there is too much of all."""
_END_SIZE = 1_000
"""Bytes that are kept for what stands at the end."""
_HEADLINE, _SENTENCE, _NAME = 300, 600, 80
"""Characters of a card's headline, of a change and of a name; what is longer is cut."""
_HEADER = ("card", "what changed", "breaking", "notable", "notes", "open")
_MARK: dict[str, str] = {"accepted": "accepted", "rejected": "**rejected**"}


def as_markdown(
    comparisons: Sequence[Comparison],
    decided: Decided = nothing_decided,
    is_open: Opened | None = None,
    *,
    rest: str = "cardgen diff",
    most: int = COMMENT_SIZE,
) -> str:
    """The comment.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
        is_open: which of them are open; without, the breaking ones that nobody has accepted.
        rest: the command that shows all of it.
        most: bytes of UTF-8 that it may take.
    """
    told = tell(comparisons, decided, is_open)
    return _Comment(told, rest, most).text()


class _Comment:
    """Takes one part after another, as long as there is room for it."""

    def __init__(self, told: Told, rest: str, most: int) -> None:
        self._told = told
        self._rest = rest
        self._most = most - _END_SIZE
        self._blocks: list[str] = []
        self._size = 0
        self._shown: set[int] = set()
        """Changes that stand in it, by identity."""

    def text(self) -> str:
        """All of it."""
        self._add(f"### {inline(self._told.title)}")
        if self._told.cards:
            self._headlines()
            self._failures()
            self._breaking()
            self._details()
        self._end()
        return "\n\n".join(self._blocks) + "\n"

    def _headlines(self) -> None:
        rows = [_row(card) for card in self._told.cards]
        empty = size(table(map(Markdown, _HEADER), [], "llrrrr"))
        fitting = self._fitting(rows, int(self._most * _TABLE_SHARE), self._size + empty)
        self._add(table(map(Markdown, _HEADER), rows[:fitting], "llrrrr"))
        if left := self._told.cards[fitting:]:
            self._add(
                f"And {counted(len(left), 'more card')}: {_counts(each for card in left for each in card.changes)}."
            )

    def _failures(self) -> None:
        failed = [card for card in self._told.cards if card.error is not None]
        lines = [f"- **{_name(card)}**: {inline(cut(card.error or '', _SENTENCE))}" for card in failed]
        self._listed("#### Not compared", lines, _TABLE_SHARE + 0.1, "that could not be compared")

    def _breaking(self) -> None:
        first = [(card, told) for card in self._told.cards for told in card.changes if _comes_first(told)]
        first.sort(key=lambda pair: not pair[1].is_open)
        lines = [f"- **{_name(card)}** {_sentence(told)}" for card, told in first]
        heading, what = "#### Breaking", "breaking"
        if any(told.severity != "breaking" for _card, told in first):
            heading, what = "#### Breaking, or open", "that are breaking, or open"
        fitting = self._listed(heading, lines, _BREAKING_SHARE, what)
        self._shown.update(id(told) for _card, told in first[:fitting])

    def _listed(self, heading: str, lines: Sequence[str], share: float, what: str) -> int:
        """A heading and as many lines as fit, and how many do."""
        if not lines:
            return 0
        fitting = self._fitting(((line,) for line in lines), int(self._most * share), self._size + size(heading) + 4)
        left = [f"- and {len(lines) - fitting} more {what}"] if fitting < len(lines) else []
        self._add("\n".join((f"{heading}\n", *lines[:fitting], *left)))
        return fitting

    def _details(self) -> None:
        for card in self._told.cards:
            left = [told for told in card.changes if not _comes_first(told)]
            if left and not self._detail(card, left):
                return

    def _detail(self, card: ToldCard, changes: Sequence[ToldChange]) -> bool:
        """A card's block with as many changes as fit; whether all did."""
        summary = f"<b>{in_html(cut(card.name, _NAME))}</b>: {_counts(changes)}"
        lines = [f"- {_sentence(told)}" for told in changes]
        around = size(folded(Markdown(""), summary=summary)) + 100
        fitting = self._fitting(((line,) for line in lines), self._most, self._size + around)
        if fitting:
            left = [f"- and {len(lines) - fitting} more"] if fitting < len(lines) else []
            self._add(folded(Markdown("\n".join((*lines[:fitting], *left))), summary=summary))
            self._shown.update(id(told) for told in changes[:fitting])
        return fitting == len(lines)

    def _end(self) -> None:
        every = [told for card in self._told.cards for told in card.changes]
        hidden = [told for told in every if id(told) not in self._shown]
        command = code(cut(self._rest, _HEADLINE))
        if hidden:
            self._add(
                f"**{counted(len(hidden), 'change')} did not fit here** ({_counts(hidden)}). "
                f"{command} shows all of them."
            )
        if any(told.is_open for told in every):
            decide = code('cardgen review accept FINGERPRINT --reason "…"')
            self._add(f"To let an open change stand: {decide}, and commit the file that it writes.")

    def _fitting(self, parts: Iterable[Iterable[str]], most: int, used: int) -> int:
        """How many parts fit where ``used`` bytes are used already."""
        fitting = 0
        for part in parts:
            used += sum(size(text) + 3 for text in part) + 2
            if used > most:
                break
            fitting += 1
        return fitting

    def _add(self, block: str) -> None:
        self._blocks.append(block)
        self._size += size(block) + 2


def _comes_first(told: ToldChange) -> bool:
    return told.severity == "breaking" or told.is_open


def _row(card: ToldCard) -> list[Markdown]:
    counts = [_count(card, severity) for severity in SEVERITIES]
    return [_name(card), inline(cut(card.figures, _HEADLINE)), *counts, Markdown(card.open or "")]


def _count(card: ToldCard, severity: Severity) -> Markdown:
    number = card.count(severity)
    return Markdown((f"**{number}**" if severity == "breaking" else number) if number else "")


def _counts(changes: Iterable[ToldChange]) -> str:
    return counts(tuple(told.change for told in changes))


def _name(card: ToldCard) -> Markdown:
    return inline(cut(card.name, _NAME))


def _sentence(told: ToldChange) -> str:
    words = f"{inline(cut(told.text, _SENTENCE))} ({code(told.change.fingerprint)}{_verdict(told)})"
    return f"{code(cut(told.change.place, _NAME))}: {words}"


def _verdict(told: ToldChange) -> str:
    return f", {_MARK[told.verdict]}" if told.verdict else ""
