"""Where edits that people made of a card belong in the manifest that it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.families import FAMILIES
from cardgen.inherit.document import Heading
from cardgen.inherit.manifest_text import Value
from cardgen.manifest.model import Manifest
from cardgen.patterns import regex
from cardgen.publish.merge.arrangement import same_sections
from cardgen.publish.merge.generated import FACT_KEYS, PROSE_HEADINGS
from cardgen.publish.merge.lines import matches
from cardgen.publish.merge.model import Lines, Part
from cardgen.publish.merge.sections import Pieces, take_apart

_ELSEWHERE = (*FACT_KEYS, "metrics", "pipeline_tag")
"""Keys of front matter that nothing under ``metadata`` decides."""
_LISTS = ("datasets", "language", "tags")
_HEADING_MARKS = regex(r"^ {0,3}(#+)")
_NOTES_LEVEL = 3
_DEEPEST = 6


@dataclass(frozen=True)
class Home:
    """A key of the manifest, and what an edit makes of it."""

    what: str
    """The edit, for people: ``section `Thanks` ``."""
    path: tuple[str, ...]
    value: Value
    """``None`` where the key is to go."""


def homes(ours: str, merged: str, manifest: Manifest, prose: Mapping[str, str]) -> Iterator[Home]:
    """The keys that make the next card say what people had it say, as far as there are any.

    Args:
        ours: the card as the manifest makes it.
        merged: the same card with the edits.
        manifest: what it is made from.
        prose: a person's words by section, files read.
    """
    here, there = take_apart(ours), take_apart(merged)
    yield from _metadata(here, there, manifest)
    yield from _title(here, there)
    yield from _prose(here, there, manifest, dict(prose))


def _metadata(here: Pieces, there: Pieces, manifest: Manifest) -> Iterator[Home]:
    given = {*manifest.metadata.model_fields_set, *(manifest.metadata.model_extra or {})}
    for key in [*there.data, *(key for key in here.data if key not in there.data)]:
        value, now = there.data.get(key), here.data.get(key)
        if key in _ELSEWHERE or value == now:
            continue
        home = ("metadata", key)
        if key not in there.data:
            if key in given:
                yield Home(f"key `{key}`", home, None)
        elif key == "tags":
            yield Home(f"key `{key}`", home, _tags(_listed(value), _listed(now), manifest.metadata.tags))
        elif key in _LISTS:
            yield Home(f"key `{key}`", home, _listed(value))
        elif _is_plain(value):
            yield Home(f"key `{key}`", home, value)


def _tags(there: list[Any], here: list[Any], given: Iterable[str]) -> list[Any]:
    """The manifest's tags with those that were added, without those that were taken out; cardgen adds its own."""
    kept = [tag for tag in given if tag in there or tag not in here]
    return [*kept, *(tag for tag in there if tag not in here and tag not in kept)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_plain(value: Any) -> bool:
    """Whether a manifest can hold it; it has no dates, and no keys without a value."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list) else isinstance(value, str | int | float)


def _title(here: Pieces, there: Pieces) -> Iterator[Home]:
    first, second = (next((head for head in _headings(pieces) if head.level == 1), None) for pieces in (here, there))
    if first and second and first.title != second.title and second.title:
        yield Home("the title", ("title",), second.title)


def _headings(pieces: Pieces) -> Iterator[Heading]:
    return (block for block, _first, _last in pieces.blocks if isinstance(block, Heading))


def _prose(here: Pieces, there: Pieces, manifest: Manifest, prose: dict[str, str]) -> Iterator[Home]:
    groups, others = _groups(here), _groups(there)
    pairs = same_sections(groups, others)
    for index, group in enumerate(groups):
        if index in pairs:
            yield from _edited(group, others[pairs[index]], prose)
        elif (section := PROSE_HEADINGS.get(group.path[-1] if group.path else "")) in prose:
            yield Home(group.title, ("prose", str(section)), None)
    for index in sorted({*range(len(others))} - {*pairs.values()}):
        group = others[index]
        if not group.path:
            continue
        section = PROSE_HEADINGS.get(group.path[-1], "notes")
        if section == "notes" or section in prose or manifest.card not in FAMILIES:
            section, words = "notes", _joined(_as_note(there, group))
            prose["notes"] = f"{prose['notes'].rstrip()}\n\n{words}" if "notes" in prose else words
        else:
            prose[section] = _joined(group.lines[1:])
        yield Home(group.title, ("prose", section), prose[section])


def _groups(pieces: Pieces) -> tuple[Part, ...]:
    """The sections of level 2, each with those below it; what stands under the title is one too."""
    groups: list[Part] = []
    for part in pieces.sections:
        if groups and len(part.path) > 2:
            above = groups[-1]
            groups[-1] = above._replace(lines=(*above.lines, *above.gap, *part.lines), gap=part.gap)
        else:
            groups.append(part)
    return tuple(groups)


def _edited(here: Part, there: Part, prose: dict[str, str]) -> Iterator[Home]:
    if here.lines == there.lines:
        return
    places = dict(matches(here.lines, there.lines))
    for section, words in prose.items():
        wanted = tuple(words.strip("\n").split("\n"))
        start = next(
            (at for at in range(len(here.lines)) if here.lines[at : at + len(wanted)] == wanted), len(here.lines)
        )
        if start == len(here.lines):
            continue
        before = max((at for at in range(start) if here.lines[at].strip()), default=-1)
        after = min(
            (at for at in range(start + len(wanted), len(here.lines)) if here.lines[at].strip()),
            default=len(here.lines),
        )
        if not {before, after} <= {*places, -1, len(here.lines)}:
            continue
        now = there.lines[places.get(before, -1) + 1 : places.get(after, len(there.lines))]
        if _joined(now) != _joined(wanted):
            yield Home(there.title, ("prose", section), _joined(now) or None)


def _as_note(pieces: Pieces, group: Part) -> Lines:
    """A section with its headings as deep as those of notes may be."""
    starts = {part.first - group.first for part in pieces.sections if part.path}
    levels = {
        at: len(marks[1]) if (marks := _HEADING_MARKS.match(line)) else 2
        for at, line in enumerate(group.lines)
        if at in starts
    }
    lines: list[str] = []
    for at, line in enumerate(group.lines):
        if at in levels:
            level = min(levels[at] - levels[0] + _NOTES_LEVEL, _DEEPEST)
            lines.append(f"{'#' * level} {_HEADING_MARKS.sub('', line).strip()}")
        elif not (at - 1 in levels and not _HEADING_MARKS.match(group.lines[at - 1])):  # what underlines a heading
            lines.append(line)
    return tuple(lines)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n")
