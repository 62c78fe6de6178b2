"""NNCF's accuracy control, in an environment of its own: its libraries fit none of the backend environments."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from tests.bench.minilm import CALIBRATION_SAMPLES, ENVIRONMENT, trained
from tests.bench.processes import ROOT, run_script

NNCF = "nncf==3.4.0"
_SHARED = ("onnx", "onnxruntime", "tokenizers")
"""Packages of the version that our own tuning has."""
RANKING_SAMPLES = 300
"""NNCF's default."""


@dataclass(frozen=True)
class Controlled:
    """What came of it."""

    seconds: float
    """Of the whole process, but for a last look at the result."""
    memory: int
    """The most that was resident, in bytes."""
    evaluations: int
    """On all samples, that of FP32 left out."""
    score: float
    fp32_modules: int
    """Linear layers that do not compute in INT8."""


def control(export: Path, tolerance: float, batch: int) -> Controlled:
    """Quantize the ONNX model of an export so that its accuracy keeps to a tolerance, relative to that of FP32.

    The samples are those of our own tuning. NNCF counts batches where it ranks, so that its 300 samples are given as
    batches.

    Raises:
        SystemExit: if it fails.
    """
    output = ROOT / "build" / "bench-steps" / "nncf"
    output.mkdir(parents=True, exist_ok=True)
    data = (trained().calibration, trained().test)
    ranking = -(-RANKING_SAMPLES // batch)
    ended = run_script(
        _python(), "control", export, *data, tolerance, batch, CALIBRATION_SAMPLES, ranking, output / "model.onnx"
    )
    said = ended.said[-1]
    counted = run_script(trained().python, "fp32_linear", output / "model.onnx", export)
    return Controlled(
        seconds=ended.seconds - said["checking_s"],
        memory=ended.memory,
        evaluations=said["evaluations"],
        score=said["score"],
        fp32_modules=len(counted.said[-1]),
    )


@cache
def _python() -> Path:
    """The environment's interpreter; it is made unless ``build/`` has it."""
    folder = ROOT / "build" / "bench-nncf"
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        lock = (files("cardgen.catalog") / "locks" / f"{ENVIRONMENT}.lock.txt").read_text(encoding="utf-8")
        same = [line for name in _SHARED for line in re.findall(rf"^{name}==[^\s;]+", lock, re.MULTILINE)]
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", NNCF, *same], check=True)
        ready.touch()
    return python
