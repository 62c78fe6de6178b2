"""Files that evaluation tools wrote."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cardgen.manifest.base import Listed, Section


class ResultsRef(Section):
    """A results file, and under which name its model was measured."""

    path: str = Field(description="The file, relative to the manifest.")
    model: str | None = Field(
        None,
        description="What the file calls the model, where that is neither its id nor its folder, such as out/final.",
    )


def _ref(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


ResultsRefs = Annotated[tuple[Annotated[ResultsRef, BeforeValidator(_ref)], ...], Listed]
"""A list of paths, or of mappings of `path` and `model`."""
