"""Merges three evidence files block by block: pure, and without a library that measures or renders."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from packaging.version import InvalidVersion, Version

from cardgen.records.canonical import canonical_json
from cardgen.records.evidence import FORMAT
from cardgen.records.evidence_file import Block, block_hash, dump_blocks, record_place

_ABSENT: Any = None
_MARK = "\x00conflict "
"""Stands for a block in conflict until the text is laid out; no JSON text of ours holds the character."""
_IDENTITY = ("variant", "metric", "dataset", "parameters", "batch_size", "input_length")
"""What tells one reported entry from another."""


@dataclass(frozen=True)
class Conflict:
    """A block that both sides changed, each otherwise."""

    section: str
    key: str
    ours: Any
    """``None`` where ours has it no more."""
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What came of a merge."""

    text: str
    """The file; with both sides between markers where they are in conflict."""
    conflicts: tuple[Conflict, ...]

    @property
    def about(self) -> dict[str, list[str]]:
        """What both sides measured, such as a variant, to the steps of it; other sections by their names."""
        found: dict[str, list[str]] = {}
        for conflict in self.conflicts:
            subject = conflict.section
            if conflict.section == "records":
                subject = conflict.key.partition(" ")[2] or conflict.key
            found.setdefault(subject, []).append(conflict.key)
        return found


def merge_blocks(base: Block, ours: Block, theirs: Block) -> Merged:
    """Merge evidence as :func:`cardgen.records.evidence_file.evidence_blocks` gives it.

    Args:
        base: what both sides came from; an empty mapping where there is nothing that both did.
        ours: one side.
        theirs: the other.
    """
    merged: Block = {
        "format": FORMAT,
        "cardgen": _version(base.get("cardgen"), ours["cardgen"], theirs["cardgen"]),
        "measured": _in_both_orders(base.get("measured", []), ours["measured"], theirs["measured"]),
    }
    merged["seal"] = block_hash("", merged)
    conflicts: list[Conflict] = []
    for section in ("resolutions", "environments", "records"):
        found = dict(_three_way(section, base.get(section, {}), ours[section], theirs[section], conflicts))
        names = sorted(found)
        if section == "records":
            names = sorted(found, key=lambda name: record_place(name, name.partition(" ")[0]))
        merged[section] = {name: found[name] for name in names}
    before, own, other = (_entries(side.get("reported", [])) for side in (base, ours, theirs))
    found = dict(_three_way("reported", before, own, other, conflicts))
    order = _in_both_orders(list(before), list(own), list(other), kept=found)
    merged["reported"] = [found[key] for key in order]
    before, own, other = (side.get("inspected", {}) for side in (base, ours, theirs))
    if found := dict(_three_way("inspected", before, own, other, conflicts)):
        merged["inspected"] = {key: found[key] for key in _in_both_orders(list(before), list(own), list(other), found)}
    before, own, other = (_by_file(side.get("imported", [])) for side in (base, ours, theirs))
    if found := dict(_three_way("imported", before, own, other, conflicts)):
        order = _in_both_orders(list(before), list(own), list(other), kept=found)
        merged["imported"] = [found[key] for key in order]
    card = ("inherited",)
    before, own, other = ({key: side[key] for key in card if side.get(key)} for side in (base, ours, theirs))
    merged["inherited"] = dict(_three_way("", before, own, other, conflicts)).get("inherited")
    return Merged(_laid_out(merged, conflicts), tuple(conflicts))


def _three_way(
    section: str, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], conflicts: list[Conflict]
) -> Iterator[tuple[str, Any]]:
    for key in dict.fromkeys((*ours, *theirs)):
        before, own, other = (side.get(key, _ABSENT) for side in (base, ours, theirs))
        if own == other or other == before or (own and other and _same_outcome(own, other)):
            found = own
        elif own == before:
            found = other
        else:
            found = f"{_MARK}{len(conflicts)}"
            conflicts.append(Conflict(section, key, own, other))
        if found is not _ABSENT:
            yield key, found


def _same_outcome(ours: Any, theirs: Any) -> bool:
    """Whether two records are of one step that ran twice, and came to the same."""
    keys = ("fingerprint", "result", "artifact")
    return "result" in ours and all(_lasting(ours.get(key)) == _lasting(theirs.get(key)) for key in keys)


def _lasting(value: Any) -> Any:
    """A value without what is another one in every run: how long something took, and how busy the machine was."""
    if isinstance(value, dict):
        return {key: _lasting(inner) for key, inner in value.items() if key not in ("seconds", "load")}
    return [_lasting(inner) for inner in value] if isinstance(value, list) else value


def _version(base: str | None, ours: str, theirs: str) -> str:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    try:
        return max(ours, theirs, key=Version)
    except InvalidVersion:
        return max(ours, theirs)


def _in_both_orders(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], kept: Mapping[str, Any] | None = None
) -> list[str]:
    """Ours, without what theirs removed, and with what theirs added behind what it stands behind there.

    Args:
        base: what both came from.
        ours: names in an order.
        theirs: likewise.
        kept: where it was decided which stay, those.
    """
    if kept is None:
        kept = dict.fromkeys(name for name in (*ours, *theirs) if (name in ours and name in theirs) or name not in base)
    found = [name for name in ours if name in kept]
    for number, name in enumerate(theirs):
        if name in kept and name not in found:
            before = [found.index(other) for other in theirs[:number] if other in found]
            found.insert(before[-1] + 1 if before else 0, name)
    return found


def _entries(reported: Sequence[Any]) -> dict[str, Any]:
    """Reported entries by what tells them from each other."""
    found: dict[str, Any] = {}
    for record in reported:
        told = {name: record["entry"].get(name) for name in _IDENTITY}
        key = canonical_json(told).decode()
        while key in found:
            key += "+"
        found[key] = record
    return found


def _by_file(imported: Sequence[Any]) -> dict[str, Any]:
    """What results files say, by what each is of and its path."""
    return {f"{record.get('variant') or 'base_model'} {record.get('path')}": record for record in imported}


def _laid_out(merged: Block, conflicts: Sequence[Conflict]) -> str:
    """The text, with both sides of adjacent conflicts between one pair of markers."""
    lines = dump_blocks(merged).splitlines()
    numbered = [(_conflict_of(line), line) for line in lines]
    text: list[str] = []
    for in_conflict, group in groupby(numbered, key=lambda pair: pair[0] is not None):
        found = list(group)
        if not in_conflict:
            text += [line for _number, line in found]
            continue
        sides = [(conflicts[number], line) for number, line in found if number is not None]
        text.append("<<<<<<< ours")
        text += [each for conflict, line in sides for each in _written(conflict.ours, line)]
        text.append("=======")
        text += [each for conflict, line in sides for each in _written(conflict.theirs, line)]
        text.append(">>>>>>> theirs")
    return "\n".join(text) + "\n"


def _conflict_of(line: str) -> int | None:
    _before, mark, after = line.partition(json.dumps(_MARK)[1:-1])
    return int(after.partition('"')[0]) if mark else None


def _written(block: Any, line: str) -> list[str]:
    """The lines of a block in the place of the line that stands for it; none where the side has it no more."""
    if block is _ABSENT:
        return []
    indent = line[: len(line) - len(line.lstrip())]
    before = line[: line.index(json.dumps(_MARK)[:-1])]
    end = "," if line.endswith(",") else ""
    first, *rest = json.dumps(block, indent=2, ensure_ascii=False).splitlines()
    written = [before + first, *(indent + each for each in rest)]
    return [*written[:-1], written[-1] + end]
