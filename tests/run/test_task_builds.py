"""Whole builds for other tasks than text classification: a manifest, its variants, a card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.lint.rules import fidelity, sweep
from tests.backends.fixtures import neural_compressor, onnxruntime
from tests.backends.workbench import Workbench
from tests.lint.asking import ask
from tests.project import Project, read_evidence

__all__ = ["neural_compressor", "onnxruntime"]

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[1] / "evaluation" / "scripts"


@dataclass(frozen=True)
class Case:
    """What is built, and what its card must say."""

    task: str
    script: str
    """That trains the model, and writes the data beside it."""
    model: str
    """Its folder, in the one that the script makes."""
    data: str
    columns: Mapping[str, str]
    metrics: Mapping[str, str]
    """Metric to its title in the card."""
    pytorch: Mapping[str, Any] | None = None
    """The variants, where there are such."""
    onnx: Mapping[str, Any] | None = None
    samples: int = 60
    steps: int = 7
    says: tuple[str, ...] = ()
    """What else the card says."""
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = "samples"
    """What is answered alike or not; ``None`` where answers are numbers."""

    @property
    def manifest(self) -> dict[str, Any]:
        pytorch, onnx = (
            {name: {"backend": backend, **variant}} if variant is not None else {}
            for name, backend, variant in (
                ("pytorch", "neural-compressor", self.pytorch),
                ("onnx", "onnxruntime", self.onnx),
            )
        )
        return {
            "version": 1,
            "repo_id": "me/model-int8",
            "card": "quantized",
            "title": f"INT8 for {self.task}",
            "task": self.task,
            "base_model": {"id": "me/model", "path": self.model},
            "metadata": {"license": "apache-2.0"},
            "variants": pytorch | onnx,
            "evaluation": {
                "dataset": {"path": self.data},
                "columns": dict(self.columns),
                "metrics": [*self.metrics],
                "limit": 60,
                **self.evaluation,
            },
        }


def static(data: str) -> dict[str, Any]:
    return {"approach": "static", "calibration": {"dataset": {"path": data}, "samples": 30, "batch_size": 8}}


DYNAMIC = {"approach": "dynamic"}
CASES = {
    "tags": Case(
        "token-classification",
        "train_tasks.py",
        "made/tags",
        "made/tags/test.jsonl",
        {"text": "tokens", "labels": "ner_tags"},
        {"f1": "F1", "accuracy": "Accuracy"},
        pytorch=static("made/tags/train.jsonl"),
        onnx={"approach": "dynamic", "fallback": {"tolerance": 0.02}},
        steps=15,
        unit="words",
    ),
    "answers": Case(
        "question-answering",
        "train_tasks.py",
        "made/answers",
        "made/answers/test.jsonl",
        {"question": "question", "context": "context", "answers": "answers"},
        {"f1": "F1 (squad_v2)", "exact_match": "Exact match (squad_v2)"},
        pytorch={**static("made/answers/train.jsonl"), "fallback": {"tolerance": 0.05, "absolute": True}},
        steps=8,
        says=("`stride`",),
    ),
    "summaries": Case(
        "summarization",
        "train_summaries.py",
        "made",
        "made/test.jsonl",
        {"text": "text", "summary": "summary"},
        {"rougeLsum": "ROUGE-Lsum"},
        onnx={"approach": "dynamic", "fallback": {"tolerance": 0.03}},
        steps=8,
        says=("`num_beams` 2", "trial"),
    ),
    "translations": Case(
        "translation",
        "train_summaries.py",
        "made",
        "made/test.jsonl",
        {"text": "text", "translation": "summary"},
        {"sacrebleu": "BLEU (sacreBLEU)", "chrf": "chrF"},
        pytorch={"approach": "dynamic", "fallback": {"tolerance": 0.03}},
        steps=8,
        says=("`num_beams` 2", "trial"),
    ),
    "masks": Case(
        "fill-mask",
        "train_language.py",
        "made/bert",
        "made/test.jsonl",
        {"text": "text"},
        {"perplexity": "Perplexity", "accuracy": "Accuracy"},
        pytorch=static("made/other.jsonl"),
        samples=0,
        evaluation={"limit": None},
        says=("`masked_share`",),
        unit="tokens",
    ),
    "language": Case(
        "text-generation",
        "train_language.py",
        "made/llama",
        "made/test.jsonl",
        {"text": "text"},
        {"perplexity": "Perplexity"},
        onnx={"approach": "dynamic", "fallback": {"tolerance": 0.05}},
        samples=0,
        steps=8,
        evaluation={"limit": None},
        says=("`stride`", "trial"),
        unit="tokens",
    ),
    "choices": Case(
        "multiple-choice",
        "train_choices.py",
        "made",
        "made/test.jsonl",
        {"context": "past", "text": "question", "choices": "answers", "label": "right"},
        {"accuracy": "Accuracy"},
        pytorch=DYNAMIC,
    ),
    "pairs": Case(
        "sentence-similarity",
        "train_pairs.py",
        "made",
        "made/test.jsonl",
        {"text": "one", "text_pair": "other", "score": "alike"},
        {"pearsonr": "Pearson correlation", "spearmanr": "Spearman correlation"},
        onnx=static("made/other.jsonl"),
        says=("`pooling` mean",),
        unit=None,
    ),
    "several": Case(
        "multi-label-classification",
        "train_texts.py",
        "made/several",
        "made/test.jsonl",
        {"text": "text", "labels": "subjects"},
        {"f1": "F1 (micro)", "label_ranking_average_precision": "Label ranking average precision"},
        pytorch=static("made/other.jsonl"),
        onnx={"approach": "dynamic", "fallback": {"tolerance": 0.05}},
        steps=15,
        says=("`threshold` 0.5", "any of 3 labels", "trial", "score > 0.5", "pipeline_tag: text-classification"),
    ),
    "marked": Case(
        "multi-label-classification",
        "train_texts.py",
        "made/several",
        "made/test.jsonl",
        {"text": "text", "labels": "marks"},
        {"f1": "F1 (micro)", "exact_match": "Exact match"},
        onnx=DYNAMIC,
    ),
    "numbers": Case(
        "text-regression",
        "train_texts.py",
        "made/score",
        "made/test.jsonl",
        {"text": "text", "score": "score"},
        {"pearsonr": "Pearson correlation", "spearmanr": "Spearman correlation", "mae": "Mean absolute error"},
        pytorch={**static("made/other.jsonl"), "fallback": {"tolerance": 0.05}},
        onnx=DYNAMIC,
        steps=15,
        says=("trial", "logits[0, 0]", "pipeline_tag: text-classification"),
        evaluation={"primary": "mae"},
        unit=None,
    ),
    "images": Case(
        "image-classification",
        "train_images.py",
        "made",
        "made/test.parquet",
        {"image": "image", "label": "label"},
        {"accuracy": "Accuracy", "f1": "F1 (macro)"},
        onnx={**static("made/train.parquet"), "fallback": {"tolerance": 0.1}},
        steps=8,
        says=("trial",),
    ),
}


@pytest.fixture(scope="module")
def trained(request: pytest.FixtureRequest) -> Any:
    """From a script's name to the folder that it filled, once."""

    @cache
    def folder_of(script: str) -> Path:
        environment = "onnxruntime" if script == "train_images.py" else "neural_compressor"
        bench: Workbench = request.getfixturevalue(environment)
        folder = bench.folder / script.removesuffix(".py")
        folder.mkdir()
        printed = bench.script(SCRIPTS / script, folder / "made")
        (folder / "wanted.json").write_text(json.dumps(printed), encoding="utf-8")
        for data in folder.glob("made/test.jsonl"):
            lines = data.read_text(encoding="utf-8").splitlines()
            if len(lines) > 60:
                (folder / "made/other.jsonl").write_text("\n".join(lines[60:]), encoding="utf-8")  # to calibrate on
        return folder

    return folder_of


