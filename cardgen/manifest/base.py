"""What the types of a manifest are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from cardgen.manifest.scalars import Written


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
    if isinstance(value, str) and value.replace(".", "", 1).replace("-", "", 1).isdecimal():
        return Decimal(value)
    return value


Strings = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
DEFAULT_SEED = 42
"""Of every draw, where the manifest gives none."""
Figure = Annotated[
    Decimal,
    BeforeValidator(_figure),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"}),
]
"""A number that keeps every digit it was written with."""
Listed = BeforeValidator(_tuple)
"""Lets a strict tuple take a list."""
Scalar = str | int | float | bool
Setting = Annotated[Scalar | tuple[Scalar, ...] | None, Listed]
"""The value of a parameter; ``None`` where it does not apply."""
