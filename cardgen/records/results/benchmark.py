"""How fast a model is."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class BenchmarkResult(Frozen):
    """How fast an artifact is."""

    kind: Literal["benchmark"] = "benchmark"
    runs: int
    """Forward passes that were timed."""
    mean_ms: float
    """Latency of a forward pass."""
    std_ms: float
    """Standard deviation of the latencies, as of a sample."""
    p50_ms: float
    p90_ms: float
    p99_ms: float
    samples_per_s: float
    """Samples, by the time that passed from the first timed pass to the end of the last."""
    threads: int
    """Threads that one operator could use."""
    spinning: bool | None = None
    """Whether a thread that waited for work did so busily; ``None`` where the runtime does not tell."""
    peak_memory_bytes: int
    """Of the whole process, libraries included."""
    load: float | None = None
    """Processors that other work kept busy meanwhile, on average; ``None`` where the machine does not tell."""
