"""What every backend must do, shown by the real worker on a tiny trained model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from cardgen.backends.threads import available_threads
from cardgen.evaluation.samples.calibration import token_lengths
from cardgen.records.request import QuantizationOptions
from cardgen.records.results.calibration import CalibrationSeen
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult
from tests.backends.workbench import SCRIPTS, Workbench

EVALUATION_SCRIPTS = Path(__file__).parents[1] / "evaluation" / "scripts"

pytestmark = pytest.mark.slow

LAYERS = tuple(
    f"distilbert.transformer.layer.{layer}.{part}"
    for layer in (0, 1)
    for part in ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "ffn.lin1", "ffn.lin2")
)
LINEAR = (*LAYERS, "pre_classifier", "classifier")
EMBEDDING = ("distilbert.embeddings.word_embeddings", "distilbert.embeddings.position_embeddings")
WEIGHTS = (".safetensors", ".bin", ".onnx")
BATCH = {"static": 16, "dynamic": 1}


@dataclass
class Made:
    """A backend, and what it makes of the model; each artifact is made once, when it is first asked for."""

    bench: Workbench
    model: Path

    @cached_property
    def export(self) -> tuple[ExportResult, Path]:
        return self.bench.export_of(self.model)

    @cached_property
    def baseline(self) -> tuple[EvaluateResult, Path, Any]:
        """The export's scores, its predictions, and those of a plain loop."""
        result, scored, _ = self.bench.evaluate(self.bench.scoring(16), self.export[1], data=self.data)
        return result, scored, self.plainly(self.export[1], 16, scored)

    @cached_property
    def static(self) -> tuple[QuantizeResult, Path]:
        request = self.bench.static(fallback_modules=("classifier", EMBEDDING[1]))
        return self.bench.quantize(request, self.export[1], self.model / "train.csv")

    @cached_property
    def dynamic(self) -> tuple[QuantizeResult, Path]:
        return self.bench.quantize(self.bench.dynamic(), self.export[1])

    @property
    def data(self) -> Path:
        return self.model / "test.csv"

    def kind(self, artifact: Path) -> str:
        """How a reader of the card loads an artifact."""
        if self.bench.backend == "onnxruntime":
            return next(artifact.glob("*.onnx")).name
        return "neural-compressor" if (artifact / "inc_config.json").exists() else "torch"

    def plainly(self, artifact: Path, batch_size: int, stored: Path) -> Any:
        """Predictions by a plain loop over the documented classes."""
        script = SCRIPTS / "plain_loop.py"
        return self.bench.script(script, self.kind(artifact), artifact, self.data, batch_size, stored)


@pytest.fixture(scope="module", params=["neural_compressor", "onnxruntime", "onnxruntime_in_neural_compressor"])
def made(request: pytest.FixtureRequest, models: Path) -> Made:
    return Made(request.getfixturevalue(request.param), models / "single")


def weight_bytes(artifact: Path) -> int:
    return sum(file.stat().st_size for file in artifact.iterdir() if file.suffix in WEIGHTS)


def test_export_is_the_model_in_fp32(made: Made) -> None:
    result, artifact = made.export
    assert set(result.linear_modules) == set(LINEAR)
    assert set(result.embedding_modules) == set(EMBEDDING)
    assert result.labels == ("good", "bad", "plain")
    assert result.weight_bytes == weight_bytes(artifact) > 4 * result.parameters
    assert (result.opset is None) == (made.bench.backend == "neural-compressor")


def test_static_keeps_the_fallback_and_tells_what_it_saw(made: Made) -> None:
    result, artifact = made.static
    assert result.fp32_modules == ("classifier",)
    assert set(result.int8_modules) == {*LAYERS, "pre_classifier"}
    assert result.int8_embeddings == EMBEDDING[:1]
    assert result.fp32_embeddings == EMBEDDING[1:]
    assert result.calibration_seen == 20  # not 24, which is three whole batches of 8
    plain = made.bench.script(SCRIPTS / "token_lengths.py", made.export[1], made.model / "train.csv", 20, 1)
    assert result.calibration == CalibrationSeen(
        samples=20, sha256=plain["sha256"], tokens=token_lengths(plain["lengths"])
    )
    assert result.weight_bytes == weight_bytes(artifact) < made.export[0].weight_bytes / 2


def test_dynamic_quantizes_every_layer(made: Made) -> None:
    result, artifact = made.dynamic
    assert set(result.int8_modules) == set(LINEAR)
    assert result.fp32_modules == ()
    assert set(result.int8_embeddings) == set(EMBEDDING)
    assert result.calibration_seen is None
    assert result.calibration is None
    assert result.weight_bytes == weight_bytes(artifact) < made.export[0].weight_bytes / 2


@pytest.mark.parametrize("approach", ["static", "dynamic"])
def test_facts_are_those_of_the_artifact(made: Made, approach: str) -> None:
    result, artifact = made.static if approach == "static" else made.dynamic
    found = made.bench.script(SCRIPTS / "reread.py", artifact)
    if made.bench.backend == "neural-compressor":
        integer = {key.split("._packed_params")[0].removesuffix(".module") for key in found["packed"]}
        fp32 = {key.removesuffix(".weight").removesuffix(".module") for key in found["float"]}
        assert integer == {*result.int8_modules, *result.int8_embeddings}
        assert fp32 == {*result.fp32_modules, *result.fp32_embeddings}
        assert result.operators == {}
        return
    kernels = ("QLinearMatMul", "QGemm", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "MatMulInteger")
    assert sum(found["kernels"].get(kernel, 0) for kernel in kernels) == len(result.int8_modules)
    assert len(found["fp32_products"]) == len(result.fp32_modules)
    assert found["integer_lookups"] == len(result.int8_embeddings)
    products = {"static": {"MatMul": 12, "Gemm": 1, "Gather": 1}, "dynamic": {"MatMulInteger": 14, "Gather": 2}}
    assert result.operators == products[approach]


