"""What the types of a manifest are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from cardgen.manifest.scalars import Written
from cardgen.patterns import regex


class Section(BaseModel):
    """Base of every part of a manifest: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _tuple(value: Any) -> Any:
    """YAML has lists; strict tuples want tuples."""
    return tuple(value) if isinstance(value, list) else value


def _figure(value: Any) -> Any:
    """The digits as written, not those of the nearest binary number; evidence holds them as text."""
    if isinstance(value, Written):
        return Decimal(value.text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, str) and (match := _FIGURE.fullmatch(value)) and len(match[2] or "") <= _EXPONENT_DIGITS:
        return Decimal(value)
    return value


def _digits(value: Decimal) -> str:
    """The digits alone: what :class:`~decimal.Decimal` itself writes with an exponent, not every reader takes."""
    return f"{value:f}"


_FIGURE = regex(r"-?[0-9]+(\.[0-9]+)?(?:[eE][-+]?([0-9]+))?")
_EXPONENT_DIGITS = 3
"""Of a text; a plain number is limited where it is read."""


Strings = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Count = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
DEFAULT_SEED = 42
"""Of every draw, where the manifest gives none."""
Figure = Annotated[
    Decimal,
    BeforeValidator(_figure),
    PlainSerializer(_digits, when_used="json"),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?([eE][-+]?\d{1,3})?$"}),
]
"""A number that keeps every digit it was written with."""
Listed = BeforeValidator(_tuple)
"""Lets a strict tuple take a list."""
Scalar = str | int | float | bool
Setting = Annotated[Scalar | tuple[Scalar, ...] | None, Listed]
"""The value of a parameter; ``None`` where it does not apply."""
