"""The shape of a manifest, read from its types: which keys are where, and what they hold."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Path


def annotation_at(path: Path) -> Any:
    """The type of what stands at ``path``, without ``Annotated`` and ``| None``; ``None`` where nothing is known."""
    found: Any = Manifest
    for part in path:
        origin, arguments = get_origin(found), get_args(found)
        if isinstance(found, type) and issubclass(found, BaseModel) and part in found.model_fields:
            found = found.model_fields[str(part)].annotation
        elif origin is tuple and isinstance(part, int):
            found = arguments[0]
        elif origin is dict and isinstance(part, str):
            found = arguments[1]
        else:
            return None
        found = _bare(found)
    return found


def section_at(path: Path) -> type[BaseModel] | None:
    """The section at ``path``, where there is one."""
    found = annotation_at(path)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def is_required(path: Path) -> bool:
    """Whether a manifest cannot do without what stands at ``path``."""
    section = section_at(path[:-1])
    if section is not None and path[-1] in section.model_fields:
        return section.model_fields[str(path[-1])].is_required()
    return isinstance(path[-1], int)


def description_at(path: Path) -> str:
    """What the key at ``path`` is for."""
    section = section_at(path[:-1])
    found = section.model_fields.get(str(path[-1])) if section else None
    return (found.description or "") if found else ""


def stand_in(annotation: Any) -> Any:
    """A value of the right type for what is missing or wrong, so that the rest can be looked at."""
    annotation = _bare(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return {name: stand_in(field.annotation) for name, field in fields if field.is_required()}
    if origin is tuple:
        return [stand_in(arguments[0])]
    if origin is dict:
        return {"": stand_in(arguments[1])}
    if origin is Literal:
        return arguments[0]
    return {int: 1, bool: False}.get(annotation, "")


def homes_of(key: str) -> tuple[str, ...]:
    """Where else in a manifest a key of this name belongs: dotted paths, ``*`` for a variant's name."""
    return tuple(path for path, section in _SECTIONS.items() if key in section.model_fields)


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [argument for argument in get_args(annotation) if argument is not type(None)]
        if len(inner) == 1:
            return _bare(inner[0])
    return annotation


def _sections(section: type[BaseModel], path: str) -> dict[str, type[BaseModel]]:
    found = {path: section}
    for name, field in section.model_fields.items():
        inner = _bare(field.annotation)
        below = f"{path}.{name}".lstrip(".")
        if get_origin(inner) is dict:
            inner, below = _bare(get_args(inner)[1]), f"{below}.*"
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found.update(_sections(inner, below))
    return found


_SECTIONS: Mapping[str, type[BaseModel]] = _sections(Manifest, "")
