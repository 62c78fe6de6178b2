from __future__ import annotations

from collections.abc import Callable

from cardgen.card.build import build_card
from cardgen.manifest.model import Manifest
from tests.factory import make_evidence, make_manifest
from tests.growth import assert_linear


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


def test_time_grows_with_the_number_of_runs_of_a_benchmark() -> None:
    def building(count: int) -> Callable[[], object]:
        manifest = swept(count)
        evidence = make_evidence(manifest)
        return lambda: build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")

    assert_linear(building, few=100)
