"""Backends in their environments, and tiny models."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.backends.fixtures import models, neural_compressor, onnxruntime, onnxruntime_in_neural_compressor
from tests.backends.workbench import Workbench

__all__ = ["models", "neural_compressor", "onnxruntime", "onnxruntime_in_neural_compressor"]

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def samples_of(request: pytest.FixtureRequest) -> Callable[[str], dict[str, Any]]:
    """From an environment to what came of each case of ``read_samples.py`` in it, read once."""

    @cache
    def read(environment: str) -> dict[str, Any]:
        bench: Workbench = request.getfixturevalue(environment)
        found = bench.script(SCRIPTS / "read_samples.py", bench.folder / "samples")
        assert isinstance(found, dict)
        return found

    return read


@pytest.fixture(params=["neural_compressor", "onnxruntime"])
def samples_read(request: pytest.FixtureRequest, samples_of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """In both environments: their libraries differ."""
    return samples_of(request.param)
