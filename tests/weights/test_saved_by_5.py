"""Models as transformers 5 saves them, in the environments that hold transformers 4."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.backends.fixtures import models, neural_compressor, onnxruntime
from tests.backends.workbench import Workbench

__all__ = ["models", "neural_compressor", "onnxruntime"]

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CASES: dict[str, Any] = json.loads((HERE / "scripts" / "architectures.json").read_text())
REFUSED = {"4.45": {"llama-yarn", "modernbert", "gemma3"}, "4.57": set[str]()}


@pytest.fixture(scope="module", params=["neural_compressor", "onnxruntime"])
def found(request: pytest.FixtureRequest, models: Path) -> dict[str, Any]:
    bench: Workbench = request.getfixturevalue(request.param)
    script = HERE / "scripts" / "load_saved_by_5.py"
    said = bench.script(script, models / "single", HERE / "saved_by_5.json", bench.folder / "saved-by-5")
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize("name", CASES)
def test_a_model_answers_as_if_transformers_4_had_saved_it(found: dict[str, Any], name: str) -> None:
    said = found["models"][name]
    if name in REFUSED[found["version"]]:
        assert "which is to run the model, does not know that and would compute something else" in said["refused"]
        assert said["remedy"] == "Use the onnxruntime backend alone: its transformers 4.57.6 computes the same."
        return
    assert said["gap"] < 1e-5
    assert not said["published"]
    settings = [each for each in said["written"] if each.startswith("config.json")]
    assert bool(settings) == bool(CASES[name]["in_5"])
