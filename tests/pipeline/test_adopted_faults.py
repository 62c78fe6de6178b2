"""Files of models that cannot be adopted as they are: told with key and remedy, all at once, and nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.errors import ManifestError, ResolveError
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.build import build
from tests.adopted import MODELS, POINTER, project
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]  # a fixture

W4A16 = MODELS / "models" / "ct-w4a16-g32"
GGUF = MODELS / "gguf" / "models"


def shards(folder: Path, *, there: int) -> None:
    """A model in three files, of which some are missing."""
    shutil.copy(W4A16 / "config.json", folder)
    for number in range(there):
        shutil.copy(W4A16 / "model.safetensors", folder / f"model-0000{number + 1}-of-00003.safetensors")
    index = {"weight_map": {f"{number}.weight": f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def damaged(folder: Path, how: str) -> dict[str, object]:
    """Files that are wrong in one way, and how a manifest names them."""
    folder.mkdir()
    made: dict[str, object] = {"path": "models"}
    match how:
        case "two formats":
            shutil.copy(GGUF / "Q2_K.gguf", folder)
            shutil.copy(W4A16 / "model.safetensors", folder)
        case "two files":
            shutil.copytree(GGUF, folder, dirs_exist_ok=True)
        case "two graphs":
            shutil.copytree(MODELS / "onnx" / "models", folder, dirs_exist_ok=True)
        case "pointer":
            (folder / "model.safetensors").write_text(POINTER)
        case "pointer to a tokenizer":
            shutil.copytree(W4A16, folder, dirs_exist_ok=True)
            (folder / "tokenizer.json").write_text(POINTER)
        case "pointer to a configuration":
            shutil.copytree(W4A16, folder, dirs_exist_ok=True)
            (folder / "config.json").write_text(POINTER)
        case "pointer to weights beside a graph":
            shutil.copy(MODELS / "openvino" / "models" / "int8.xml", folder)
            (folder / "int8.bin").write_text(POINTER)
        case "pointer to external weights":
            shutil.copy(MODELS / "onnx" / "models" / "nbits8.onnx", folder)
            (folder / "nbits8.onnx.data").write_text(POINTER)
        case "cut external weights":
            shutil.copy(MODELS / "onnx" / "models" / "nbits8.onnx", folder)
            content = (MODELS / "onnx" / "models" / "nbits8.onnx.data").read_bytes()
            (folder / "nbits8.onnx.data").write_bytes(content[:-1])
        case "cut weights beside a graph":
            shutil.copy(MODELS / "openvino" / "models" / "int8.xml", folder)
            content = (MODELS / "openvino" / "models" / "int8.bin").read_bytes()
            (folder / "int8.bin").write_bytes(content[:-1])
        case "no external weights":
            shutil.copy(MODELS / "onnx" / "models" / "nbits8.onnx", folder)
        case "missing shard":
            shards(folder, there=2)
        case "shard by its name":
            shards(folder, there=2)
            made["file"] = "model-00001-of-00003.safetensors"
        case "missing part":
            shutil.copy(GGUF / "Q2_K.gguf", folder / "gull-00001-of-00002.gguf")
            made["file"] = "gull-00001-of-00002.gguf"
        case "cut":
            (folder / "gull.gguf").write_bytes((GGUF / "Q2_K.gguf").read_bytes()[:-1])
        case "cut header":
            (folder / "gull.gguf").write_bytes((GGUF / "Q2_K.gguf").read_bytes()[:100])
        case "empty":
            (folder / "gull.gguf").touch()
        case "no weights":
            shutil.copy(W4A16 / "config.json", folder)
        case "nothing":
            pass
        case "no folder":
            folder.rmdir()
        case "file":
            shutil.copy(GGUF / "Q2_K.gguf", folder)
            made["path"] = "models/Q2_K.gguf"
        case "another file":
            shutil.copy(GGUF / "Q2_K.gguf", folder)
            made["file"] = "Q3_K.gguf"
        case "folder in the place of a file":
            (folder / "Q2_K.gguf").mkdir()
            made["file"] = "Q2_K.gguf"
        case "no weights in the file":
            shutil.copytree(W4A16, folder, dirs_exist_ok=True)
            made["file"] = "config.json"
    return made


@pytest.mark.parametrize(
    ("how", "says", "remedy"),
    [
        ("two formats", "models holds models in 2 formats: model.safetensors, Q2_K.gguf", "Name the `file`"),
        ("two files", " models: IQ4_XS.gguf, Q2_K.gguf, Q4_K_M.gguf", "Name one of the files"),
        ("two graphs", " models: dynamic-channel.onnx, ", "Name one of the files"),
        ("pointer", "model.safetensors is a Git LFS pointer", "git lfs pull"),
        ("pointer to a tokenizer", "tokenizer.json is a Git LFS pointer", "git lfs pull"),
        ("pointer to a configuration", "config.json is a Git LFS pointer", "git lfs pull"),
        ("pointer to weights beside a graph", "int8.bin is a Git LFS pointer", "git lfs pull"),
        ("pointer to external weights", "nbits8.onnx.data is a Git LFS pointer", "git lfs pull"),
        ("no external weights", "nbits8.onnx keeps weights in nbits8.onnx.data, which is not there", "Fetch it too"),
        ("missing shard", "names model-00003-of-00003.safetensors, which is not there", "Fetch the whole model"),
        ("shard by its name", "of the 3 files of model there are 2", "Fetch the whole model"),
        ("missing part", "of the 2 files of gull there are 1", "Fetch the whole model"),
        ("cut", "gull.gguf is cut", "Fetch it again"),
        ("cut header", "gull.gguf is damaged or cut", "Fetch it again"),
        ("cut external weights", "nbits8.onnx.data is cut", "Fetch it again"),
        ("cut weights beside a graph", "int8.bin is cut", "Fetch it again"),
        ("empty", "gull.gguf", "Fetch it again"),
        ("no weights", "models holds no weights that cardgen can read", "It reads .gguf"),
        ("nothing", "models holds no weights that cardgen can read", "It reads .gguf"),
        ("no folder", "models does not exist", "starts at the manifest"),
        ("file", "models/Q2_K.gguf is a file", "`file: Q2_K.gguf`"),
        ("another file", "models holds no file Q3_K.gguf", "Did you mean Q2_K.gguf?"),
        ("folder in the place of a file", "models holds no file Q2_K.gguf", "It holds no file"),
        ("no weights in the file", "models holds no weights that cardgen can read", "It reads .gguf"),
    ],
)
def test_files_that_cannot_be_read_are_told(how: str, says: str, remedy: str, tmp_path: Path) -> None:
    made = damaged(tmp_path / "models", how)
    loaded = load_manifest(project(tmp_path, {"q4": made}))
    with pytest.raises(ManifestError) as caught:
        build(loaded)
    (problem,) = caught.value.problems
    assert problem.key.startswith("variants.q4.made")
    assert problem.line
    assert says in problem.message
    assert remedy in problem.remedy
    assert not (tmp_path / "cards").exists()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(GGUF, tmp_path / "models")
    manifest = project(
        tmp_path,
        {
            "q4": {"path": "models", "file": "Q4_K_M.gguf"},
            "q5": {"path": "models", "file": "Q5_K_M.gguf"},
            "q8": {"path": "others"},
        },
        base={"path": "base", "id": "acme/gull"},
    )
    assert main(["build", str(manifest)]) == 3
    error = capsys.readouterr().err.replace("error: ", "")
    assert [line for line in error.splitlines() if ".yaml:" in line] == [
        f"{manifest}:7:9: base_model.path: base does not exist",
        f"{manifest}:19:13: variants.q5.made.file: models holds no file Q5_K_M.gguf",
        f"{manifest}:22:7: variants.q8.made: others does not exist",
    ]


def test_a_gated_repository_is_told_with_the_key(hub: HubServer, tmp_path: Path) -> None:
    hub.add("stranger/gated", {"model.safetensors": b"{}"}, gated=True)
    loaded = load_manifest(project(tmp_path, {"q4": {"id": "stranger/gated"}}))
    with pytest.raises(ResolveError, match=r"variants.q4.made: stranger/gated is gated") as caught:
        build(loaded)
    assert "Ask for access" in caught.value.remedy


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"id": "acme/absent"}, "no model acme/absent on the Hub that you may read"),
        ({"id": "acme/gull", "revision": "v9"}, "has no revision v9"),
    ],
)
def test_a_repository_that_is_not_there_is_told(
    made: dict[str, object], says: str, hub: HubServer, tmp_path: Path
) -> None:
    hub.add("acme/gull", {"config.json": b"{}"})
    with pytest.raises(ResolveError, match=says):
        build(load_manifest(project(tmp_path, {"q4": made})))


def test_a_repository_without_the_file_is_told(hub: HubServer, tmp_path: Path) -> None:
    hub.add("acme/gull", {"Q2_K.gguf": (GGUF / "Q2_K.gguf").read_bytes()})
    with pytest.raises(ManifestError, match=r"variants.q4.made.file: acme/gull@main has no file Q4.gguf"):
        build(load_manifest(project(tmp_path, {"q4": {"id": "acme/gull", "file": "Q4.gguf"}})))


def test_one_model_by_two_names_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "models").mkdir()
    shutil.copy(MODELS / "gguf" / "models" / "Q2_K.gguf", tmp_path / "models")
    (tmp_path / "copies").symlink_to("models")
    named: dict[str, object] = {
        "by-file": {"path": "models", "file": "Q2_K.gguf"},
        "whole": {"path": "models"},
        "linked": {"path": "copies"},
    }
    assert main(["build", str(project(tmp_path, named))]) == 3
    told = capsys.readouterr().err
    for name in ("whole", "linked"):
        assert f"variants.{name}.made: is the same model as `by-file`: its weights have the same hashes" in told
