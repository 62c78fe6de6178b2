"""The base of all that is read from, or written to, JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of the types that are read from, or written to, JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