@pytest.mark.parametrize("name", CASES)
def test_a_card_shows_int8_beside_fp32(trained: Any, name: str) -> None:
    case, folder = CASES[name], trained(CASES[name].script)
    project = Project(folder)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(case.manifest), encoding="utf-8")
    run = project.run("build", "--json", f"{name}.yaml")
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)
    assert len(report["ran"]) == case.steps
    card = (folder / "cards" / name / "README.md").read_text(encoding="utf-8")
    evidence = read_evidence(folder / "cards" / name / "evidence.json")
    results = [record["result"] for record in evidence["records"] if record["request"]["kind"] == "evaluate"]
    assert len(results) == 2 * len(case.manifest["variants"])
    for result in results:
        assert result["samples"] == case.samples or (case.samples == 0 and result["samples"] > 1)
        for title, score in zip(case.metrics.values(), result["scores"], strict=True):
            assert f"| {title} |" in card
            assert f"{score['value']:.4f}" in card
    for words in case.says:
        assert words in card
    check_fidelity(case, card, results)
    made = [record["result"] for record in evidence["records"] if record["request"]["kind"] == "quantize"]
    for seen in [result["calibration"] for result in made if result["calibration"] is not None]:
        assert seen["samples"] == 30
        assert f"SHA-256 `{seen['sha256'][:16]}`" in card
        assert (seen["tokens"] is None) == (case.task == "image-classification")
    again = project.run("build", "--json", f"{name}.yaml")
    assert json.loads(again.stdout)[0]["ran"] == []
    for tune in [record for record in evidence["records"] if record["request"]["kind"] == "tune"]:
        check_what_the_tuner_kept(project, name, evidence["records"], tune, run.stderr)


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("images", "marked")])
def test_every_task_of_tokens_can_be_swept(trained: Any, name: str) -> None:
    case, folder = CASES[name], trained(CASES[name].script)
    grid = {"framework": ["onnxruntime", "pytorch"], "operators_to_quantize": [["MatMul"]]}
    benchmark = {"duration_s": 0.1, "warmup_runs": 1, "batch_sizes": [2], "input_lengths": [12], "grid": grid}
    manifest = {**case.manifest, "card": "benchmark", "variants": {}, "benchmark": benchmark}
    manifest["evaluation"] = {**manifest["evaluation"], "batch_size": 8}
    (folder / f"{name}-sweep.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    run = Project(folder).run("build", "--json", f"{name}-sweep.yaml")
    assert run.returncode == 0, run.stderr
    evidence = read_evidence(folder / "cards" / f"{name}-sweep" / "evidence.json")
    timed = [record["result"] for record in evidence["records"] if record["request"]["kind"] == "benchmark"]
    assert len(timed) == 3
    assert all(result["runs"] >= 2 and result["mean_ms"] > 0 for result in timed)
    card = (folder / "cards" / f"{name}-sweep" / "README.md").read_text(encoding="utf-8")
    for title in case.metrics.values():
        assert title in card
    assert ask(sweep.RULES, card) == []


def check_fidelity(case: Case, card: str, results: list[dict[str, Any]]) -> None:
    """A line for each variant, of which lint finds nothing to say."""
    assert ask(fidelity.RULES, card) == []
    found = [result["fidelity"] for result in results if result["differences"]]
    assert all(result["fidelity"] is None for result in results if not result["differences"])
    if case.unit is None:
        assert set(found) == {None}
        assert "as FP32 does" not in card
        return
    for each in found:
        assert f"answers {each['same']['count']} of {each['units']} {case.unit} as FP32 does" in card
        assert 0 < each["same"]["count"] <= each["units"]
        if each["divergence"] is not None:
            assert 0 < each["divergence"]["mean"] < 1
            assert each["divergence"]["likeliest"] == (32 if case.unit == "tokens" else None)


def test_figures_of_several_labels_and_of_numbers_are_scikit_learns(trained: Any) -> None:
    folder = trained("train_texts.py")
    wanted = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    for name in ("several", "numbers"):
        evidence = read_evidence(folder / "cards" / name / "evidence.json")
        (fp32,) = [
            record["result"]["scores"]
            for record in evidence["records"]
            if record["request"]["kind"] == "evaluate"
            and record["request"]["backend"] == "neural-compressor"
            and not record["result"]["differences"]
        ]
        for score in fp32:
            assert score["value"] == pytest.approx(wanted[score["metric"]], abs=2e-3)


def test_a_model_of_another_kind_of_answer_is_refused(trained: Any) -> None:
    folder = trained("train_texts.py")
    for name, model, task in (("several", "made/score", "text-regression"),
                              ("numbers", "made/several", "multi-label-classification")):  # fmt: skip
        manifest = {**CASES[name].manifest, "base_model": {"id": "me/model", "path": model}}
        manifest["variants"] = {"onnx": {"backend": "onnxruntime", "approach": "dynamic"}}
        (folder / "wrong.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
        run = Project(folder).run("build", "wrong.yaml")
        assert run.returncode == 4, run.stderr
        assert f"`task: {task}`" in run.stderr


def check_what_the_tuner_kept(
    project: Project, name: str, records: list[dict[str, Any]], tune: dict[str, Any], said: str
) -> None:
    """The steps make by themselves what the tuner has made: files byte for byte, results number for number."""
    quantize = next(record for record in records if record["needs"].get("tune") == tune["fingerprint"])
    predict = next(
        record
        for record in records
        if record["needs"].get("model") == quantize["fingerprint"] and record["request"] == tune["request"]["predict"]
    )
    variant = "onnx" if tune["request"]["backend"] == "onnxruntime" else "pytorch"
    for record in (quantize, predict):
        assert f"{record['request']['kind']} {variant}: tune {variant} has made it" in said
        (project.folder / ".cardgen" / "records" / f"{record['fingerprint']}.json").unlink()
        shutil.rmtree(project.folder / ".cardgen" / "artifacts" / record["fingerprint"])
    shutil.rmtree(project.folder / "cards" / name)
    run = project.run("build", "--json", f"{name}.yaml")
    assert json.loads(run.stdout)[0]["ran"] == [f"quantize {variant}", f"predict {variant}"]
    alone = read_evidence(project.folder / "cards" / name / "evidence.json")["records"]
    for record in (quantize, predict):
        again = next(each for each in alone if each["fingerprint"] == record["fingerprint"])
        assert without_time(again) == without_time(record)
        assert again["artifact"]


def without_time(record: dict[str, Any]) -> dict[str, Any]:
    """A record but for when it was made, and how long that took."""
    result = {key: value for key, value in record["result"].items() if key not in ("seconds", "load")}
    return {
        **{key: value for key, value in record.items() if key not in ("started", "seconds", "seal")},
        "result": result,
    }
