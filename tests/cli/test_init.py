from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.cli.boundary import guard
from cardgen.cli.init import command
from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest
from tests.hub_server.faults import Fault
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]

CONFIG = json.dumps({"architectures": ["BertForSequenceClassification"], "model_type": "bert"})
MODEL = {
    "README.md": b"---\nlicense: mit\nlanguage: [en]\n---\n# Mine\n",
    "config.json": CONFIG.encode(),
    "model.safetensors": b"weights",
}


def init(*arguments: str) -> int:
    return guard(lambda: command.main(list(arguments), standalone_mode=False), arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a model; the working directory."""
    (tmp_path / "models" / "mine").mkdir(parents=True)
    for name, content in MODEL.items():
        (tmp_path / "models" / "mine" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for blank, value in {
        "    id:  #": "    path: test.csv  #",
        "    split:  #": "    split: test  #",
        "    text:  #": "    text: sentence  #",
        "    label:  #": "    label: label  #",
        "      # dataset: {path: train.csv, split: train}": "      dataset: {path: train.csv, split: train}",
    }.items():
        assert blank in text
        text = text.replace(blank, value, 1)
    path.write_text(text, encoding="utf-8")


def test_a_local_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("models/mine") == 0
    printed = capsys.readouterr()
    assert printed.out == "manifests/mine.yaml\n"
    assert "cardgen plan manifests/mine.yaml" in printed.err
    path = folder / "manifests" / "mine.yaml"
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=manifest.schema.json\n")
    json.loads((folder / "manifests" / "manifest.schema.json").read_bytes())
    with pytest.raises(ManifestError):
        load_manifest(path)
    fill(path)
    manifest = load_manifest(path).manifest
    assert manifest.base_model.path is not None
    assert (path.parent / manifest.base_model.path / "config.json").is_file()
    assert manifest.metadata.license == "mit"


def test_a_folder_named_by_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder / "models" / "mine")
    assert init(".", "-o", "../../own.yaml") == 0
    assert "../../own.yaml" in capsys.readouterr().out or (folder / "own.yaml").is_file()
    assert "path: models/mine\n" in (folder / "own.yaml").read_text(encoding="utf-8")


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("models/mine") == 0
    path = folder / "manifests" / "mine.yaml"
    path.write_text("mine\n", encoding="utf-8")
    assert init("models/mine") == 2
    assert "manifests/mine.yaml is there already" in capsys.readouterr().err
    assert init("models/mine", "-o", "manifests") == 2
    assert init("models/mine", "-o", "manifest.txt") == 2
    assert "Name it manifest.yaml" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine\n"


def test_a_model_of_the_hub(folder: Path, hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    commit = hub.add("acme/model", MODEL).history()[0].oid
    assert init("acme/model") == 0
    assert capsys.readouterr().out == "manifests/model.yaml\n"
    text = (folder / "manifests" / "model.yaml").read_text(encoding="utf-8")
    assert f"  id: acme/model\n  revision: {commit}\n" in text
    assert "license: mit" in text
    fetched = {request.path.rpartition("/")[2] for request in hub.requests if "/resolve/" in request.path}
    assert fetched == {"README.md", "config.json"}


@pytest.mark.parametrize(
    ("model", "code", "says"),
    [
        ("models/mien", 4, "nor is there a folder models/mien: did you mean models/mine?"),
        ("./nowhere/at/all", 2, "the folder ./nowhere/at/all does not exist"),
        ("models/mine/config.json", 2, "models/mine/config.json is a file"),
        ("models", 2, "the folder models holds no config.json"),
        ("https://huggingface.co/acme/model", 2, "is an address, not a Hub id"),
    ],
)
def test_what_names_no_model(
    folder: Path, hub: HubServer, capsys: pytest.CaptureFixture[str], model: str, code: int, says: str
) -> None:
    assert init(model) == code
    assert says in capsys.readouterr().err
    assert not (folder / "manifests").exists()


@pytest.mark.parametrize("named", ["models", "models/mine/config.json"])
def test_who_names_no_checkpoint_is_told_how_a_quantized_model_gets_a_card(
    named: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(named) == 2
    assert "write a manifest that names it with `made`" in capsys.readouterr().err


def test_what_the_hub_says_no_to(
    folder: Path, hub: HubServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert init("acme/model") == 4
    assert "the model acme/model does not exist on 127.0.0.1, or is private" in capsys.readouterr().err
    hub.add("acme/data-only", {"README.md": b"# Data\n"})
    assert init("acme/data-only") == 4
    assert "holds no config.json" in capsys.readouterr().err
    hub.add("acme/adapter", {"adapter_config.json": b"{}", "config.json": b"{}"})
    assert init("acme/adapter") == 4
    assert "is an adapter" in capsys.readouterr().err
    hub.inject(Fault("status", "/api/models", method="GET", status=500, times=20))
    assert init("acme/adapter") == 4
    assert "try again later" in capsys.readouterr().err
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert init("acme/model") == 4
    assert "is out of reach" in capsys.readouterr().err
    assert not (folder / "manifests").exists()


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 500\n"
ADAPTER = {"adapter_config.json": b'{"peft_type": "LORA"}', "adapter_model.safetensors": b"weights"}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (ADAPTER, "is an adapter (adapter_config.json)"),
        ({**ADAPTER, "config.json": MODEL["config.json"]}, "is an adapter (adapter_config.json)"),
        ({**ADAPTER, **MODEL}, "An adapter (LORA) lies beside"),
        ({**MODEL, "config.json": POINTER}, "config.json is a Git LFS pointer"),
    ],
)
def test_files_that_no_build_takes(
    folder: Path, hub: HubServer, capsys: pytest.CaptureFixture[str], files: dict[str, bytes], says: str
) -> None:
    (folder / "models" / "other").mkdir()
    for name, content in files.items():
        (folder / "models" / "other" / name).write_bytes(content)
    hub.add("acme/other", files)
    for model, code in (("models/other", 2), ("acme/other", 4)):
        assert init(model) == code
        told = capsys.readouterr().err
        assert says in told
        assert ("git lfs pull" if POINTER in files.values() else "merge_and_unload()") in told
    assert not (folder / "manifests").exists()


def test_a_model_without_a_card(folder: Path, hub: HubServer) -> None:
    hub.add("acme/bare", {name: content for name, content in MODEL.items() if name != "README.md"})
    assert init("acme/bare") == 0
    assert "# license: …  # the base model's card is missing" in (folder / "manifests" / "bare.yaml").read_text("utf-8")


def test_a_place_below_a_file_is_told_as_that(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "taken").write_text("mine\n", encoding="utf-8")
    assert init("models/mine", "-o", "taken/own.yaml") == 2
    assert "error: taken is a file, and no folder\n    Name another place with -o.\n" in capsys.readouterr().err
