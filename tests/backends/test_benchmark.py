"""Times of real models: each backend, with the threads and inputs that are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.catalog.operators import DYNAMIC_OPERATORS, STATIC_OPERATORS
from cardgen.records.request import BenchmarkRequest
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.run.workers.protocol import Finished
from tests.backends.workbench import SCRIPTS, TASK, Workbench

pytestmark = pytest.mark.slow


@pytest.fixture(params=["neural_compressor", "onnxruntime"])
def bench(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def timing(bench: Workbench, **changes: Any) -> BenchmarkRequest:
    fields = {"batch_size": 1, "input_length": 16, "duration_s": 0.2, "warmup_runs": 2, "threads": 1}
    return BenchmarkRequest(backend=bench.backend, task=TASK, **{**fields, **changes})


def test_times_fit_together(bench: Workbench, models: Path) -> None:
    _, export = bench.export_of(models / "single")
    end = bench.run(timing(bench, batch_size=4), model=export)
    assert isinstance(end, Finished), end.error
    result = end.result
    assert isinstance(result, BenchmarkResult)
    assert bench.stages == ["loading libraries", "timing"]
    elapsed_s = result.runs * result.mean_ms / 1000
    assert elapsed_s >= 0.2
    assert result.samples_per_s == pytest.approx(4 * result.runs / elapsed_s)
    assert 0 < result.p50_ms <= result.p90_ms <= result.p99_ms
    assert result.std_ms > 0
    assert result.threads == 1
    assert result.spinning is False
    assert result.load is not None
    assert result.peak_memory_bytes > 50_000_000


def test_the_quantized_model_is_timed(bench: Workbench, models: Path) -> None:
    _, export = bench.export_of(models / "single")
    _, artifact = bench.quantize(bench.dynamic(), export)
    end = bench.run(timing(bench), model=artifact)
    assert isinstance(end, Finished), end.error
    assert isinstance(end.result, BenchmarkResult)


@pytest.mark.parametrize("length", [2, 25])
def test_a_length_that_the_model_does_not_take(bench: Workbench, models: Path, length: int) -> None:
    _, export = bench.export_of(models / "single")
    failure = bench.fail(timing(bench, input_length=length), model=export)
    assert failure.message == f"The model takes inputs of 3 to 24 tokens, not of {length}."
    assert failure.remedy == "Change `benchmark.input_lengths`."


@pytest.mark.parametrize("name", ["single", "pairs"])
def test_inputs_are_random_words_of_exactly_the_length(bench: Workbench, models: Path, name: str) -> None:
    _, export = bench.export_of(models / name)
    found, again = (bench.script(SCRIPTS / "threads_and_inputs.py", bench.backend, export, 1, 3, 20) for _ in range(2))
    assert found == again, "the inputs are not the same each time"
    assert found["threads"] == 1
    assert found["spinning"] is False
    assert found["logits"][0] == 3
    special = found["special"]
    for ids in found["batch"]["input_ids"]:
        assert len(ids) == 20
        assert (ids[0], ids[-1]) == (special["cls_token"], special["sep_token"])
        assert not set(ids[1:-1]) & set(special.values())
        assert all(0 <= word < found["words"] for word in ids)
        assert len(set(ids)) > 5
    assert all(row == [1] * 20 for row in found["batch"]["attention_mask"])


def test_operators_are_those_of_the_locked_onnxruntime(onnxruntime: Workbench) -> None:
    found = onnxruntime.script(SCRIPTS / "quantizable_operators.py")
    assert found == {"dynamic": list(DYNAMIC_OPERATORS), "static": list(STATIC_OPERATORS)}
