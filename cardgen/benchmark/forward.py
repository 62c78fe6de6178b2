"""Times the forward passes of a model."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

from cardgen.benchmark.inputs import random_batch
from cardgen.benchmark.latency import time_runs
from cardgen.benchmark.runner import Report, Runner
from cardgen.records.request import BenchmarkRequest
from cardgen.records.results.benchmark import BenchmarkResult


def benchmark(
    request: BenchmarkRequest, runner: Runner, artifact: Path, tokenizer: Any, report: Report
) -> BenchmarkResult:
    """Time a model's forward passes; of a text's way through it, tokenizing is not part of that.

    Args:
        request: how long, and on how much.
        runner: the model, with the threads that the request asks for.
        artifact: the model's folder.
        tokenizer: the model's.
        report: told what goes on; nothing is told while the clock runs.

    Raises:
        StepError: if the model does not take inputs of such a length.
    """
    batch = random_batch(artifact, tokenizer, request.batch_size, request.input_length, request.task)
    report("timing", 0, None)
    timing = time_runs(lambda: runner.outputs(batch), duration_s=request.duration_s, warmup_runs=request.warmup_runs)
    return BenchmarkResult(
        runs=len(timing.latencies_s),
        mean_ms=1000 * timing.mean_s,
        std_ms=1000 * timing.std_s,
        p50_ms=1000 * timing.percentile_s(50),
        p90_ms=1000 * timing.percentile_s(90),
        p99_ms=1000 * timing.percentile_s(99),
        samples_per_s=timing.rate(request.batch_size),
        threads=runner.threads,
        spinning=runner.spinning,
        peak_memory_bytes=_peak_memory(),
    )


def _peak_memory() -> int:
    """The most memory that this process has held: ``ru_maxrss`` counts kibibytes, on macOS bytes (getrusage(2))."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
