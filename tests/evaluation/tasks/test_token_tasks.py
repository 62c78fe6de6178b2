"""Question answering and token classification with both backends, by the real worker, on tiny trained models."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy

from cardgen.evaluation.scoring.squad_rules import judge_v2
from cardgen.records.inputs import DatasetSlice
from cardgen.records.request import CalibrationRequest, MetricRequest, QuantizeRequest
from cardgen.records.results.evaluate import EvaluateResult
from tests.backends.workbench import LOCAL, Scoring, Workbench

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[1] / "scripts"
JSON_LINES = DatasetSlice(source=LOCAL, format="json")


@dataclass(frozen=True)
class Task:
    name: str
    folder: str
    columns: dict[str, str]
    inputs: tuple[str, ...]
    metrics: tuple[str, ...]
    fallback: str

    def scoring(self, bench: Workbench, batch_size: int, **changes: Any) -> Scoring:
        metrics = tuple(MetricRequest(type=name) for name in self.metrics)
        fields = {"task": self.name, "data": JSON_LINES, "columns": self.columns, "metrics": metrics, **changes}
        return bench.scoring(batch_size, **fields)

    def quantizing(self, bench: Workbench, approach: str) -> QuantizeRequest:
        calibration = CalibrationRequest(
            data=JSON_LINES,
            columns={role: self.columns[role] for role in self.inputs},
            samples=30,
            batch_size=8,
            seed=1,
        )
        fields: dict[str, Any] = {"calibration": calibration} if approach == "static" else {}
        return QuantizeRequest.model_validate(
            {
                "backend": bench.backend,
                "task": self.name,
                "approach": approach,
                "fallback_modules": (self.fallback,),
                **fields,
            }
        )


TAGS = Task(
    "token-classification",
    "tags",
    {"text": "tokens", "labels": "ner_tags"},
    ("text",),
    ("f1", "precision", "recall", "accuracy"),
    "classifier",
)
ANSWERS = Task(
    "question-answering",
    "answers",
    {"question": "question", "context": "context", "answers": "answers"},
    ("question", "context"),
    ("exact_match", "f1"),
    "distilbert.transformer.layer.1.ffn.lin2",
)


@pytest.fixture(scope="module")
def trained(neural_compressor: Workbench) -> Path:
    folder = neural_compressor.folder / "trained"
    neural_compressor.script(SCRIPTS / "train_tasks.py", folder)
    return folder


def kind_of(bench: Workbench, artifact: Path) -> str:
    if bench.backend == "onnxruntime":
        return next(artifact.glob("*.onnx")).name
    return "neural-compressor" if (artifact / "inc_config.json").exists() else "torch"


def check_against_plain_loop(
    bench: Workbench, task: Task, result: EvaluateResult, scored: Path, artifact: Path, data: Path
) -> None:
    script = SCRIPTS / f"plain_{task.folder}.py"
    found = bench.script(script, kind_of(bench, artifact), artifact, data)
    stored = bench.script(SCRIPTS / "stored.py", scored)
    values = [score.value for score in result.scores]
    if task is TAGS:
        assert stored["prediction"] == found["found"]
        assert values == pytest.approx(found["scores"], abs=1e-12)
        return
    assert stored["prediction"] == found
    expected = [json.loads(line)["answers"]["text"] for line in data.read_text().splitlines()]
    assert stored["expected"] == expected
    verdicts = [judge_v2(*pair) for pair in zip(expected, found, strict=True)]
    assert values == pytest.approx(
        [sum(each.exact for each in verdicts) / len(verdicts), sum(each.f1 for each in verdicts) / len(verdicts)]
    )


def check_fidelity(bench: Workbench, task: Task, variant: EvaluateResult, before: Path, after: Path) -> None:
    """By what is stored: words of both models, one by one."""
    base, other = (bench.script(SCRIPTS / "stored.py", folder) for folder in (before, after))
    found = variant.fidelity
    assert found is not None
    assert found.lost is not None
    assert found.gained is not None
    if task.name == "question-answering":
        assert found.unit == "sample"
        assert found.same.count == sum(map(str.__eq__, base["prediction"], other["prediction"]))
        (exact,) = (change for change in variant.differences if change.metric == "exact_match")
        assert exact.value == pytest.approx((found.gained.count - found.lost.count) / found.units)
        return
    words = [
        [label for row in stored for label in row]
        for stored in (base["expected"], base["prediction"], other["prediction"])
    ]
    assert (found.unit, found.units) == ("word", len(words[0]))
    assert found.same.count == sum(map(str.__eq__, words[1], words[2]))
    right = [sum(map(str.__eq__, words[0], answers)) for answers in words[1:]]
    assert found.gained.count - found.lost.count == right[1] - right[0]
    labels = len(base["logits"][0]) // len(base["expected"][0])
    chances = [
        softmax(np.concatenate([np.reshape(row, (-1, labels)) for row in stored["logits"]]), -1)
        for stored in (base, other)
    ]
    assert found.divergence is not None
    assert found.divergence.mean == pytest.approx(entropy(*chances, axis=-1).mean(), rel=1e-3, abs=1e-7)


@pytest.mark.parametrize("environment", ["neural_compressor", "onnxruntime"])
@pytest.mark.parametrize("task", [TAGS, ANSWERS], ids=lambda task: task.folder)
def test_int8_is_scored_beside_fp32(
    request: pytest.FixtureRequest, trained: Path, environment: str, task: Task
) -> None:
    bench: Workbench = request.getfixturevalue(environment)
    model = trained / task.folder
    data = model / "test.jsonl"
    exported, export = bench.export_of(model, task.name)
    baseline, before, _ = bench.evaluate(task.scoring(bench, 16), export, data=data)
    check_against_plain_loop(bench, task, baseline, before, export, data)
    assert all(score.value > 0.7 for score in baseline.scores)
    assert baseline.samples == 200
    assert baseline.differences == ()
    for approach, batch_size in (("static", 16), ("dynamic", 1)):
        made, artifact = bench.quantize(task.quantizing(bench, approach), export, model / "train.jsonl")
        assert made.fp32_modules == (task.fallback,)
        assert {*made.int8_modules, task.fallback} == set(exported.linear_modules)
        assert made.calibration_seen == (30 if approach == "static" else None)
        assert made.weight_bytes < exported.weight_bytes
        asked = task.scoring(bench, batch_size)
        variant, after, _ = bench.evaluate(asked, artifact, data=data, baseline=before)
        check_against_plain_loop(bench, task, variant, after, artifact, data)
        for change, score, base in zip(variant.differences, variant.scores, baseline.scores, strict=True):
            assert change.metric == score.metric
            assert change.value == pytest.approx(score.value - base.value)
            assert change.low <= change.value <= change.high
            assert score.low <= score.value <= score.high
        check_fidelity(bench, task, variant, before, after)


def test_spans_are_scored_by_the_datasets_names(onnxruntime: Workbench, trained: Path, tmp_path: Path) -> None:
    """A model whose labels are numbered: counted as a span, each O would raise the scores."""
    model = trained / "tags"
    data = model / "test.jsonl"
    export = onnxruntime.export_of(model, TAGS.name)[1]
    named = onnxruntime.evaluate(TAGS.scoring(onnxruntime, 16), export, data=data).result
    config = json.loads((export / "config.json").read_text())
    names = list(config["id2label"].values())
    numbered = tmp_path / "numbered"
    shutil.copytree(export, numbered)
    config["id2label"] = {str(at): f"LABEL_{at}" for at in range(len(names))}
    (numbered / "config.json").write_text(json.dumps(config))
    labels = {name: f"LABEL_{at}" for at, name in enumerate(names)}
    asked = TAGS.scoring(onnxruntime, 16, labels=labels)
    assert onnxruntime.evaluate(asked, numbered, data=data).result == named
    plain = tmp_path / "plain.jsonl"  # whose labels are no tags
    rows = [json.loads(line) for line in data.read_text().splitlines()]
    for row in rows:
        row["ner_tags"] = [f"t{names.index(tag)}" for tag in row["ner_tags"]]
    plain.write_text("".join(json.dumps(row) + "\n" for row in rows))
    labels = {f"t{at}": f"LABEL_{at}" for at in range(len(names))}
    failure = onnxruntime.fail_to_score(TAGS.scoring(onnxruntime, 16, labels=labels), numbered, data=plain)
    assert failure.message.startswith("f1, precision and recall are of spans")
    words = TAGS.scoring(onnxruntime, 16, labels=labels, metrics=(MetricRequest(type="accuracy"),))
    (score,) = onnxruntime.evaluate(words, numbered, data=plain).result.scores
    assert score.value == next(other.value for other in named.scores if other.metric == "accuracy")
    assert score.chance is not None
    assert 0.1 < score.chance < score.low


def test_long_contexts_are_read_in_windows(onnxruntime: Workbench, trained: Path) -> None:
    model = trained / "answers"
    export = onnxruntime.export_of(model, ANSWERS.name)[1]
    asked = ANSWERS.scoring(onnxruntime, 16)
    result, one, predicted = onnxruntime.evaluate(asked, export, data=model / "test.jsonl")
    assert predicted.settings["max_length"] == 32
    assert predicted.settings["stride"] == 8
    assert int(predicted.settings["windows"]) > 300
    assert predicted.truncated == 0
    assert {score.metric: score.args for score in result.scores}["f1"] == {"rules": "squad_v2"}
    other = onnxruntime.evaluate(asked.changed(batch_size=3), export, data=model / "test.jsonl").predictions
    assert (one / "predictions.parquet").read_bytes() == (other / "predictions.parquet").read_bytes()


def test_where_every_question_has_an_answer_one_is_always_given(
    onnxruntime: Workbench, trained: Path, tmp_path: Path
) -> None:
    model = trained / "answers"
    rows = [json.loads(line) for line in (model / "test.jsonl").read_text().splitlines()]
    answered = tmp_path / "answered.jsonl"
    # A list of texts and a single text are taken too.
    forms = [row["answers"]["text"] * 2 for row in rows if row["answers"]["text"]]
    kept = [row for row in rows if row["answers"]["text"]]
    answered.write_text(
        "".join(json.dumps({**row, "answers": form}) + "\n" for row, form in zip(kept, forms, strict=True))
    )
    export = onnxruntime.export_of(model, ANSWERS.name)[1]
    result, scored, _ = onnxruntime.evaluate(ANSWERS.scoring(onnxruntime, 16), export, data=answered)
    assert result.samples == len(kept) < 200
    assert {score.args["rules"] for score in result.scores} == {"squad"}
    stored = onnxruntime.script(SCRIPTS / "stored.py", scored)
    assert all(stored["prediction"])


def test_long_texts_of_words_are_cut_and_counted(onnxruntime: Workbench, trained: Path, tmp_path: Path) -> None:
    model, data = trained / "tags", tmp_path / "long.jsonl"
    rows = [("day " * 30, "O " * 30), ("anna " + "day " * 60, "B-PER " + "O " * 60)]
    data.write_text("".join(json.dumps({"tokens": text, "ner_tags": tags}) + "\n" for text, tags in rows))
    export = onnxruntime.export_of(model, TAGS.name)[1]
    _, scored, predicted = onnxruntime.evaluate(TAGS.scoring(onnxruntime, 2), export, data=data)
    assert predicted.truncated == 1
    stored = onnxruntime.script(SCRIPTS / "stored.py", scored)
    assert [len(tags) for tags in stored["expected"]] == [len(tags) for tags in stored["prediction"]]
    assert len(stored["expected"][0]) == 30 > len(stored["expected"][1]) > 25


@pytest.mark.parametrize(
    ("task", "changes", "message", "remedy"),
    [
        (TAGS, {"columns": {"text": "tokens", "labels": "tokens"}}, "are not the model's: ", "Say which is which"),
        (TAGS, {"columns": {"text": "ner_tag", "labels": "ner_tags"}}, "no column `ner_tag`", "`ner_tags`"),
        (TAGS, {"metrics": (MetricRequest(type="exact_match"),)}, "no metric `exact_match`", "f1, precision"),
        (ANSWERS, {"columns": {**ANSWERS.columns, "answers": "question2"}}, "no column `question2`", "`question`"),
        (ANSWERS, {"metrics": (MetricRequest(type="f1", args={"average": "macro"}),)}, "no argument `average`", "none"),
        (ANSWERS, {"limit": 1}, "only one sample", "more samples"),
    ],
)
def test_a_wrong_request_is_told(
    onnxruntime: Workbench, trained: Path, task: Task, changes: dict[str, Any], message: str, remedy: str
) -> None:
    model = trained / task.folder
    export = onnxruntime.export_of(model, task.name)[1]
    asked = task.scoring(onnxruntime, 16, **{"limit": 20, **changes})
    failure = onnxruntime.fail_to_score(asked, export, data=model / "test.jsonl")
    assert message in failure.message
    assert remedy in failure.remedy
    assert failure.detail == ""
