"""Exports for each task that ONNX Runtime can export for: what they hold, and that they compute what the model does."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.records.request import ExportRequest
from tests.backends.workbench import LOCAL, SCRIPTS, TASK, Workbench

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    folder: str
    outputs: tuple[str, ...]
    labels: tuple[str, ...] = ()
    linear: int = 12
    """Six a layer, of two."""


CASES = {
    TASK: Case("single", ("logits",), ("good", "bad", "plain"), linear=14),
    "fill-mask": Case("masked", ("logits",), linear=14),
    "feature-extraction": Case("masked", ("last_hidden_state",)),
    "question-answering": Case("answers", ("start_logits", "end_logits"), linear=14),
    "token-classification": Case("tokens", ("logits",), ("O", "MOOD", "PLACE"), linear=13),
}


@pytest.fixture(scope="module")
def folders(onnxruntime: Workbench, models: Path) -> dict[str, Path]:
    made = onnxruntime.folder / "tasks"
    onnxruntime.script(SCRIPTS / "make_tasks.py", models / "single", made)
    return {task: (models if task == TASK else made) / case.folder for task, case in CASES.items()}


@pytest.mark.parametrize("environment", ["onnxruntime", "onnxruntime_in_neural_compressor"])
@pytest.mark.parametrize("task", CASES)
def test_an_export_computes_what_the_model_does(
    request: pytest.FixtureRequest, folders: dict[str, Path], models: Path, environment: str, task: str
) -> None:
    bench: Workbench = request.getfixturevalue(environment)
    case, base, data = CASES[task], folders[task], models / "single" / "test.csv"
    exported, export = bench.export_of(base, task)
    assert exported.labels == case.labels
    assert len(exported.linear_modules) == case.linear
    assert exported.parameters * 4 <= exported.weight_bytes == (export / "model.onnx").stat().st_size
    assert (export / "onnx_modules.json").exists() == (task in BACKENDS["onnxruntime"].tasks)
    columns = {"question": "label", "context": "text"} if task == "question-answering" else {"text": "text"}
    result = bench.compare(bench.comparing(task, columns=columns), base, export, data)
    assert bench.stages == ["loading libraries", "comparing"]
    assert result.outputs == case.outputs
    assert result.samples == 20
    assert 0 < result.largest_difference < 1e-4 < result.tolerance == 1e-3
    assert result.threads >= 1


def test_the_printed_code_runs(onnxruntime: Workbench, folders: dict[str, Path]) -> None:
    """All tasks in one run, since importing takes most of it: each is a folder of one repository."""
    together = onnxruntime.folder / "repository"
    for task, folder in folders.items():
        shutil.copytree(onnxruntime.export_of(folder, task)[1], together / task)
    requests = [onnxruntime.loading(task, task, quantized=False) for task in CASES]
    code = "\n".join(f"{request.code}\nprint('---')" for request in requests)
    output = onnxruntime.snippet(requests[0].model_copy(update={"code": code, "folder": ""}), together)
    said = dict(zip(CASES, output.split("---\n"), strict=False))
    plain = onnxruntime.script(SCRIPTS / "plain_tasks.py", *(f"{task}={folder}" for task, folder in folders.items()))
    assert said == plain


def test_the_printed_code_of_int8_models_runs_without_network(
    neural_compressor: Workbench, onnxruntime: Workbench, models: Path
) -> None:
    """The fence ends the process at the first name that is looked up or socket that connects."""
    fence = (
        "import os, sys\n"
        "sys.addaudithook(lambda event, _: event in ('socket.connect', 'socket.getaddrinfo') and os._exit(77))\n"
    )
    single = models / "single"
    static = neural_compressor.static(fallback_modules=("classifier",))
    _, pytorch = neural_compressor.quantize(static, neural_compressor.export_of(single)[1], single / "train.csv")
    _, onnx = onnxruntime.quantize(onnxruntime.dynamic(), onnxruntime.export_of(single)[1])
    for bench, folder, artifact in ((neural_compressor, "", pytorch), (onnxruntime, "onnx", onnx)):
        request = bench.loading(TASK, folder, quantized=True)
        output = bench.snippet(request.model_copy(update={"code": fence + request.code}), artifact)
        assert bench.stages == ["running the loading code"]
        assert output in ("good\n", "bad\n", "plain\n")


@pytest.fixture(scope="module")
def own_code(onnxruntime: Workbench, models: Path) -> Path:
    """A model that brings the classes of its configuration and of itself."""
    base = onnxruntime.folder / "own-code"
    shutil.copytree(models / "single", base)
    (base / "configuration_own.py").write_text(
        "from transformers import DistilBertConfig\n\n\nclass OwnConfig(DistilBertConfig):\n    mark = 'own'\n"
    )
    (base / "modeling_own.py").write_text(
        "from transformers import DistilBertForSequenceClassification\n"
        "from .configuration_own import OwnConfig\n\n\n"
        "class OwnModel(DistilBertForSequenceClassification):\n    config_class = OwnConfig\n"
    )
    config = json.loads((base / "config.json").read_text())
    own = {"AutoConfig": "configuration_own.OwnConfig", "AutoModelForSequenceClassification": "modeling_own.OwnModel"}
    (base / "config.json").write_text(json.dumps({**config, "auto_map": own}))
    return base


def test_code_that_comes_with_a_model_is_published_and_runs(onnxruntime: Workbench, own_code: Path) -> None:
    _, export = onnxruntime.export(own_code, trust_remote_code=True)
    _, artifact = onnxruntime.quantize(onnxruntime.dynamic(trust_remote_code=True), export)
    request = onnxruntime.loading(TASK, "onnx", quantized=True, trust_remote_code=True)
    code = request.code + "\nprint(model.config.mark)"
    assert onnxruntime.snippet(request.model_copy(update={"code": code}), artifact).splitlines()[1:] == ["own"]


def test_a_model_that_optimum_intel_cannot_load_is_told(neural_compressor: Workbench, own_code: Path) -> None:
    _, export = neural_compressor.export(own_code, trust_remote_code=True)
    assert sorted(file.name for file in export.glob("*.py")) == ["configuration_own.py", "modeling_own.py"]
    failure = neural_compressor.fail(neural_compressor.dynamic(trust_remote_code=True), model=export)
    assert failure.message.endswith("configuration is a class of its own: 'OwnConfig'.")
    assert failure.remedy.startswith("Use the onnxruntime backend, which quantizes it if Optimum can export it")


def test_a_model_without_the_head_is_refused(onnxruntime: Workbench, folders: dict[str, Path]) -> None:
    request = ExportRequest(backend="onnxruntime", task="question-answering", model=LOCAL)
    failure = onnxruntime.fail(request, model=folders["fill-mask"])
    assert failure.message.startswith("The base model has no trained weights for qa_outputs.bias, qa_outputs.weight;")


def test_an_architecture_that_does_not_do_the_task_is_refused(onnxruntime: Workbench, folders: dict[str, Path]) -> None:
    request = ExportRequest(backend="onnxruntime", task="summarization", model=LOCAL)
    failure = onnxruntime.fail(request, model=folders["fill-mask"])
    assert failure.message == (
        "The base model cannot be loaded for summarization: models of its architecture do not do that."
    )
    assert "another `task`" in failure.remedy
