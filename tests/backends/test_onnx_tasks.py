"""ONNX Runtime on tasks whose graphs or inputs differ from a classifier's: equal to PyTorch, quantized as asked."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.onnx_files import onnx_files
from cardgen.records.request import QuantizationOptions, QuantizeRequest
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult
from tests.backends.workbench import SCRIPTS, TASK, Workbench

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    task: str
    outputs: tuple[str, ...]
    fallback: str
    linear: int
    embeddings: int
    fp32_products: tuple[int, ...] = (1,)
    """Of the fallback, in each graph, by the name of its file."""


BERT = "encoder.layer.0.attention.self.key"
CASES = {
    "fill-mask": Case("fill-mask", ("logits",), f"bert.{BERT}", 14, 3),
    "multiple-choice": Case("multiple-choice", ("logits",), f"bert.{BERT}", 14, 3),
    "sentence-similarity": Case("sentence-similarity", ("last_hidden_state",), BERT, 12, 3),
    "text-generation": Case("text-generation", ("logits",), "lm_head", 15, 1),
    "text-generation-gpt2": Case("text-generation", ("logits",), "transformer.h.1.mlp.c_fc", 9, 2),
    "image-classification": Case("image-classification", ("logits",), "classifier", 13, 0),
    "summarization": Case(
        "summarization", ("encoder_last_hidden_state", "logits"), "model.decoder.layers.1.fc1", 33, 5, (1, 1, 0)
    ),
    "translation": Case(
        "translation", ("encoder_last_hidden_state", "logits"), "encoder.block.1.layer.0.SelfAttention.o", 37, 3,
        (0, 0, 1),
    ),
}  # fmt: skip


OLDER = ("text-generation", "image-classification", "summarization", "translation")
"""Those that are tried with the older transformers too."""


@dataclass
class Made:
    bench: Workbench
    case: Case
    exported: ExportResult
    export: Path
    result: QuantizeResult
    dynamic: Path
    found: dict[str, Any]
    """What ``check_onnx_task.py`` found."""


def dynamic(task: str, **changes: Any) -> QuantizeRequest:
    return QuantizeRequest(backend="onnxruntime", task=task, approach="dynamic", **changes)


@pytest.fixture(scope="module")
def bases(onnxruntime: Workbench, models: Path) -> Path:
    folder = onnxruntime.folder / "onnx-tasks"
    onnxruntime.script(SCRIPTS / "make_onnx_tasks.py", models / "single", folder)
    return folder


@pytest.fixture(
    scope="module",
    params=[
        *(("onnxruntime", name) for name in CASES),
        *(("onnxruntime_in_neural_compressor", name) for name in OLDER),
    ],
    ids="-".join,
)
def made(request: pytest.FixtureRequest, bases: Path) -> Made:
    environment, name = request.param
    bench: Workbench = request.getfixturevalue(environment)
    case = CASES[name]
    exported, export = bench.export_of(bases / name, case.task)
    result, artifact = bench.quantize(dynamic(case.task, fallback_modules=(case.fallback,)), export)
    found = bench.script(SCRIPTS / "check_onnx_task.py", case.task, bases / name, export, artifact, case.fallback)
    return Made(bench, case, exported, export, result, artifact, found)


def test_an_export_computes_what_the_model_does(made: Made) -> None:
    assert made.found["outputs"] == list(made.case.outputs)
    for differences in made.found["fp32"]:
        assert sorted(differences) == list(made.case.outputs)
        assert max(differences.values()) < 1e-4
    files = onnx_files(made.case.task, quantized=False).values()
    assert sorted(file.name for file in made.export.glob("*.onnx")) == sorted(files)
    assert made.exported.weight_bytes == sum((made.export / file).stat().st_size for file in files)
    assert len(made.exported.linear_modules) == made.case.linear
    assert len(made.exported.embedding_modules) == made.case.embeddings
    assert made.exported.labels == (("cat", "dog", "bird") if made.case.task == "image-classification" else ())


def test_threads_share_a_runner(made: Made) -> None:
    assert made.found["threads"]
    assert made.found.get("generated_by_threads", True)


def test_text_is_generated_from_a_cache_as_pytorch_does(made: Made) -> None:
    if made.case.task not in ("text-generation", "summarization", "translation"):
        assert "generated" not in made.found
        return
    assert made.found["generated"] == made.found["generated_by_pytorch"]
    assert made.found["cached"] < 1e-4
    ours, pytorch = made.found["generation"]
    assert ours == pytorch
    if made.case.task == "summarization":
        marks = {"decoder_start_token_id": 2, "forced_eos_token_id": 3}
        assert ours == {**marks, "max_length": 24, "no_repeat_ngram_size": 2, "num_beams": 3}


def test_the_fallback_is_honoured_and_all_else_is_int8(made: Made) -> None:
    assert made.result.fp32_modules == (made.case.fallback,)
    assert {*made.result.int8_modules, made.case.fallback} == set(made.exported.linear_modules)
    assert set(made.result.int8_embeddings) == set(made.exported.embedding_modules)
    assert made.result.fp32_embeddings == ()
    assert tuple(made.found["dynamic_fp32_products"].values()) == made.case.fp32_products
    assert 0 < max(made.found["dynamic"].values()) < 0.3


def test_an_int8_artifact_holds_its_own_graphs_alone(made: Made) -> None:
    files = onnx_files(made.case.task, quantized=True).values()
    assert sorted(file.name for file in made.dynamic.glob("*.onnx*")) == sorted(files)
    assert not (made.dynamic / "onnx_modules.json").exists()
    assert made.result.weight_bytes == sum((made.dynamic / file).stat().st_size for file in files)
    assert made.result.weight_bytes < made.exported.weight_bytes
    beside = "preprocessor_config.json" if made.case.task == "image-classification" else "tokenizer.json"
    assert (made.dynamic / beside).read_bytes() == (made.export / beside).read_bytes()


def test_static_quantization(made: Made) -> None:
    if "static" not in made.found["trials"]:
        assert made.case.task in ("summarization", "translation")
        assert made.found["refused"].startswith("A model that generates text cannot be quantized statically")
        return
    static = made.found["trials"]["static"]
    assert static["fp32_modules"] == [made.case.fallback]
    assert static["seen"] == (4 if made.case.task == "multiple-choice" else 8)
    assert tuple(static["fp32_products"].values()) == made.case.fp32_products
    assert 0 < max(static["int8"].values()) < 0.3


def test_one_module_alone_computes_as_in_int8(made: Made) -> None:
    for trials in made.found["trials"].values():
        assert sorted(trials["plain"]) == list(made.case.outputs)
        assert max(trials["plain"].values()) < 1e-4
        noise = max(trials["simulated"].values())
        assert 1e-6 < noise < 0.1


def test_a_candidate_of_the_tuner_is_what_the_variant_is(made: Made) -> None:
    for trials in made.found["trials"].values():
        assert trials["fp32_modules"] == [made.case.fallback]
        assert set(trials["trial_int8"]) == {*made.result.int8_modules, *made.result.int8_embeddings}
        assert set(trials["trial"].values()) == {0.0}
        assert trials["kept"]
        assert trials["differs"] == [], "a candidate that is kept is another artifact"


def test_a_weight_that_graphs_share_is_one_module(onnxruntime: Workbench, bases: Path) -> None:
    """BART's ``model.shared`` computes nothing itself: its weight is that of the two sides' embeddings."""
    exported, export = onnxruntime.export_of(bases / "summarization", "summarization")
    shared = ("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens")
    assert set(shared) < set(exported.embedding_modules)
    for asked, kept in ((shared[0], shared), (shared[1], shared[:2])):
        result, _ = onnxruntime.quantize(dynamic("summarization", fallback_modules=(asked,)), export)
        assert result.fp32_embeddings == kept
    modules = json.loads((export / "onnx_modules.json").read_text())["graphs"]
    assert modules["encoder_model.onnx"]["model.shared"] == ["/embed_tokens/Gather"]
    assert modules["decoder_model.onnx"]["model.shared"] == ["/model/decoder/embed_tokens/Gather"]


def test_a_node_is_excluded_in_each_graph_that_has_it(onnxruntime: Workbench, bases: Path) -> None:
    _, export = onnxruntime.export_of(bases / "translation", "translation")
    options = QuantizationOptions(exclude_nodes=("/lm_head/MatMul",))
    result, _ = onnxruntime.quantize(dynamic("translation", options=options), export)
    assert result.fp32_modules == ("lm_head",)
    failure = onnxruntime.fail(
        dynamic("translation", options=QuantizationOptions(exclude_nodes=("/lm_haed/MatMul",))), model=export
    )
    assert failure.remedy == "Did you mean `/lm_head/MatMul`?"


def test_the_printed_code_runs(onnxruntime: Workbench, bases: Path) -> None:
    """All tasks in one run, since importing takes most of it: each is two folders of one repository."""
    together = onnxruntime.folder / "onnx-repository"
    requests = []
    names = [name for name in CASES if name != "text-generation-gpt2"]
    for name in names:
        _, export = onnxruntime.export_of(bases / name, name)
        shutil.copytree(export, together / name / "fp32")
        shutil.copytree(onnxruntime.quantize(dynamic(name), export)[1], together / name / "int8")
        requests += [
            onnxruntime.loading(name, f"{name}/{precision}", quantized=precision == "int8")
            for precision in ("fp32", "int8")
        ]
    code = "\n".join(f"{request.code}\nprint('---')" for request in requests)
    output = onnxruntime.snippet(requests[0].model_copy(update={"code": code, "folder": ""}), together)
    said = [text.strip() for text in output.split("---\n")]
    fp32, int8 = dict(zip(names, said[::2], strict=False)), dict(zip(names, said[1::2], strict=False))
    plain = onnxruntime.script(SCRIPTS / "plain_tasks.py", *(f"{name}={bases / name}" for name in names))
    similar = {found.pop("sentence-similarity") for found in (fp32, int8, plain)}
    assert fp32 == {name: text.strip() for name, text in plain.items()}
    assert int8.keys() == fp32.keys()
    assert int8["multiple-choice"] in ("And one answer.", "And another one.")
    assert int8["image-classification"] in ("cat", "dog", "bird")
    assert all(int8.values())
    assert max(map(float, similar)) - min(map(float, similar)) < 0.05


def test_every_task_that_is_offered_is_tested() -> None:
    elsewhere = {"multi-label-classification", "text-regression"}  # whole builds: their models have the head of TASK
    tested = {*(case.task for case in CASES.values()), TASK, "token-classification", "question-answering", *elsewhere}
    assert tested == set(BACKENDS["onnxruntime"].tasks)
