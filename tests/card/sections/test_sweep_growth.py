from __future__ import annotations

import time

from cardgen.card.build import build_card
from cardgen.manifest.model import Manifest
from tests.factory import make_evidence, make_manifest


def swept(count: int) -> Manifest:
    """A benchmark of so many reported runs, most of which collapsed."""
    runs = [
        {
            "parameters": {"framework": "onnxruntime", "run": number, "per_channel": number % 2 == 0},
            "metric": "accuracy",
            "value": "0.1" if number else "0.9",
            "latency_ms": 10 + number,
            "samples_per_s": 1 + number,
            "dataset": {"name": "data", "id": "owner/data", "split": "test"},
            "source": {"name": "a card", "url": "https://huggingface.co/owner/other"},
        }
        for number in range(count)
    ]
    return make_manifest(card="benchmark", variants={}, evaluation=None, reported=runs)


def seconds(count: int) -> float:
    manifest = swept(count)
    evidence = make_evidence(manifest)
    began = time.process_time()
    build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")
    return time.process_time() - began


def test_eight_times_the_runs_of_a_benchmark_take_a_few_times_eight_as_long() -> None:
    few = min(seconds(100) for _ in range(2))
    many = seconds(800)
    assert many < 32 * few + 0.2, f"{few:.2f} s, {many:.2f} s"
