"""What changed, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from cardgen.hidden import show_hidden
from cardgen.review.diff.change import Comparison, Severity
from cardgen.review.diff.formats.told import Decided, ToldCard, ToldChange, tell, undecided
from cardgen.review.diff.prose import word_edits

_STYLES: Final[dict[Severity, str]] = {"breaking": "bold red", "notable": "yellow", "note": "dim"}
_INDENT: Final = 2
_HANGING: Final = 25
"""Where a sentence begins, so that severities and fingerprints stand in columns of their own."""
_NARROWEST: Final = 50
WIDTH: Final = 100
"""Columns of what is no terminal."""


def as_text(
    comparisons: Sequence[Comparison], decided: Decided = undecided, *, width: int = WIDTH, colour: bool = False
) -> str:
    """Every card with its changes, the worst first, and how many there are.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
        width: columns to wrap at.
        colour: whether severities are coloured, by escape codes; without, they are words alone.
    """
    told = tell(comparisons, decided)
    output = StringIO()
    console = Console(
        file=output,
        width=max(width, _NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for card in told.cards:
        _print_card(console, card)
    console.print(Text(told.title, style="bold"))
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


def _print_card(console: Console, card: ToldCard) -> None:
    console.print(Text(f"{_seen(card.name)}  ", style="bold").append(_seen(_sides(card)), style="not bold dim"))
    if card.error is not None:
        text = Text("could not be compared: ", style="bold red").append(_seen(card.error), style="not bold default")
        console.print(Padding(text, (0, 0, 0, _INDENT)))
    for change in card.changes:
        for line in _lines(change, console):
            console.print(line)
    console.print()


def _sides(card: ToldCard) -> str:
    if card.old is None or card.new is None:
        return "new" if card.old is None else "gone"
    return f"{card.old} → {card.new}"


def _lines(told: ToldChange, console: Console) -> Iterator[Text]:
    """A sentence, wrapped beside its severity; words of people with what was removed and added."""
    severity = Text(" " * _INDENT).append(f"{told.severity:<9}", style=_STYLES[told.severity])
    severity.append(f"{told.change.fingerprint}  ", style="dim")
    sentence = _sentence(told)
    if told.verdict is not None:
        sentence.append(f" ({told.verdict})", style="green" if told.verdict == "accepted" else "bold red")
    for number, line in enumerate(sentence.wrap(console, console.width - _HANGING)):
        yield (severity if number == 0 else Text(" " * _HANGING)).append(line)


def _sentence(told: ToldChange) -> Text:
    change = told.change
    if change.rule != "prose-changed":
        return Text(_seen(told.text))
    text = Text(_seen(f"{change.arguments['section']}: "))
    for edit in word_edits(str(change.arguments["old"]), str(change.arguments["new"])):
        words = _seen(" ".join(edit.text.split()))
        if edit.kind == "kept":
            text.append(_around(words))
        else:
            opened, closed, style = ("[-", "-]", "red") if edit.kind == "removed" else ("{+", "+}", "green")
            text.append(f"{opened}{words}{closed} ", style=style)
    return text


def _seen(text: str) -> str:
    """What others wrote, as a terminal may be given it: it obeys characters that nobody sees."""
    return show_hidden(text, str, kept="\n")


def _around(words: str, each: int = 5) -> str:
    """Some words of a passage that stayed: before an edit, and after it."""
    split = words.split(" ")
    return f"{words} " if len(split) <= 2 * each + 1 else f"{' '.join(split[:each])} … {' '.join(split[-each:])} "
