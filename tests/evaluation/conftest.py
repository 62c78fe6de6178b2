"""Backends in their environments, and tiny models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.backends.fixtures import models, neural_compressor, onnxruntime, onnxruntime_in_neural_compressor
from tests.backends.workbench import Workbench

__all__ = ["models", "neural_compressor", "onnxruntime", "onnxruntime_in_neural_compressor"]

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session", params=["neural_compressor", "onnxruntime"])
def samples_read(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What came of each case of ``read_samples.py``, in both environments: their libraries differ."""
    bench: Workbench = request.getfixturevalue(request.param)
    found = bench.script(SCRIPTS / "read_samples.py", bench.folder / "samples")
    assert isinstance(found, dict)
    return found
