"""Neural Compressor on every task: equal to the model in FP32, quantized as asked, run from several threads."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.snippets import loading_snippet
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult
from tests.backends.workbench import REPO_ID, SCRIPTS, Workbench

pytestmark = pytest.mark.slow

ELSEWHERE = {
    "text-classification", "multi-label-classification", "text-regression", "token-classification",
    "question-answering", "translation",
}  # fmt: skip
"""Tasks whose models differ from those here in nothing but the head, or are quantized by other tests."""


@dataclass(frozen=True)
class Case:
    task: str
    outputs: tuple[str, ...]
    fallback: str
    linear: int
    embeddings: int
    approaches: tuple[str, ...] = ("dynamic", "static")
    always_fp32: tuple[str, ...] = ()
    """Layers that Neural Compressor leaves as they are."""


BERT = "encoder.layer.0.attention.self.key"
CONV1D = tuple(
    f"transformer.h.{i}.{part}" for i in (0, 1) for part in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
)
CASES = {
    "fill-mask": Case("fill-mask", ("logits",), "cls.predictions.decoder", 14, 3),
    "multiple-choice": Case("multiple-choice", ("logits",), f"bert.{BERT}", 14, 3),
    "sentence-similarity": Case("sentence-similarity", ("last_hidden_state",), BERT, 12, 3),
    "text-generation": Case("text-generation", ("logits",), "lm_head", 15, 1),
    "text-generation-gpt2": Case(
        "text-generation", ("logits",), "transformer.wpe", 9, 2, approaches=("static",), always_fp32=CONV1D
    ),
    "summarization": Case(
        "summarization", ("encoder_last_hidden_state", "logits"), "model.decoder.layers.1.fc1", 33, 5, ("dynamic",),
        always_fp32=(
            "model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens",
            "model.encoder.embed_positions", "model.decoder.embed_positions",
        ),
    ),
}  # fmt: skip


@dataclass
class Made:
    case: Case
    approach: str
    artifact: Path
    exported: ExportResult
    result: QuantizeResult
    found: dict[str, Any]
    """What ``check_torch_task.py`` found."""


@pytest.fixture(scope="module")
def bases(neural_compressor: Workbench, models: Path) -> Path:
    folder = neural_compressor.folder / "torch-tasks"
    neural_compressor.script(SCRIPTS / "make_onnx_tasks.py", models / "single", folder)
    return folder


@pytest.fixture(scope="module")
def artifacts() -> dict[str, Path]:
    """The artifacts that were made, by case and approach; filled as they are."""
    return {}


@pytest.fixture(
    scope="module",
    params=[(name, approach) for name, case in CASES.items() for approach in case.approaches],
    ids="-".join,
)
def made(request: pytest.FixtureRequest, neural_compressor: Workbench, bases: Path, artifacts: dict[str, Path]) -> Made:
    name, approach = request.param
    case = CASES[name]
    place = neural_compressor.folder / "checked" / f"{name}-{approach}"
    script = SCRIPTS / "check_torch_task.py"
    paths = (place / "export", place / "artifact")
    found = neural_compressor.script(script, case.task, bases / name, case.fallback, approach, *paths)
    artifacts[f"{name}-{approach}"] = paths[1]
    exported = ExportResult.model_validate(found["exported"])
    return Made(case, approach, paths[1], exported, QuantizeResult.model_validate(found["made"]), found)


def test_every_task_that_is_offered_is_tested() -> None:
    assert {case.task for case in CASES.values()} | ELSEWHERE == set(BACKENDS["neural-compressor"].tasks)


def test_an_export_computes_what_the_model_does(made: Made) -> None:
    assert made.found["outputs"] == list(made.case.outputs)
    assert made.found["fp32"] < 1e-5
    assert 1e-4 < made.found["int8"] < 0.5
    assert set(made.found["padding"]) <= {0.0}
    assert len(made.exported.linear_modules) == made.case.linear
    assert len(made.exported.embedding_modules) == made.case.embeddings


def test_the_artifact_is_as_asked(made: Made) -> None:
    case, found = made.case, made.result
    assert {*found.fp32_modules, *found.fp32_embeddings} == {case.fallback, *case.always_fp32}
    assert {*found.fp32_modules, *found.int8_modules} == {*made.exported.linear_modules}
    assert {*found.fp32_embeddings, *found.int8_embeddings} == {*made.exported.embedding_modules}
    assert found.calibration_seen == (made.found["samples"] if made.approach == "static" else None)


def test_threads_share_a_runner(made: Made) -> None:
    assert made.found["threads"]


def test_a_module_is_simulated_alone(made: Made) -> None:
    assert all(0 < noise < 1 for noise in made.found["noise"].values()), made.found["noise"]
    assert made.found["restored"]


def test_candidates_are_calibrated_once_and_are_what_the_variant_is(made: Made) -> None:
    plain, kept = map(set, made.found["candidates"])
    assert made.case.fallback in plain
    assert kept == plain - {made.case.fallback} == {*made.result.int8_modules, *made.result.int8_embeddings}
    assert made.found["calibrations"] == (1 if made.approach == "static" else 0)
    first, second = made.found["graphs"]
    assert 0 < second <= first, "a candidate stays in memory when the next one is made"
    assert made.found["trial"], "a candidate of the tuner computes something else than the artifact"
    if made.found["written"]:
        ours, artifact = made.found["written"]
        assert ours == artifact
    assert made.found["kept"] == made.found["made"], "a candidate that is kept is described otherwise"
    assert made.found["differs"] == [], "a candidate that is kept is another artifact"


def test_the_printed_code_runs(neural_compressor: Workbench, artifacts: dict[str, Path]) -> None:
    """All tasks in one run, since importing takes most of it: each is a folder of one repository."""
    together = neural_compressor.folder / "repository"
    code = []
    for name, artifact in artifacts.items():
        shutil.copytree(artifact, together / name)
        task = CASES[name.rpartition("-")[0]].task
        snippet = loading_snippet(
            "neural-compressor", task, REPO_ID, name, ("text",), quantized=True, trust_remote_code=False
        )
        code.append(f"{snippet}\nprint('---')")
        if task == "text-generation":
            code.append(
                "assert inputs['input_ids'].shape[1] < generated_ids.shape[1] <= inputs['input_ids'].shape[1] + 20"
            )
    request = neural_compressor.loading("fill-mask", "", quantized=True)
    said = neural_compressor.snippet(request.model_copy(update={"code": "\n".join(code)}), together)
    printed = dict(zip(artifacts, said.split("---\n"), strict=False))
    assert printed.keys() == artifacts.keys()
    for approach in ("dynamic", "static"):
        assert printed[f"multiple-choice-{approach}"] in ("And one answer.\n", "And another one.\n")
        assert -1 <= float(printed[f"sentence-similarity-{approach}"]) < 1
        assert printed[f"fill-mask-{approach}"].strip()
