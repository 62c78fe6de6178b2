"""Does the Hub serve what was pushed, and read the card as it is meant?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hub_server import Fault, HubServer
from tests.hub_server.repository import Change
from tests.publish.conftest import Run
from tests.publish.project import PYTORCH, Project
from tests.publish.test_edits import edit, file, thanks

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def put(hub: HubServer, **files: bytes) -> None:
    hub.model(REPO).put({name.replace("__", "/").replace("_dot_", "."): data for name, data in files.items()})


def test_a_push_is_verified(hub: HubServer, project: Project, run: Run) -> None:
    code, out, err = run("push", "--json", project.manifest)
    assert code == 0, err
    (report,) = json.loads(out)
    assert (report["verified"], report["faults"]) == (True, [])
    for name in (project.manifest, REPO):
        hub.requests.clear()
        code, out, err = run("verify", name)
        assert code == 0, err
        assert out == f"{REPO} at {hub.model(REPO).resolve('main').oid[:12]}: as it was published (11 files)\n"
        assert hub.writes == []
        assert not any(request.path.endswith((".bin", ".onnx")) for request in hub.requests)


def test_what_a_push_did_not_bring_is_said(hub: HubServer, project: Project, run: Run) -> None:
    repository = hub.add(REPO)
    real = repository.front_matter
    misread = lambda revision: {**real(revision), "license": "mit", "tags": [], "base_model": "some/other"}  # noqa: E731
    repository.front_matter = misread  # type: ignore[method-assign]
    code, out, err = run("push", "--json", project.manifest)
    assert code == 1
    (report,) = json.loads(out)
    assert report["status"] == "pushed"
    assert report["faults"][0] == "the Hub reads `some/other` for `base_model`, and the card says `someone/names`"
    assert "the Hub reads `mit` for `license`" in err
    assert "does not show the tags int8" in err
    assert "base_model:quantized:someone/names" in err


def test_a_push_whose_look_back_fails_is_pushed_all_the_same(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    lost = Fault("drop", "/api/models/", method="GET", times=100)
    hub.inject(Fault("before", "/commit/main", action=lambda: hub.inject(lost)))
    code, out, err = run("push", "--json", project.manifest)
    assert code == 0, err
    (report,) = json.loads(out)
    assert (report["status"], report["verified"]) == ("pushed", False)
    assert "could not be looked at" in err


SPOILT: dict[str, tuple[Callable[[HubServer], object], str]] = {
    "weights": (lambda hub: put(hub, pytorch_model_dot_bin=b"\x80x"), "pytorch_model.bin was edited or replaced"),
    "a small file": (lambda hub: put(hub, onnx__vocab_dot_txt=b"x"), "onnx/vocab.txt was edited or replaced"),
    "a file less": (
        lambda hub: hub.model(REPO).commit("main", Change("edit", deletes=["vocab.txt"]), author="somebody"),
        "vocab.txt was published, and is gone",
    ),
    "the card": (lambda hub: put(hub, README_dot_md=b"# Mine\n"), "README.md was edited or replaced"),
    "no evidence": (lambda hub: put(hub, evidence_dot_json=b"{}"), "evidence.json: "),
    "a typed figure": (
        lambda hub: put(hub, evidence_dot_json=file(hub, "evidence.json").replace(b"0.912109375", b"0.95", 1)),
        "does not have the hash that it was written with",
    ),
    "another manifest": (
        lambda hub: put(hub, names_dot_yaml=file(hub, "names.yaml").replace(b"dynamic", b"static")),
        "names.yaml was edited",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_what_was_changed_since_is_found(
    hub: HubServer, project: Project, run: Run, spoil: Callable[[HubServer], object], said: str
) -> None:
    run("push", project.manifest)
    spoil(hub)
    for name in (project.manifest, REPO):
        code, out, err = run("verify", "--json", name)
        assert code == 1, err
        assert said in err
        assert said in " ".join(json.loads(out)[0]["faults"])


def test_weights_that_were_not_measured_are_found_whatever_the_marker_says(
    hub: HubServer, project: Project, run: Run
) -> None:
    run("push", project.manifest)
    put(hub, pytorch_model_dot_bin=b"\x80swapped")
    blob = hub.model(REPO).resolve("main").files["pytorch_model.bin"]
    marker = json.loads(file(hub, ".cardgen.json"))
    marker["files"]["pytorch_model.bin"] = {"sha256": blob.sha256, "blob": blob.blob_id}
    put(hub, _dot_cardgen_dot_json=json.dumps(marker).encode())
    code, _, err = run("verify", REPO)
    assert code == 1
    assert err == f"{REPO}: pytorch_model.bin is not the file that was measured\n"


def test_merged_edits_are_as_they_should_be(hub: HubServer, project: Project, run: Run) -> None:
    run("build", "--render-only", project.manifest)
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    run("build", "--render-only", project.manifest)
    code, out, err = run("push", "--json", project.manifest)
    assert (code, json.loads(out)[0]["faults"]) == (0, []), err
    for name in (project.manifest, REPO):
        assert run("verify", name)[::2] == (0, "")
    edit(hub, lambda text: text.replace("To all.", "To some."))
    code, _, err = run("verify", REPO)
    assert (code, err) == (1, f"{REPO}: README.md was edited or replaced since it was published\n")


def test_what_lies_here_is_compared_with_what_lies_there(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    code, _, err = run("verify", project.manifest)
    assert code == 1
    assert err.count("is not what was published") == 2
    assert run("verify", REPO)[0] == 0
    project.variants = {"pytorch": PYTORCH}
    project.build()
    assert "names.yaml is not what was published" in run("verify", project.manifest)[2]


def test_other_peoples_repositories_need_no_token(
    hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("push", project.manifest)
    monkeypatch.delenv("HF_TOKEN")
    assert run("verify", REPO)[0] == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [({}, "has no .cardgen.json"), ({".cardgen.json": b"{}"}, "has a damaged .cardgen.json")],
)
def test_where_cardgen_published_nothing(hub: HubServer, run: Run, files: dict[str, bytes], said: str) -> None:
    hub.add(REPO, {"README.md": b"# Mine\n", **files})
    code, _, err = run("verify", REPO)
    assert code == 1
    assert said in err


def test_names_that_mean_nothing(hub: HubServer, run: Run, tmp_path: Path) -> None:
    assert run("verify", "a/b/c")[0] == 2
    assert run("verify", "tester/absent")[0] == 6
    assert run("verify", tmp_path / "absent.yaml")[0] == 3
    code, out, _ = run("verify", "--json", "tester/absent", "a b")
    assert code == 6
    assert [report["exit_code"] for report in json.loads(out)] == [6, 2]


def test_a_revision(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    pushed = hub.model(REPO).resolve("main").oid
    put(hub, vocab_dot_txt=b"mine")
    assert run("verify", REPO)[0] == 1
    assert run("verify", "--revision", pushed, REPO)[0] == 0
    code, _, err = run("verify", "--revision", "nowhere", REPO)
    assert code == 6
    assert "no such branch" in err


def test_scores_are_read_back_wherever_the_hub_tells_them(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    repository = hub.model(REPO)
    real = repository.front_matter

    def other(revision: str) -> dict[str, object]:
        data = json.loads(json.dumps(real(revision)))
        data["model-index"][0]["results"][0]["metrics"][0]["value"] = 0.99
        return dict(data)

    repository.front_matter = other  # type: ignore[method-assign]
    code, _, err = run("verify", REPO)
    assert (code, err) == (1, f"{REPO}: the Hub's model-index does not hold the scores of the card's\n")
