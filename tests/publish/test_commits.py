"""What a commit says, what a pull request shows, which tag it gets, and many pushes in one call."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.hub_server import Fault, HubServer
from tests.publish.conftest import Run
from tests.publish.project import Project

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def test_the_message_tells_what_changes_in_meaning(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    assert run("push", project.manifest)[0] == 0
    title = hub.model(REPO).history()[0].title
    assert title.startswith("names: ")
    assert "0.9121 → 0.9000" in title


def test_edits_that_are_kept_are_no_change(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    text = hub.model(REPO).resolve("main").files["README.md"].data
    hub.model(REPO).put(
        {"README.md": text.replace(b"## How to reproduce", b"## Thanks\n\nTo all.\n\n## How to reproduce")}
    )
    project.build(accuracy=0.9)
    assert run("push", project.manifest)[0] == 0
    title = hub.model(REPO).history()[0].title
    assert "0.9121 → 0.9000" in title
    assert "README.md" not in title


def test_what_is_published_is_read_once_for_review_and_message(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    hub.requests.clear()
    run("push", "--reviewed", "--allow", "unreviewed", project.manifest)
    assert "0.9121 → 0.9000" in hub.model(REPO).history()[0].title
    read = [request for request in map(str, hub.requests) if "GET" in request and "evidence.json" in request]
    assert len(read) == 1, read


@pytest.mark.parametrize("name", ["a b", "", "..", "-x", "a//b", "v1/"])
@pytest.mark.parametrize("command", ["push --revision", "pull --revision", "verify --revision", "push --tag"])
def test_what_can_be_no_revision_is_wrong_usage(
    hub: HubServer, project: Project, run: Run, command: str, name: str
) -> None:
    word, option = command.split()
    code, _, err = run(word, option, name, project.manifest)
    assert code == 2
    assert f"Invalid value for '{option}'" in err
    assert hub.requests == []


def test_a_message_of_ones_own_is_taken_as_it_is(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    run("push", "-m", "Mine", project.manifest)
    assert hub.model(REPO).history()[0].title == "Mine"


def test_evidence_that_cannot_be_compared_stops_no_push(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.model(REPO).put({"names.yaml": b"not: a manifest\n"})
    project.build(accuracy=0.9)
    run("push", project.manifest)
    repository = hub.add("tester/second")
    project.repo_id = "tester/second"
    project.build()
    assert run("push", project.manifest)[0] == 0
    project.build(accuracy=0.9)
    hub.inject(Fault("status", "/paths-info/", status=403, message="no"))
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert "cannot be told" in err
    assert repository.history()[0].title == "Publish names with cardgen 0.1.0"


def test_a_pull_request_shows_the_change_and_how_to_try_it(
    hub: HubServer, project: Project, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    assert run("push", "--create-pr", project.manifest)[0] == 0
    request = hub.model(REPO).pull_requests[1]
    assert "0.9121 → 0.9000" in request.title
    assert "0.9121" in request.description
    code = re.search(r"```python\n(.*?)```", request.description, re.DOTALL)
    assert code is not None
    monkeypatch.chdir(tmp_path)
    names: dict[str, str] = {}
    exec(code[1], names)
    assert (Path(names["folder"]) / "README.md").read_text(encoding="utf-8") == project.readme
    project.build(accuracy=0.8)
    assert run("push", "--create-pr", project.manifest)[0] == 0
    assert list(hub.model(REPO).pull_requests) == [1]
    assert len(request.comments) == 1
    assert "0.9000 → 0.8000" in request.title
    hub.requests.clear()
    assert run("push", "--create-pr", project.manifest)[1].startswith("unchanged: ")
    assert hub.writes == []


def test_a_request_of_somebody_else_is_not_taken_for_ours(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    run("push", "--create-pr", project.manifest)
    hub.model(REPO).pull_requests[1].author = "stranger"
    run("push", "--create-pr", project.manifest)
    assert list(hub.model(REPO).pull_requests) == [1, 2]


def test_a_head_that_moves_while_a_request_is_opened(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    repository = hub.model(REPO)
    hub.inject(Fault("before", "/commit/main", action=lambda: repository.put({"notes.txt": b"theirs"})))
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 0, err
    assert "moved on while" in err
    assert repository.merge(1, author="tester").files["notes.txt"].data == b"theirs"


def test_a_word_that_is_added_while_a_request_is_opened(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    repository = hub.model(REPO)
    edited = repository.resolve("main").files["README.md"].data + b"\n## Thanks\n\nTo all.\n"
    hub.inject(Fault("before", "/commit/main", action=lambda: repository.put({"README.md": edited})))
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 0, err
    assert "moved on while" in err
    held = repository.resolve("refs/pr/1").files["README.md"].data
    assert b"To all." in held
    assert b"0.9000" in held


def test_a_figure_that_is_edited_while_a_request_is_opened(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    repository = hub.model(REPO)
    edited = repository.resolve("main").files["README.md"].data.replace(b"0.9121", b"0.9999")
    hub.inject(Fault("before", "/commit/main", action=lambda: repository.put({"README.md": edited})))
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 6
    assert "discussions/1 was opened, and cannot be merged as it is" in err
    assert repository.resolve("main").files["README.md"].data == edited


def test_a_tag(hub: HubServer, project: Project, run: Run) -> None:
    assert run("push", "--tag", "v1", project.manifest)[0] == 0
    repository = hub.model(REPO)
    first = repository.resolve("main")
    assert repository.resolve("v1") == first
    assert run("push", "--tag", "v1", project.manifest)[1].startswith("unchanged: ")
    assert run("push", "--tag", "v1.0", project.manifest)[0] == 0
    assert repository.resolve("v1.0") == first
    project.build(accuracy=0.9)
    hub.requests.clear()
    code, _, err = run("push", "--tag", "v1", project.manifest)
    assert code == 6
    assert "v1 already" in err
    assert hub.writes == []
    assert repository.resolve("v1") == first
    assert run("push", "--tag", "v2", project.manifest)[0] == 0
    assert repository.resolve("v2") == repository.resolve("main") != first


@pytest.mark.parametrize("kind", ["lose-response", "drop", "status-after"])
def test_a_tag_whose_answer_is_lost(hub: HubServer, project: Project, run: Run, kind: str) -> None:
    hub.inject(Fault(kind, "/tag/"))  # type: ignore[arg-type]
    assert run("push", "--tag", "v1", project.manifest)[0] == 0
    assert hub.model(REPO).resolve("v1") == hub.model(REPO).resolve("main")


def test_a_tag_is_not_for_a_request(hub: HubServer, project: Project, run: Run) -> None:
    assert run("push", "--tag", "v1", "--create-pr", project.manifest)[0] == 2
    assert hub.requests == []


def projects(folder: Path, count: int) -> list[Project]:
    return [
        Project(folder / f"p{number}", repo_id=f"tester/model-{number}", name=f"m{number}") for number in range(count)
    ]


def test_one_failure_stops_no_other(hub: HubServer, tmp_path: Path, run: Run) -> None:
    made = projects(tmp_path, 5)
    hub.add("tester/model-2", {"README.md": b"# By hand\n"})
    hub.inject(Fault("status", "model-3/commit/", status=403, message="no"))
    code, out, err = run("push", "--json", *(project.manifest for project in made))
    assert code == 6
    reports = json.loads(out)
    assert [report["name"] for report in reports] == [f"m{number}" for number in range(5)]
    assert [report.get("status", "failed") for report in reports] == ["pushed", "pushed", "failed", "failed", "pushed"]
    assert "5 manifests: 3 pushed, 2 failed" in err
    assert hub.model("tester/model-2").resolve("main").files["README.md"].data == b"# By hand\n"
    assert all(len(hub.model(f"tester/model-{number}").history()) == 2 for number in (0, 1, 4))


def test_several_are_under_way_at_once(hub: HubServer, tmp_path: Path, run: Run) -> None:
    """Each waits at its commit until the other has come as far, which one after another they never would."""
    import threading

    both = threading.Barrier(2, timeout=60)
    hub.inject(Fault("before", "/commit/main", times=2, action=both.wait))
    code, _, err = run("push", *(project.manifest for project in projects(tmp_path, 2)))
    assert code == 0, err
