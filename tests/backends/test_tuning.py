"""The tuner with real models: one whose plain INT8 is far worse than its FP32, for reasons that are known."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardgen.records.content import list_files
from cardgen.records.request import MetricRequest, QuantizationOptions, QuantizeRequest, TuneRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.tune import Candidate, TuneResult
from cardgen.run.workers.protocol import Failed, Finished
from tests.backends.workbench import SCRIPTS, TASK, Scoring, Workbench

pytestmark = pytest.mark.slow

ATTENTION = "distilbert.transformer.layer.{}.attention.{}"
BAD = {ATTENTION.format(layer, name) for layer in (0, 1) for name in ("v_lin", "out_lin")}
"""The layers on both sides of an outlier."""
TOLERANCE = 0.01


@dataclass
class Tuned:
    """A tuning, and what it was made of."""

    bench: Workbench
    data: Path
    export: tuple[ExportResult, Path]
    baseline: Path
    quantize: QuantizeRequest
    scoring: Scoring
    journal: Path

    def request(self, tolerance: float = TOLERANCE, **changes: object) -> TuneRequest:
        return TuneRequest(
            backend=self.bench.backend,
            task=TASK,
            quantize=self.quantize.model_copy(update=changes),
            predict=self.scoring.predict,
            metric=self.scoring.metrics[0],
            tolerance=tolerance,
        )

    @property
    def paths(self) -> dict[str, Path]:
        data = {"data": self.data / "test.csv", "calibration": self.data / "train.csv"}
        return {"model": self.export[1], "baseline": self.baseline, "journal": self.journal, **data}

    def scored(self, candidate: Candidate) -> float:
        """The score of a candidate that is quantized and evaluated as a variant is."""
        asked = self.quantize.model_copy(update={"fallback_modules": candidate.fp32_modules})
        _made, artifact = self.bench.quantize(asked, self.export[1], self.data / "train.csv")
        found = self.bench.evaluate(self.scoring, artifact, data=self.data / "test.csv", baseline=self.baseline)
        return found.result.scores[0].value


@pytest.fixture(scope="module")
def outliers(neural_compressor: Workbench, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outliers")
    neural_compressor.script(SCRIPTS / "add_outliers.py", models / "single", folder, 2)
    return folder


def prepared(bench: Workbench, model: Path, approach: str, place: Path) -> Tuned:
    export = bench.export_of(model)
    accuracy = (MetricRequest(type="accuracy"),)
    scoring = bench.scoring(1 if approach == "dynamic" else 32, metrics=accuracy)
    baseline = bench.evaluate(scoring, export[1], data=model / "test.csv").predictions
    quantize = bench.static() if approach == "static" else bench.dynamic()
    return Tuned(bench, model, export, baseline, quantize, scoring, place / "journal.jsonl")


@pytest.fixture(
    scope="module",
    params=[("onnxruntime", "static"), ("onnxruntime", "dynamic"), ("neural_compressor", "static")],
    ids="-".join,
)
def tuned(
    request: pytest.FixtureRequest, outliers: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tuned, TuneResult]:
    environment, approach = request.param
    bench: Workbench = request.getfixturevalue(environment)
    made = prepared(bench, outliers, approach, tmp_path_factory.mktemp("journal"))
    return made, bench.tune(made.request(), **made.paths)


def test_only_what_is_bad_stays_fp32(tuned: tuple[Tuned, TuneResult]) -> None:
    _made, found = tuned
    plain, chosen = found.candidates[0], next(each for each in found.candidates if each.score == found.score)
    assert plain.fp32_modules == ()
    assert plain.score is not None
    assert plain.score < found.limit - 0.1, "plain INT8 was to miss the tolerance by far"
    assert found.score >= found.limit
    assert found.limit == pytest.approx(found.baseline * (1 - TOLERANCE))
    assert chosen.accepted
    assert BAD.issuperset(found.fallback_modules)
    assert 1 <= len(found.fallback_modules) <= len(BAD)


def test_sensitivity_tells_the_bad_ones_without_labels(tuned: tuple[Tuned, TuneResult]) -> None:
    made, found = tuned
    assert found.ranking is not None
    assert {entry.module for entry in found.ranking.modules[: len(BAD)]} == BAD
    noises = {entry.module: entry.noise or 0.0 for entry in found.ranking.modules}
    assert sum(noises[name] for name in BAD) > 0.99 * sum(noises.values())
    assert {entry.module for entry in found.ranking.modules} == {
        *made.export[0].linear_modules,
        *made.export[0].embedding_modules,
    }
    assert found.ranking.samples * (len(found.ranking.modules) + 1) < found.samples


def test_few_evaluations_are_needed(tuned: tuple[Tuned, TuneResult]) -> None:
    _made, found = tuned
    assert found.ranking is not None
    typical = 2 + math.log2(len(found.ranking.modules))
    assert len(found.candidates) <= typical + 1
    assert sum(each.score is not None for each in found.candidates) <= typical - 1
    assert all(each.samples == found.samples for each in found.candidates if each.score is not None)


def test_a_trial_scores_what_the_variant_will(tuned: tuple[Tuned, TuneResult]) -> None:
    made, found = tuned
    chosen = next(each for each in found.candidates if each.fp32_modules == found.fallback_modules)
    assert made.scored(chosen) == chosen.score == found.score


def test_a_trial_is_only_stopped_where_it_fails(tuned: tuple[Tuned, TuneResult]) -> None:
    made, found = tuned
    stopped = [each for each in found.candidates if each.bound is not None]
    assert stopped
    for candidate in stopped[:2]:
        assert candidate.score is None
        assert candidate.bound is not None
        assert candidate.samples < found.samples
        assert made.scored(candidate) <= candidate.bound < found.limit


def of_any_run(result: TuneResult) -> TuneResult:
    """Without what a run tells of itself."""
    return result.model_copy(update={"load": None, "spinning": None})


def test_what_was_tried_is_not_tried_again(tuned: tuple[Tuned, TuneResult]) -> None:
    made, found = tuned
    assert found.ranking is not None
    again = made.bench.tune(made.request(), **made.paths)
    assert of_any_run(again) == of_any_run(found)
    assert "trying a fallback" not in made.bench.stages
    assert "ranking modules" not in made.bench.stages


def test_what_was_chosen_is_kept_as_the_steps_would_make_it(tuned: tuple[Tuned, TuneResult], tmp_path: Path) -> None:
    made, found = tuned
    paths = made.paths | {"journal": tmp_path / "journal.jsonl"}
    end = made.bench.run(made.request(), **paths)
    assert isinstance(end, Finished)
    assert isinstance(end.result, TuneResult)
    assert end.result.fallback_modules == found.fallback_modules
    kept = made.bench.output
    quantize, predict = (each.result for each in end.also)
    asked = made.quantize.model_copy(update={"fallback_modules": found.fallback_modules})
    described, artifact = made.bench.quantize(asked, made.export[1], made.data / "train.csv")
    assert quantize == described
    assert found.calibration == described.calibration
    assert (found.calibration is None) == (made.quantize.approach == "dynamic")
    assert list_files(kept / "quantize") == list_files(artifact)
    asked_alone = made.scoring.predict
    fp32 = {"baseline": made.paths["baseline"]} if asked_alone.batch_size > 1 else {}
    alone = made.bench.run(asked_alone, model=artifact, data=made.data / "test.csv", **fp32)
    assert isinstance(alone, Finished)
    assert isinstance(alone.result, PredictResult)
    assert isinstance(predict, PredictResult)
    assert predict == alone.result.model_copy(update={"seconds": predict.seconds, "load": predict.load})
    assert list_files(kept / "predict") == list_files(made.bench.output)
    assert all(each.seconds > 0 for each in end.also)

    again = made.bench.run(made.request(), **paths)
    assert isinstance(again, Finished)
    assert again.also == (), "its model was made by another run"
    assert list(made.bench.output.iterdir()) == []


def test_another_tolerance_begins_with_what_was_scored_for_the_first(
    tuned: tuple[Tuned, TuneResult], tmp_path: Path
) -> None:
    made, found = tuned
    assert found.ranking is not None
    wide = made.request(5 * TOLERANCE)
    fresh = made.bench.tune(wide, **made.paths | {"journal": tmp_path / "journal.jsonl"})
    again = made.bench.tune(wide, **made.paths)
    assert "ranking modules" not in made.bench.stages
    assert again.ranking == found.ranking
    assert (again.fallback_modules, again.score, again.limit) == (fresh.fallback_modules, fresh.score, fresh.limit)
    assert [(each.fp32_modules, each.accepted) for each in again.candidates] == [
        (each.fp32_modules, each.accepted) for each in fresh.candidates
    ]
    known = {each.fp32_modules: each for each in found.candidates if each.score is not None}
    shared = [each for each in again.candidates if each.fp32_modules in known]
    assert shared, "plain INT8 at least"
    assert all(each.seconds == known[each.fp32_modules].seconds for each in shared), "not measured again"
    first = made.bench.tune(made.request(), **made.paths)
    assert of_any_run(first) == of_any_run(found), "what the second wrote does not disturb the first"


def test_a_tolerance_out_of_reach(onnxruntime: Workbench, outliers: Path, tmp_path: Path) -> None:
    made = prepared(onnxruntime, outliers, "static", tmp_path)
    # The sums beside the modules are rounded too: no fallback of modules mends that.
    options = QuantizationOptions(operators=("Add", "MatMul"))
    end = onnxruntime.run(made.request(options=options), **made.paths)
    assert isinstance(end, Failed)
    assert end.error.type == "ToleranceError"
    assert onnxruntime.finished.count("calibrating") == 1, "once for all candidates"
    tried = made.journal.read_text().count('"fp32_modules"')
    said = re.match(
        rf"No fallback of {tried} that were tried reaches (\S+): the best, with \d+ modules in FP32, "
        r"scores (\S+), and FP32 (\S+)\.$",
        end.error.message,
    )
    assert said, end.error.message
    limit, best, fp32 = map(float, said.groups())
    assert limit == pytest.approx((1 - made.request().tolerance) * fp32, abs=1e-4)
    assert best < limit
    assert "Allow a larger `tolerance`" in end.error.remedy
    assert len(end.error.detail.splitlines()) == tried
    again = onnxruntime.run(made.request(options=options), **made.paths)
    assert isinstance(again, Failed)
    assert again.error == end.error
    assert "trying a fallback" not in onnxruntime.stages
