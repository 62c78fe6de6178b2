"""Tells why a step is to run: in a line, or in full."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cardgen.patterns import regex
from cardgen.review.check.why import Reason, StaleStep

_MOST_REASONS = 3
_MOST_CHARACTERS = 60
"""Of a value, in a line."""
_HASH = regex(r"\"[0-9a-f]{40}(?:[0-9a-f]{24})?\"")


def line(step: StaleStep) -> str:
    """The step and why it is to run, in one line."""
    if step.causes:
        return f"{step.name}: follows {', '.join(step.causes)}"
    own = [short(reason) for reason in step.reasons if reason.kind != "need"]
    own = own or [_need(reason, {}) for reason in step.reasons]  # which are measured, and were others
    told = "; ".join(own[:_MOST_REASONS])
    more = len(own) - _MOST_REASONS
    return f"{step.name}: {told}" + (f"; and {more} more" if more > 0 else "")


def explained(steps: Sequence[StaleStep]) -> Iterator[str]:
    """Every step with every key, old value above new one, and what it follows from; lines without their ends."""
    by_name = {step.name: step for step in steps}
    for step in steps:
        yield step.name
        for reason in step.reasons:
            if reason.kind == "need":
                yield f"    {_need(reason, by_name)}"
            elif reason.kind in ("request", "package"):
                yield f"    {_subject(reason)}"
                yield f"        was {_told(reason, new=False)}"
                yield f"        is  {_told(reason, new=True)}"
            else:
                yield f"    {short(reason)}"


def short(reason: Reason) -> str:
    """One reason in a few words."""
    match reason.kind:
        case "new":
            return "new: nothing like it was measured"
        case "unknown":
            return "the step itself is another one; the record does not tell how"
        case "code":
            return f"cardgen's own code of {reason.key} was version {reason.old}, is {reason.new}"
    if _names(reason.old) and _names(reason.new) and set(reason.old) != set(reason.new):
        told = {"gained": set(reason.new) - set(reason.old), "lost": set(reason.old) - set(reason.new)}
        parts = [f"{verb} {_cut(', '.join(sorted(names)))}" for verb, names in told.items() if names]
        return f"{_subject(reason)} {' and '.join(parts)}"
    old, new = _pair(_told(reason, new=False), _told(reason, new=True))
    return f"{_subject(reason)} was {old}, is {new}"


def _subject(reason: Reason) -> str:
    return {"package": f"package {reason.key}", "reported": f"`{reason.key}`"}.get(reason.kind, f"request.{reason.key}")


def _told(reason: Reason, *, new: bool) -> str:
    value = reason.new if new else reason.old
    if reason.kind == "package":
        return "not there" if value is None else str(value)
    if reason.added and reason.kind == "request" and not new:
        return "not asked for by that version of cardgen"
    return json.dumps(value, ensure_ascii=False)


def _need(reason: Reason, by_name: Mapping[str, StaleStep]) -> str:
    if reason.new is None:
        return f"{reason.key}: was {reason.old}, is not needed"
    if reason.new not in by_name:
        return f"{reason.key}: was {reason.old or 'not needed'}, is {reason.new}"
    chain, names = by_name[reason.new], [reason.new]
    while chain.causes and len(names) < len(by_name):
        before = next((each.new for each in chain.reasons if each.kind == "need" and each.new in by_name), None)
        if before is None:
            break
        names.append(before)
        chain = by_name[before]
    return f"{reason.key}: follows {', which follows '.join(names)}"


def _names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _pair(old: str, new: str) -> tuple[str, str]:
    """Two values, short enough for a line, from about where they differ."""
    old, new = _short_hash(old), _short_hash(new)
    if max(len(old), len(new)) <= _MOST_CHARACTERS:
        return old, new
    same = next((index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    start = 0 if same < _MOST_CHARACTERS else same - _MOST_CHARACTERS // 3
    return _window(old, start), _window(new, start)


def _short_hash(text: str) -> str:
    return text[1:13] if _HASH.fullmatch(text) else text


def _window(text: str, start: int) -> str:
    return ("…" if start else "") + _cut(text[start:])


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