@pytest.mark.parametrize("approach", ["static", "dynamic"])
def test_scores_are_those_of_a_plain_loop(made: Made, approach: str) -> None:
    artifact = (made.static if approach == "static" else made.dynamic)[1]
    baseline, before, plain_baseline = made.baseline
    variant, after, predicted = made.bench.evaluate(
        made.bench.scoring(BATCH[approach]), artifact, data=made.data, baseline=before
    )
    assert made.bench.stages == ["loading libraries", "evaluating", "scoring"]
    assert predicted.labels == {name: name for name in ("good", "bad", "plain")}
    assert predicted.lanes == (available_threads() if approach == "dynamic" else 1)
    assert predicted.lanes * predicted.threads == available_threads()
    plain_variant = made.plainly(artifact, BATCH[approach], after)
    names = ["good", "bad", "plain"]
    accuracies, right = [], []
    for result, found in ((baseline, plain_baseline), (variant, plain_variant)):
        assert found["plain"] == found["stored"]
        expected = [names.index(row["label"]) for row in found["rows"]]
        assert found["labels"] == expected
        right.append([a == b for a, b in zip(found["plain"], expected, strict=True)])
        accuracies.append(sum(right[-1]) / len(expected))
        assert result.scores[0].value == accuracies[-1] > 0.8
        assert result.samples == 300
    assert baseline.differences == ()
    assert [change.metric for change in variant.differences] == ["accuracy", "f1", "matthews_correlation"]
    assert variant.differences[0].value == pytest.approx(accuracies[1] - accuracies[0], abs=1e-12)
    assert baseline.fidelity is None
    fidelity = variant.fidelity
    assert fidelity is not None
    assert fidelity.lost is not None
    assert fidelity.gained is not None
    assert fidelity.units == 300
    assert fidelity.same.count == sum(map(int.__eq__, plain_baseline["plain"], plain_variant["plain"]))
    assert fidelity.lost.count == sum(was and not now for was, now in zip(*right, strict=True))
    assert fidelity.gained.count == sum(now and not was for was, now in zip(*right, strict=True))
    assert fidelity.divergence is not None
    assert 0 < fidelity.divergence.mean < 0.5


@pytest.mark.parametrize("approach", ["FP32", "static"])
def test_answers_do_not_depend_on_the_batch(made: Made, approach: str) -> None:
    """Of dynamic INT8 they do."""
    artifact = (made.export if approach == "FP32" else made.static)[1]
    stored = []
    for size in (1, 7, 64):
        scored = made.bench.evaluate(made.bench.scoring(size, limit=100), artifact, data=made.data)
        stored.append(made.bench.script(EVALUATION_SCRIPTS / "stored.py", scored.predictions))
    one, *others = stored
    for other in others:
        assert other["prediction"] == one["prediction"]
        assert other["expected"] == one["expected"]
        for logits, same in zip(other["logits"], one["logits"], strict=True):
            assert logits == pytest.approx(same, abs=1e-4)


def test_artifacts_hold_no_path_of_this_machine(made: Made) -> None:
    for _, artifact in (made.export, made.static, made.dynamic):
        for file in artifact.glob("*.json"):
            text = file.read_text(encoding="utf-8")
            assert str(made.model.parent) not in text, file
            assert str(made.bench.folder) not in text, file
            assert str(Path.home()) not in text, file
        assert "_name_or_path" not in json.loads((artifact / "config.json").read_text())
        assert (artifact / "tokenizer.json").is_file()


def test_unknown_fallback_names_the_nearest(made: Made) -> None:
    failure = made.bench.fail(made.bench.dynamic(fallback_modules=("pre_clasifier",)), model=made.export[1])
    assert failure.type == "StepError"
    assert "no Linear, Embedding or convolution layer called `pre_clasifier`" in failure.message
    assert failure.remedy == "Did you mean `pre_classifier`?"
    assert failure.detail == ""


def test_neural_compressor_has_no_options(neural_compressor: Workbench, models: Path) -> None:
    _, export = neural_compressor.export_of(models / "single")
    request = neural_compressor.dynamic(options=QuantizationOptions(per_channel=True))
    failure = neural_compressor.fail(request, model=export)
    assert "takes no `options`" in failure.message


def test_a_fallback_that_neural_compressor_ignores_is_found(neural_compressor: Workbench, models: Path) -> None:
    """Asked for ``classifier`` alone, Neural Compressor quantizes it: it calls the layer ``classifier.module``."""
    _, export = neural_compressor.export_of(models / "single")
    artifact = neural_compressor.folder / "ignored"
    said = neural_compressor.script(SCRIPTS / "ignored_fallback.py", export, artifact)
    assert said == "The saved artifact shows `classifier` as INT8, although `fallback.modules` asks for FP32."
