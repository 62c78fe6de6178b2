"""Publishing models that somebody else made: their files, from where they lie, and nothing that is there already."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.adopted import MODELS, copied, gguf_set, project
from tests.hub_server import HubServer
from tests.publish.conftest import Run

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

REPO = "tester/gull-quantized"
OWN = {".gitattributes", ".cardgen.json", "README.md", "gull.yaml", "evidence.json"}
PLOT = {"assets/sizes.svg"}
"""Where there are two sizes to compare."""


def owned(manifest: Path, *, more: str = "") -> Path:
    """The manifest of a repository that the tests may write."""
    manifest.write_text(manifest.read_text().replace("acme/gull-quantized", REPO) + more)
    return manifest


def files_at(hub: HubServer, repo: str) -> dict[str, bytes]:
    return {path: blob.data for path, blob in hub.model(repo).resolve("main").files.items()}


def pushed(hub: HubServer, run: Run, manifest: Path, repo: str = REPO) -> dict[str, bytes]:
    for command in ("build", "push"):
        code, _out, error = run(command, manifest)
        assert code == 0, error
    return files_at(hub, repo)


def test_the_files_of_a_set_are_published_with_the_card(hub: HubServer, run: Run, tmp_path: Path) -> None:
    there = pushed(hub, run, owned(gguf_set(tmp_path)))
    assert set(there) == OWN | PLOT | {"Q4_K_M.gguf", "Q2_K.gguf"}
    for name in ("Q4_K_M.gguf", "Q2_K.gguf"):
        assert there[name] == (tmp_path / "models" / name).read_bytes()
        assert hashlib.sha256(there[name]).hexdigest() in there["README.md"].decode()
    assert not list(tmp_path.glob(".cardgen/**/*.gguf")), "nothing is copied into the store"
    code, out, _error = run("push", tmp_path / "gull.yaml")
    assert (code, "unchanged" in out or "nothing" in out) == (0, True)


def test_a_whole_model_is_published_without_its_own_card(hub: HubServer, run: Run, tmp_path: Path) -> None:
    manifest = owned(copied(tmp_path, "ct-w4a16-g32"))
    folder = tmp_path / "models" / "ct-w4a16-g32"
    (folder / "README.md").write_text("another card")
    (folder / ".hidden").write_text("x")
    (folder / "optimizer.pt").write_bytes(b"x")
    (folder / "LICENSE").write_text("Apache")
    config = json.loads((folder / "config.json").read_text())
    there = pushed(hub, run, manifest)
    assert set(there) == OWN | {"model.safetensors", "config.json", "recipe.yaml", "LICENSE"}
    assert there["README.md"] != b"another card"
    assert json.loads(there["config.json"]) == config


def test_a_path_of_this_machine_is_not_published(hub: HubServer, run: Run, tmp_path: Path) -> None:
    manifest = owned(copied(tmp_path, "ct-w4a16-g32"))
    config = tmp_path / "models" / "ct-w4a16-g32" / "config.json"
    content = json.loads(config.read_text())
    config.write_text(json.dumps(content | {"_name_or_path": "/home/somebody/model"}))
    there = pushed(hub, run, manifest)
    assert json.loads(there["config.json"]) == content | {"_name_or_path": "acme/tiny-base"}


def test_models_of_several_folders_lie_each_in_one_of_their_own(hub: HubServer, run: Run, tmp_path: Path) -> None:
    there = pushed(hub, run, owned(copied(tmp_path, "ct-w4a16-g32", "ct-w8a8")))
    names = ("model.safetensors", "config.json", "recipe.yaml")
    assert set(there) == OWN | PLOT | {f"{folder}/{name}" for folder in ("ct-w4a16-g32", "ct-w8a8") for name in names}
    assert f"hf download {REPO} --include 'ct-w8a8/*'" in there["README.md"].decode()


def test_each_variant_can_have_a_repository_of_its_own(hub: HubServer, run: Run, tmp_path: Path) -> None:
    manifest = owned(gguf_set(tmp_path), more="publish: {repositories: per-variant, collection: Gull}\n")
    there = pushed(hub, run, manifest, f"{REPO}-q4")
    assert set(there) == OWN | PLOT | {"Q4_K_M.gguf"}
    assert set(files_at(hub, f"{REPO}-q2")) == OWN | PLOT | {"Q2_K.gguf"}
    (made,) = hub.collections.values()
    assert [note for _kind, _repo, note in made.items] == ["q4: Q4_K_M", "q2: Q2_K"]


def test_a_repository_gets_a_card_for_the_files_that_it_holds(hub: HubServer, run: Run, tmp_path: Path) -> None:
    weights = {name: (MODELS / "gguf" / "models" / name).read_bytes() for name in ("Q4_K_M.gguf", "Q2_K.gguf")}
    hub.add(REPO, weights)
    variants: dict[str, object] = {name[:2].lower(): {"id": REPO, "file": name} for name in weights}
    manifest = owned(project(tmp_path, variants))
    there = pushed(hub, run, manifest)
    assert set(there) == OWN | PLOT | set(weights)
    card = there["README.md"].decode()
    assert f"hf download {REPO} Q4_K_M.gguf\n" in card
    for content in weights.values():
        assert hashlib.sha256(content).hexdigest() in card
    assert run("check", manifest)[0] == 0
    assert run("build", manifest, "--refresh")[0] == 0
    assert run("check", manifest)[0] == 0


def test_what_cardgen_publishes_is_none_of_the_model_files(hub: HubServer, run: Run, tmp_path: Path) -> None:
    folder = MODELS / "models" / "ct-w4a16-g32"
    hub.add(REPO, {file.name: file.read_bytes() for file in folder.iterdir()})
    manifest = owned(project(tmp_path, {"w4": {"id": REPO}}))
    pushed(hub, run, manifest)
    assert run("build", manifest, "--refresh")[0] == 0
    (record,) = json.loads((tmp_path / "cards/gull/evidence.json").read_text())["inspected"].values()
    assert sorted(file["path"] for file in record["files"]) == ["config.json", "model.safetensors", "recipe.yaml"]


def test_files_of_another_repository_stay_there(hub: HubServer, run: Run, tmp_path: Path) -> None:
    folder = MODELS / "models" / "ct-w4a16-g32"
    hub.add("acme/gull-w4a16", {file.name: file.read_bytes() for file in folder.iterdir()})
    there = pushed(hub, run, owned(project(tmp_path, {"w4": {"id": "acme/gull-w4a16", "revision": "main"}})))
    assert set(there) == OWN
    commit = json.loads(there["evidence.json"])["inspected"]["inspect w4"]["source"]["commit"]
    card = there["README.md"].decode()
    assert "`w4` lies in [`acme/gull-w4a16`](https://huggingface.co/acme/gull-w4a16), not here." in card
    assert f"hf download acme/gull-w4a16 --revision {commit}\n" in card


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_what_is_not_what_was_read_is_not_published(how: str, hub: HubServer, run: Run, tmp_path: Path) -> None:
    manifest = owned(gguf_set(tmp_path))
    assert run("build", manifest)[0] == 0
    file = tmp_path / "models" / "Q2_K.gguf"
    if how == "gone":
        file.unlink()
    else:
        shutil.copy(tmp_path / "models" / "IQ4_XS.gguf", file)
    code, _out, error = run("push", manifest)
    assert code == 1
    assert "models/Q2_K.gguf" in error
    assert not hub.repositories


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_card_of_weights_that_its_repository_no_longer_holds_is_not_published(
    how: str, hub: HubServer, run: Run, tmp_path: Path
) -> None:
    models = MODELS / "gguf" / "models"
    repository = hub.add(REPO, {"Q2_K.gguf": (models / "Q2_K.gguf").read_bytes()})
    manifest = owned(project(tmp_path, {"q2": {"id": REPO, "file": "Q2_K.gguf"}}))
    pushed(hub, run, manifest)
    if how == "gone":
        hub.add(REPO, {"other.gguf": (models / "Q2_K.gguf").read_bytes()})
    else:
        repository.put({"Q2_K.gguf": (models / "Q4_K_M.gguf").read_bytes()})
    before = files_at(hub, REPO)
    code, _out, error = run("push", manifest)
    assert code == 1
    assert "Q2_K.gguf, which the card tells of, " in error
    assert files_at(hub, REPO) == before
    if how == "changed":
        assert run("build", manifest, "--refresh")[0] == 0
        assert run("push", manifest)[0] == 0
        assert "Q4_K_M" in files_at(hub, REPO)["README.md"].decode()
