"""Cards that somebody's hand slipped over: lines, cells, marks and keys dropped, doubled, swapped and put in."""

from __future__ import annotations

import random
from collections.abc import Sequence

_MARKS = (
    *("|", "`", "```", "---", "#", "**", "*", "[", "]", "(", ")", "{", "}", ":", "- ", "> ", "$", "/", "%", "=", "\\"),
    *(
        "<table>",
        "</table>",
        "<td>",
        "<!--",
        "-->",
        "@misc{",
        '"',
        "'",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\0",
        "\u2028",
        "\ufeff",
    ),
    *(
        "0",
        "1e999",
        "-1",
        "9" * 60,
        "nan",
        ".inf",
        "[]",
        "{}",
        "~",
        "null",
        "&a",
        "*a",
        "<<: ",
        "!!int ",
        "!!bool ",
        "? ",
    ),
    *("2024-01-01", "0x", "true", "é", "int8", "FP32", "ONNX", "static", "accuracy", "f1", "MB"),
)
_VALUES = ("[a, b]", "{a: b}", "12", "true", "", *_MARKS)
_LEADS = ("  ", "    ", "> ", "- ", "1. ", "# ", "")
_MOST = 8
"""Changes of one card."""


def mutated(seed: int, cards: Sequence[str]) -> str:
    """One of some cards with a few changes; the same for the same seed."""
    rng = random.Random(seed)
    card = rng.choice(cards)
    for _ in range(rng.randint(1, _MOST)):
        card = "\n".join(_changed(rng, card.split("\n"), cards))
    return card


def _changed(rng: random.Random, lines: list[str], cards: Sequence[str]) -> list[str]:
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    line = lines[at]
    column = rng.randint(0, len(line))
    match rng.randrange(11):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, line)
        case 2:
            lines[at], lines[other] = lines[other], line
        case 3:
            lines[at] = "|".join(_cells_changed(rng, line.split("|")))
        case 4:
            lines[at] = line[:column] + rng.choice(_MARKS) + line[column:]
        case 5:
            lines[at] = line[:column] + line[column + rng.choice((1, 2, 5)) :]
        case 6:
            lines[at] = line + rng.choice(_MARKS) * rng.choice((1, 3))
        case 7:
            del lines[min(at, other) : max(at, other)]
        case 8:
            strange = rng.choice(cards).split("\n")
            start = rng.randrange(len(strange))
            lines[at:at] = strange[start : start + rng.choice((1, 3, 10))]
        case 9:
            lines[at] = line.partition(":")[0] + ": " + rng.choice(_VALUES)
        case _:
            lines[at] = rng.choice(_LEADS) + line.lstrip()
    return lines or [""]


def _cells_changed(rng: random.Random, cells: list[str]) -> list[str]:
    first, second = rng.randrange(len(cells)), rng.randrange(len(cells))
    cells[first], cells[second] = cells[second], cells[first]
    if rng.random() < 0.4:
        del cells[first]
    return cells
