"""The card of a MiniLM classifier: two variants tuned to a tolerance, and a dynamic one."""

from __future__ import annotations

import json

from tests.bench.builds import Build, build_rows, new_project, run_build
from tests.bench.earlier import Checkout, in_turns
from tests.bench.minilm import CALIBRATION_SAMPLES, trained
from tests.bench.table import Row
from tests.bench.tuning import TOLERANCE

RUNS = 2
"""Each takes minutes."""
MOST = 0.4


def rows() -> list[Row]:
    """Measure."""
    return build_rows("MiniLM card", in_turns(_build, RUNS), MOST)


def _build(checkout: Checkout) -> Build:
    project = new_project(checkout, "classifier", json.dumps(_manifest(), indent=1), trained().folder)
    return run_build([checkout.cardgen, "build", "--quiet", "manifests/classifier.yaml"], project)


def _manifest() -> dict[str, object]:
    """Calibration and batches are those of ``tuning``."""
    found = trained()
    data = f"../{found.folder.name}"
    calibration = {
        "dataset": {"path": f"{data}/{found.calibration.name}"},
        "samples": CALIBRATION_SAMPLES,
        "batch_size": 8,
        "seed": 42,
    }
    tuned = {"approach": "static", "calibration": calibration, "fallback": {"tolerance": TOLERANCE}}
    return {
        "version": 1,
        "repo_id": "your-name/minilm-int8",
        "card": "quantized",
        "title": "INT8 MiniLM that knows a Unicode character's category by its name",
        "task": "text-classification",
        "base_model": {"id": "your-name/minilm", "path": f"{data}/{found.outliers.name}"},
        "metadata": {"license": "apache-2.0", "language": ["en"]},
        "variants": {
            "pytorch": {"backend": "neural-compressor", **tuned},
            "onnx": {"backend": "onnxruntime", **tuned},
            "dynamic": {"backend": "onnxruntime", "approach": "dynamic"},
        },
        "evaluation": {
            "dataset": {"path": f"{data}/{found.test.name}"},
            "columns": {"text": "name", "label": "category"},
            "metrics": ["accuracy"],
        },
    }
