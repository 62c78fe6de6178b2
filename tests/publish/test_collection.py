"""What is published is listed in a collection: once, and whatever people did to that stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from tests.hub_server import Fault, HubServer
from tests.hub_server.groups import Collection
from tests.publish.conftest import Run
from tests.publish.project import ONNX, Project

REPO = "tester/names-int8"
TITLE = "Names, INT8"
NOTE = "pytorch: INT8, dynamic; onnx: INT8, dynamic"


# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", publish={"collection": TITLE})


def the_collection(hub: HubServer) -> Collection:
    (found,) = hub.collections.values()
    return found


def test_the_first_push_makes_the_collection_and_lists_the_repository(
    hub: HubServer, project: Project, run: Run
) -> None:
    code, out, _ = run("push", project.manifest)
    assert code == 0
    made = the_collection(hub)
    assert (made.title, made.owner, made.private) == (TITLE, "tester", False)
    assert made.items == [("model", REPO, NOTE)]
    assert out.endswith(f"listed: {hub.endpoint}/collections/{made.slug}\n")


def test_the_next_push_changes_nothing(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.requests.clear()
    code, out, _ = run("push", project.manifest)
    assert (code, hub.writes) == (0, [])
    assert "listed" not in out
    code, out, _ = run("push", "--json", project.manifest)
    url = f"{hub.endpoint}/collections/{the_collection(hub).slug}"
    assert json.loads(out)[0]["collection"] == {"url": url, "added": False}


def test_what_people_did_to_a_collection_stays(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.add("tester/other")
    made = the_collection(hub)
    made.description = "By hand."
    made.items = [("model", "tester/other", ""), ("model", REPO, "The better one")]
    project.build(title="Other title")
    assert run("push", project.manifest)[0] == 0
    assert the_collection(hub).description == "By hand."
    assert made.items == [("model", "tester/other", ""), ("model", REPO, "The better one")]


def test_a_collection_with_another_title_is_found_by_its_address(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    made = the_collection(hub)
    made.title = "Renamed"
    made.items.clear()
    project.publish = {"collection": made.slug}
    project.build()
    assert run("push", project.manifest)[0] == 0
    assert the_collection(hub).items == [("model", REPO, NOTE)]


def test_several_manifests_share_a_collection_of_their_organisation(hub: HubServer, tmp_path: Path, run: Run) -> None:
    projects = [
        Project(
            tmp_path / name, name=name, repo_id=f"acme/{name}", variants={"onnx": ONNX}, publish={"collection": "A"}
        )
        for name in ("one", "two", "three")
    ]
    assert run("push", *(project.manifest for project in projects))[0] == 0
    made = the_collection(hub)
    assert made.owner == "acme"
    assert [name for _kind, name, _note in made.items] == ["acme/one", "acme/two", "acme/three"]


def test_a_collection_of_private_repositories_is_private_and_found_again(
    hub: HubServer, project: Project, run: Run
) -> None:
    for _ in range(2):
        assert run("push", "--private", project.manifest)[0] == 0
    assert the_collection(hub).private


@pytest.mark.parametrize("option", ["--dry-run", "--create-pr"])
def test_what_is_not_published_is_not_listed(hub: HubServer, project: Project, run: Run, option: str) -> None:
    assert run("push", option, project.manifest)[0] == 0
    assert not hub.collections


@pytest.mark.parametrize("kind", ["drop", "lose-response"])
@pytest.mark.parametrize("path", ["/api/collections$", "/items?$", "/api/collections/"])
def test_a_lost_answer_makes_no_second_collection_or_item(
    hub: HubServer, project: Project, run: Run, kind: Literal["drop", "lose-response"], path: str
) -> None:
    hub.inject(Fault(kind, path, method="*"))
    assert run("push", project.manifest)[0] == 0
    assert the_collection(hub).items == [("model", REPO, NOTE)]


def test_without_permission_the_repository_is_published_all_the_same(
    hub: HubServer, project: Project, tmp_path: Path, run: Run
) -> None:
    hub.inject(Fault("status", "/api/collections", method="POST", status=403, message="not of collections"))
    other = Project(tmp_path / "other", name="other", repo_id="tester/other", publish={"collection": TITLE})
    code, out, err = run("push", project.manifest, other.manifest)
    assert code == 6
    assert out.count("pushed: ") == 2
    assert f"{REPO} is published, but is not in its collection `{TITLE}`" in err
    assert "Use a token that may write collections of tester, or list it there by hand" in err
    assert [name for _kind, name, _note in the_collection(hub).items] == ["tester/other"]


def test_an_address_that_leads_nowhere_is_told(hub: HubServer, project: Project, run: Run) -> None:
    project.publish = {"collection": f"tester/names-{'0' * 24}"}
    project.build()
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "Correct `publish.collection`" in err
    assert run("verify", project.manifest)[0] == 0
