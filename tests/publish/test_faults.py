"""What a push meets on its way, and what it leaves behind: all of it or nothing, and a word that is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from tests.hub_server import Fault, HubServer
from tests.publish.conftest import Run
from tests.publish.project import PYTORCH, Project

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def line_of(project: Project, text: str) -> int:
    lines = project.manifest.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ('"license" must be one of [apache-2.0, mit]', "license: apache-2.0"),
        ('"language[0]" must be a string', "- en"),
        ('"base_model" with value "x/y" is not valid', "id: someone/names"),
        ('"pipeline_tag" must be a pipeline tag', "task: text-classification"),
        ('"model-index[0].results[0].dataset.split" must be a string', "split: test"),
    ],
)
def test_what_the_hub_refuses_of_the_metadata_is_told_at_the_manifests_line(
    hub: HubServer, project: Project, run: Run, message: str, text: str
) -> None:
    hub.add(REPO)
    hub.inject(Fault("status", "/validate-yaml", status=400, message=message))
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert f"names.yaml:{line_of(project, text)}:" in err
    assert message.partition('" ')[2] in err
    assert len(hub.model(REPO).history()) == 1
    assert not hub.model(REPO).lfs, "weights were sent before the card was judged"


def test_a_fault_without_a_place_is_told_all_the_same(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    hub.inject(Fault("status", "/validate-yaml", status=400, message="YAML is broken"))
    code, _, err = run("push", project.manifest)
    assert (code, "the Hub says: YAML is broken" in err) == (6, True)


@pytest.mark.parametrize("options", [(), ("--create-pr",), ("--dry-run",)])
def test_a_renamed_repository(hub: HubServer, project: Project, run: Run, options: tuple[str, ...]) -> None:
    run("push", project.manifest)
    hub.rename(REPO, "acme/names")
    hub.requests.clear()
    code, _, err = run("push", *options, project.manifest)
    assert code == 6
    assert "repo_id: acme/names" in err
    assert hub.writes == []


@pytest.mark.parametrize("ignore", ["*.bin\n", "onnx/\n", "/config.json\n", "*\n!README.md\n"])
def test_a_gitignore_on_the_hub_that_hides_files(hub: HubServer, project: Project, run: Run, ignore: str) -> None:
    repository = hub.add(REPO, {".gitignore": ignore.encode()})
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert ".gitignore" in err
    assert "Nothing was changed" in err
    assert len(repository.history()) == 2


def test_a_gitignore_that_hides_nothing_of_ours(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO, {".gitignore": b"*.tmp\n# *.bin\n"})
    assert run("push", project.manifest)[0] == 0


@pytest.mark.parametrize("uses", range(1, 14))
def test_a_token_that_expires_in_the_middle(hub: HubServer, project: Project, run: Run, uses: int) -> None:
    hub.add(REPO)
    hub.uses[hub.token] = uses
    code, _, err = run("push", project.manifest)
    commits = len(hub.model(REPO).history())
    if code == 0:
        assert commits == 2
    else:
        assert (code, commits) == (6, 1)
        assert "does not accept the token" in err


def test_a_read_only_token_for_a_repository_that_is_there(
    hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(REPO)
    monkeypatch.setenv("HF_TOKEN", hub.read_token)
    for options in ((), ("--create-pr",), ("--revision", "next")):
        code, _, err = run("push", *options, project.manifest)
        assert code == 6
        assert "may not write" in err
    assert len(hub.model(REPO).history()) == 1


def test_a_gated_repository_of_ones_own(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO, {"README.md": b""}, gated=True)
    hub.model(REPO).put({"README.md": b"# By hand\n"})
    code, _, err = run("push", project.manifest)
    assert (code, "# By hand" in err) == (6, True)


@pytest.mark.parametrize("kept", ["gated", "private", "public"])
def test_a_repository_of_somebody_else(hub: HubServer, tmp_path: Path, run: Run, kept: str) -> None:
    project = Project(tmp_path / "other", repo_id="stranger/names-int8")
    repository = hub.add("stranger/names-int8", {"README.md": b"# Theirs\n"})
    repository.gated, repository.private = kept == "gated", kept == "private"
    code, out, err = run("push", project.manifest)
    assert code == 6
    if kept != "public":
        assert "# Theirs" not in out + err
    assert len(repository.history()) == 2


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "parts"), [("break", None), ("lose-response", 60_000_000), ("status", None)])
def test_an_upload_of_300_mb_that_breaks(
    hub: HubServer, tmp_path: Path, run: Run, kind: Literal["break", "lose-response", "status"], parts: int | None
) -> None:
    project = Project(tmp_path / "large", variants={"pytorch": PYTORCH})
    project.build(weights=300_000_000)
    repository = hub.add(REPO)
    hub.part_bytes = parts
    hub.inject(Fault(kind, "/lfs-part/.*/3$" if parts else "/lfs-upload/", method="PUT"))
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert "asking again" in err
    assert len(repository.resolve("main").files["pytorch_model.bin"].data) == 300_000_000
    assert len(repository.history()) == 2


@pytest.mark.slow
def test_prose_beside_300_mb_sends_prose(hub: HubServer, tmp_path: Path, run: Run) -> None:
    project = Project(tmp_path / "large", variants={"pytorch": PYTORCH})
    project.build(weights=300_000_000)
    assert run("push", project.manifest)[0] == 0
    hub.requests.clear()
    project.build(weights=300_000_000, title="INT8 names, told better")
    assert run("push", project.manifest)[0] == 0
    assert sum(request.body_bytes for request in hub.requests) < 100_000


def test_json_says_what_the_exit_code_says(hub: HubServer, project: Project, run: Run) -> None:
    hub.rename(hub.add(REPO).repo_id, "acme/names")
    code, out, _ = run("push", "--json", project.manifest)
    (report,) = json.loads(out)
    assert report["exit_code"] == code == 6
