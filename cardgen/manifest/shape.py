"""From plain values to the manifest's types, and pydantic's findings in words for people."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.manifest.data import DatasetRef
from cardgen.manifest.made import Made
from cardgen.manifest.model import BaseModelRef, Manifest
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.sections import annotation_at, description_at, homes_of, is_required, section_at, stand_in

_PASSES = 8
"""Mending one thing can show another, as an emptied list; more rounds than a manifest has levels are never needed."""

_ALIKE = 0.8
"""How like a key that belongs here one is that has a place elsewhere, to be taken for a slip of it all the same."""

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "is_instance_of": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
}


def shape_manifest(value: Any, findings: Findings) -> Manifest | None:
    """Check types and keys.

    Args:
        value: what the YAML held.
        findings: takes the problems, and knows where things stand.

    Returns:
        The manifest. Where something was wrong, a stand-in is in its place, of which ``findings`` knows, so that the
        rules can look at everything else. ``None`` where even that cannot be had.
    """
    for done in range(_PASSES):
        try:
            return Manifest.model_validate(value)
        except ValidationError as error:
            value = value if done else copy.deepcopy(value)  # what is wrong is mended, and the caller keeps its own
            found = error.errors(include_url=False, include_context=True)
            wrong = _by_path(found, value, findings)
        renamed = _renamed(wrong, findings)
        meant = set(renamed.values())
        for path, details in wrong.items():
            if path not in meant and not findings.spoilt_within(path):
                _note(path, details, findings)
            _mend(value, path, details)
            findings.spoil(path)
            if path in renamed:
                findings.spoil(renamed[path])
    return None


def _by_path(found: Iterable[ErrorDetails], value: Any, findings: Findings) -> dict[Path, list[ErrorDetails]]:
    """One entry for each thing that is wrong; pydantic gives one error for each type that a value could have had."""
    wrong: dict[Path, list[ErrorDetails]] = {}
    for details in found:
        path = _as_written(value, details["loc"])
        if details["type"] != "missing":
            while annotation_at(path) is None and path not in findings.entries:
                path = path[:-1]
        wrong.setdefault(path, []).append(details)
    return wrong


def _as_written(value: Any, path: Path) -> Path:
    """The path without what pydantic adds to it for a mapping that was written in short, as one number or text."""
    for length, part in enumerate(path):
        holds: Any = value if isinstance(value, dict | list) else None
        if holds is None:
            return path[:length]
        try:
            value = holds[part]
        except (KeyError, IndexError, TypeError):  # what is missing, or names a type that pydantic tried
            return path
    return path


def _renamed(wrong: dict[Path, list[ErrorDetails]], findings: Findings) -> dict[Path, Path]:
    """Unknown keys that stand for a known one: the path as written to the path as meant."""
    renamed = {}
    for path, details in wrong.items():
        section = section_at(path[:-1])
        if details[0]["type"] == "extra_forbidden" and section is not None:
            meant = nearest(str(path[-1]), section.model_fields)
            if meant is not None and (*path[:-1], meant) not in findings.entries:
                renamed[path] = (*path[:-1], meant)
    return renamed


def _mend(value: Any, path: Path, details: list[ErrorDetails]) -> None:
    parent = value
    for part in path[:-1]:
        parent = parent[part]
    last: Any = path[-1]
    stays = is_required(path) or annotation_at(path) is Made  # without which a variant would lack other keys
    if details[0]["type"] != "extra_forbidden" and stays:
        parent[last] = stand_in(annotation_at(path))
    else:
        parent.pop(last, None)


def _note(path: Path, details: list[ErrorDetails], findings: Findings) -> None:
    kind = details[0]["type"]
    given = details[0]["input"]
    if kind == "extra_forbidden":
        message, remedy = _unknown_key(path)
        findings.add(path, message, remedy, at="key")
    elif kind == "missing":
        findings.add(path, "is missing", f"add `{path[-1]}: …`. {description_at(path)}".rstrip())
    elif kind == "literal_error":
        findings.add(path, *_not_among(path, given))
    elif kind == "greater_than_equal":
        findings.add(path, f"must be at least {details[0]['ctx']['ge']}, not {given}", description_at(path))
    elif kind == "greater_than":
        findings.add(path, f"must be more than {_plain(details[0]['ctx']['gt'])}, not {given}", description_at(path))
    elif kind == "string_pattern_mismatch":
        findings.add(path, f"`{given}` holds a character that does not belong here", description_at(path))
    elif kind in ("less_than_equal", "less_than"):
        most = details[0]["ctx"]["le" if kind == "less_than_equal" else "lt"]
        bound = "at most" if kind == "less_than_equal" else "less than"
        findings.add(path, f"must be {bound} {_plain(most)}, not {given}", description_at(path))
    elif kind in ("too_short", "missing_argument"):
        findings.add(path, "is empty", "give at least one, or leave the key out")
    else:
        expected = _expected(path, details)
        findings.add(path, f"must be {expected}, not {_describe(given)}", _wrong_type(path, details, given))


def _plain(bound: float) -> float:
    """A bound as a person writes it: 1 for 1.0."""
    return int(bound) if bound == int(bound) else bound


def _expected(path: Path, details: list[ErrorDetails]) -> str:
    if path[:2] == ("evaluation", "metrics") and len(path) == 3:
        return "the name of a metric, or a mapping with `type` and `args`"
    if path == ("evaluation", "limit"):
        return "a whole number, or a mapping with `samples` and `seed`"
    names = list(dict.fromkeys(_EXPECTED.get(each["type"], "of another kind") for each in details))
    if "a number" in names and "a whole number" in names:
        names.remove("a whole number")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _wrong_type(path: Path, details: list[ErrorDetails], given: Any) -> str:
    kinds = {each["type"] for each in details}
    if given is None and path[:2] == ("evaluation", "columns"):
        return "name the dataset's column"
    if given is None:
        return "write a value" if is_required(path) else "write a value, or leave the key out"
    if "string_type" in kinds and isinstance(given, bool | int | float):
        shown = str(given).lower() if isinstance(given, bool) else str(given)
        return f'write "{shown}" in quotes if it is meant as text'
    if kinds == {"tuple_type"} and isinstance(given, str | int | float):
        return f"write [{str(given).lower() if isinstance(given, bool) else given}]"
    if path == ("evaluation", "limit"):
        kinds = {"int_type"}
    if kinds <= {"int_type", "bool_type"} and isinstance(given, str) and _reads_plain(given):
        return f"write {given.strip().lower()} without quotes"
    if kinds <= {"int_type", "int_from_float"} and isinstance(given, float) and given.is_integer():
        return f"write {int(given)}"
    if isinstance(given, str) and section_at(path) in (BaseModelRef, DatasetRef, Made):
        return f"write {{id: {given}}}, or {{path: {given}}} where it is local"
    return description_at(path)


def _reads_plain(text: str) -> bool:
    """Whether the text would be a whole number, true or false if it stood without quotes."""
    return text.strip().lower() in ("true", "false") or text.strip().isdecimal()


def _describe(given: Any) -> str:
    if given is None:
        return "empty"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int | float):
        return f"the number {given}"
    if isinstance(given, str):
        return f"the text `{given}`" if len(given) <= 40 and "\n" not in given else "a text"
    return "a list" if isinstance(given, list | tuple) else "a mapping"


def _not_among(path: Path, given: Any) -> tuple[str, str]:
    choices = get_args(annotation_at(path))
    if path == ("version",):
        return f"must be 1, not {_describe(given)}", "this version of cardgen reads manifests of version 1"
    names = [str(choice) for choice in choices]
    if not isinstance(given, str):
        return f"must be one of {', '.join(names)}, not {_describe(given)}", ""
    return f"`{given}` is not known", remedy_for(given, names)


def _unknown_key(path: Path) -> tuple[str, str]:
    key = str(path[-1])
    section = section_at(path[:-1])
    names = tuple(section.model_fields) if section else ()
    if nearest(key, names, cutoff=_ALIKE) is None and not any(name.startswith(key) for name in names):
        homes = homes_of(key)
        if homes:
            places = " or ".join(f"`{home}`" if home else "the top level" for home in homes)
            return "is not a key here", f"it belongs under {places}"
    return "is not a key that cardgen knows", remedy_for(key, names)
