"""What nobody may edit in a card: tables, code, and the figures in sentences, all of which come from evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from cardgen.inherit.document import CodeBlock, Table
from cardgen.patterns import regex
from cardgen.publish.merge.model import Conflict, Lines, Part
from cardgen.publish.merge.sections import Pieces

FACT_KEYS = ("base_model", "base_model_relation", "model-index")
"""Keys of front matter that say what was made and measured."""

PROSE_HEADINGS = {
    "Intended use": "intended_use",
    "Limitations": "limitations",
    "Caveats": "caveats",
    "Notes": "notes",
}
"""Headings of sections that hold a person's words, to their key under the manifest's ``prose``."""

_FACTS = regex(r"<!--.*?-->|`[^`]+`|\]\([^)]*\)|[^\s|*_`\[\]()<>]*\d[^\s|*_`\[\]()<>]*")
"""Figures, names in code, the targets of links and pictures, and remarks that lint reads."""
_AT_THE_END = ".,;:!?"


def edited_facts(base: Part, theirs: Part, kinds: Sequence[str]) -> Iterator[Conflict]:
    """What is generated in a part, and was edited all the same.

    Args:
        base: the part as cardgen rendered it.
        theirs: as it stands on the Hub.
        kinds: what each line of ``base`` belongs to; see :func:`kinds_of`.
    """
    matcher = SequenceMatcher(None, base.lines, theirs.lines, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        was, now = base.lines[first:last], theirs.lines[begin:end]
        block = next((kind for kind in kinds[first:last] if kind in ("table", "code")), None) or _torn(
            kinds, first, last, now
        )
        if block:
            what = "a generated table" if block == "table" else "generated code"
        elif _keeps(_facts(was, kinds[first:last]), _facts(now)):
            continue
        else:
            what = "a generated figure"
        yield Conflict(theirs.title, f"{what} was edited", theirs.first + begin, now, was)


def kinds_of(pieces: Pieces, part: Part, prose: Collection[str]) -> tuple[str, ...]:
    """Whether each line of a part belongs to a ``table``, to ``code``, to ``prose`` or to a generated ``text``.

    Args:
        pieces: the card, as cardgen rendered it.
        part: one of its sections.
        prose: texts that a person wrote, as they stand in the manifest.
    """
    start, end = part.first - 1, part.first - 1 + len(part.lines)
    inside = [block for block, first, _last in pieces.blocks if start <= first < end]
    title = next(filter(None, part.path), "")
    details = (
        len(inside) > 1 and isinstance(inside[1], Table) and [cell.text for cell in inside[1].header][:1] == [title]
    )
    if title in PROSE_HEADINGS and not details:
        return ("prose",) * len(part.lines)
    kinds = ["text"] * len(part.lines)
    for block, first, last in pieces.blocks:
        if isinstance(block, Table | CodeBlock):
            for at in range(max(first, start), min(last, end)):
                kinds[at - start] = "table" if isinstance(block, Table) else "code"
    if part.path == ("",):
        kinds[0] = "prose"  # the card's title
    for words in prose:
        wanted = tuple(words.strip("\n").split("\n"))
        for at in range(len(kinds) - len(wanted) + 1):
            if part.lines[at : at + len(wanted)] == wanted:
                kinds[at : at + len(wanted)] = ["prose"] * len(wanted)
    return tuple(kinds)


def _torn(kinds: Sequence[str], first: int, last: int, now: Lines) -> str | None:
    """The table or code that lines were put into, or right above or below; ``None`` for none."""
    above = kinds[first - 1] if first else "text"
    below = kinds[last] if last < len(kinds) else "text"
    if above == below == "code" and first == last:
        return "code"
    if above == "table" and now and now[0].strip():
        return "table"
    return "table" if below == "table" and now and now[-1].strip() else None


def _facts(lines: Lines, kinds: Sequence[str] = ()) -> list[str]:
    told = (line for line, kind in zip(lines, kinds or ["text"] * len(lines), strict=True) if kind == "text")
    return [fact.strip(_AT_THE_END) for line in told for fact in _FACTS.findall(line)]


def _keeps(was: Sequence[str], now: Sequence[str]) -> bool:
    """Whether all that was said is said still, in its order."""
    rest = iter(now)
    return all(fact in rest for fact in was)
