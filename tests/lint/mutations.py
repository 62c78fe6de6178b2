"""Cards as accidents leave them: pieces of real ones, cut, doubled, mixed, shifted and broken."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PIECES = (
    "|",
    "\\|",
    "---",
    "```",
    "~~~",
    "`",
    "**",
    "<!--",
    "-->",
    "<table>",
    "<td rowspan=3>",
    "</td>",
    "<pre>",
    "[",
    "](",
    "&#0;",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\ufeff",
    "\u2028",
    "\x0c",
    "\x85",
    "\u00a0",
    "İ",
    "ß",
    "\U0001f642",
    "Â®",
    "\ufffd",
    "²",
    "٣",
    "1e999",
    "NaN",
    "-0",
    "0.0",
    "9" * 40,
    "%",
    "INT8",
    "FP32",
    "accuracy",
    "{{ x }}",
    ": ",
    "- ",
    "> ",
    "# ",
    "===",
    "@misc{",
    "}",
    ">>> ",
    "model-index:",
    "!!python/object:x",
    "*a",
    "&a ",
    "\\",
    "'",
    '"',
    "%(x)s",
    "calibration",
    "static quantization",
    " 3 of 2 modules",
)


def whole_cards() -> tuple[str, ...]:
    """The cards that this repository holds."""
    folders = ("cards", "tests/golden")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.md"))
    return tuple(path.read_bytes().decode() for path in paths)


def mutated(cards: Sequence[str], seed: int) -> str:
    """One of the cards with a few accidents; the same seed gives the same."""
    chance = random.Random(seed)
    text = chance.choice(cards)
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(_ACCIDENTS)(text, chance, cards)
    return text


_Accident = Callable[[str, random.Random, Sequence[str]], str]


def _cut(text: str, chance: random.Random, _cards: Sequence[str]) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[end:] if chance.random() < 0.7 else text[start:end]


def _insert(text: str, chance: random.Random, _cards: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(_PIECES) + text[at:]
    return text


def _mix(text: str, chance: random.Random, cards: Sequence[str]) -> str:
    other = chance.choice(cards)
    start = chance.randrange(len(other) + 1)
    at = chance.randrange(len(text) + 1)
    return text[:at] + other[start : start + chance.randint(1, 3_000)] + text[at:]


def _lines(text: str, chance: random.Random, _cards: Sequence[str]) -> str:
    lines = text.split("\n")
    for _ in range(chance.randint(1, 10)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 1:
            lines.insert(at, lines[other])
        elif kind == 2 and len(lines) > 1:
            del lines[at]
        elif kind == 3:
            lines[at] = chance.choice(("> ", "- ", "  ", "    ", "1. ", "# ")) + lines[at]
        else:
            lines[at] = lines[at].strip()
    return "\n".join(lines)


def _ends(text: str, chance: random.Random, _cards: Sequence[str]) -> str:
    return text.replace("\n", chance.choice(("\r\n", "\r", " ", " |\n", "\n\n", "\u2028")))


def _characters(text: str, chance: random.Random, _cards: Sequence[str]) -> str:
    of, to = chance.choice(
        (("0", "9"), (".", ","), ("|", ""), (" ", ""), ("-", "\u2212"), (":", ""), ("`", "'"), ("8", "32"))
    )
    return text.replace(of, to)


_ACCIDENTS: tuple[_Accident, ...] = (_cut, _insert, _insert, _mix, _lines, _lines, _ends, _characters)
