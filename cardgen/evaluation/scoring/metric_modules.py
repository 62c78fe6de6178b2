"""Computes with the local ``evaluate`` modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "metrics"


def compute(module: str, predictions: Any, references: Any, **options: Any) -> dict[str, float]:
    """What the module in ``metrics/MODULE.py`` computes, by name."""
    import evaluate

    # In memory: the default is a file in the user's cache, which two evaluations at once would both write.
    loaded = evaluate.load(str(_FOLDER / f"{module}.py"), keep_in_memory=True)
    found: dict[str, float] = loaded.compute(predictions=predictions, references=references, **options)
    return found
