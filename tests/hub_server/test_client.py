"""The genuine client against the loopback Hub: what it reads is what was put there, and refusals are the Hub's."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.hub_server import Fault, HubServer
from tests.hub_server.faults import RandomFaults

REPO = "tester/model"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def add(path: str, content: bytes) -> CommitOperationAdd:
    return CommitOperationAdd(path, content)


def test_commits_hold_what_was_sent(hub: HubServer, tmp_path: Path) -> None:
    api = HfApi()
    assert api.whoami()["name"] == "tester"
    api.create_repo(REPO)
    head = api.model_info(REPO).sha
    weights = tmp_path / "weights.bin"
    weights.write_bytes(os.urandom(1_000_000))
    made = api.create_commit(
        REPO,
        [add("README.md", b"---\nlicense: mit\n---\n"), CommitOperationAdd("a/w.bin", weights), add("x.json", b"{}")],
        commit_message="all",
        parent_commit=head,
    )
    info = api.model_info(REPO, files_metadata=True)
    assert info.sha == made.oid
    assert info.card_data is not None
    assert info.card_data["license"] == "mit"
    sizes = {file.rfilename: file.size for file in info.siblings or ()}
    assert sizes["a/w.bin"] == 1_000_000
    folder = Path(api.snapshot_download(REPO, revision=made.oid))
    assert (folder / "a/w.bin").read_bytes() == weights.read_bytes()
    api.create_commit(REPO, [CommitOperationDelete("a/")], commit_message="less")
    assert {file.path for file in api.list_repo_tree(REPO, recursive=True)} == {".gitattributes", "README.md", "x.json"}
    assert {file.path for file in api.get_paths_info(REPO, ["a/w.bin", "x.json", "no"], revision=made.oid)} == {
        "a/w.bin",
        "x.json",
    }


def test_a_commit_on_an_old_parent_is_refused_whole(hub: HubServer) -> None:
    api = HfApi()
    repository = hub.add(REPO)
    head = repository.resolve("main").oid
    repository.put({"a.txt": b"a"})
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_commit(REPO, [add("b.txt", b"b")], commit_message="late", parent_commit=head)
    assert refused.value.response.status_code == 412
    assert "b.txt" not in repository.resolve("main").files


def test_pull_requests_and_branches(hub: HubServer) -> None:
    api = HfApi()
    hub.add(REPO)
    made = api.create_commit(REPO, [add("a.txt", b"a")], commit_message="A", commit_description="why", create_pr=True)
    assert made.pr_num == 1
    (found,) = api.get_repo_discussions(REPO, author="tester", discussion_status="open")
    assert found.num == 1
    (comment,) = api.get_discussion_details(REPO, 1).events
    assert getattr(comment, "content", None) == "why"
    assert "a.txt" in api.list_repo_files(REPO, revision="refs/pr/1")
    assert "a.txt" not in api.list_repo_files(REPO)
    api.create_branch(REPO, branch="dev/x")
    refs = api.list_repo_refs(REPO, include_pull_requests=True)
    assert [branch.name for branch in refs.branches] == ["main", "dev/x"]
    assert [request.ref for request in refs.pull_requests or ()] == ["refs/pr/1"]
    assert [commit.title for commit in api.list_repo_commits(REPO, revision="refs/pr/1")] == ["A", "initial commit"]


def test_refusals(hub: HubServer, tmp_path: Path) -> None:
    api = HfApi()
    hub.add(REPO, private=True)
    hub.add("stranger/gated", {"config.json": b"{}"}, gated=True)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("tester/absent")
    with pytest.raises(RepositoryNotFoundError):
        HfApi(token=False).model_info(REPO)
    with pytest.raises(RevisionNotFoundError):
        api.model_info(REPO, revision="absent")
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(REPO, "absent.txt")
    with pytest.raises(GatedRepoError):
        api.hf_hub_download("stranger/gated", "config.json", local_dir=tmp_path)
    for token, status in (("hf_wrong", 401), (hub.read_token, 403)):
        with pytest.raises(HfHubHTTPError) as refused:
            HfApi(token=token).create_commit(REPO, [add("a.txt", b"a")], commit_message="A")
        assert refused.value.response.status_code == status
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_repo("stranger/model")
    assert refused.value.response.status_code == 403


def test_a_gated_repository_is_read_by_its_owners_and_whom_they_let(hub: HubServer, tmp_path: Path) -> None:
    api = HfApi()
    hub.add("acme/gated", {"config.json": b"{}"}, gated=True)
    granted = hub.add("stranger/gated", {"config.json": b"{}"}, gated=True)
    granted.granted.add("tester")
    for repo in ("acme/gated", "stranger/gated"):
        assert Path(api.hf_hub_download(repo, "config.json", local_dir=tmp_path / repo)).read_bytes() == b"{}"


def test_tags(hub: HubServer) -> None:
    api = HfApi()
    first = hub.add(REPO, {"a.txt": b"a"}).resolve("main").oid
    api.create_tag(REPO, tag="v1", revision=first)
    hub.model(REPO).put({"a.txt": b"b"})
    assert api.model_info(REPO, revision="v1").sha == first
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_tag(REPO, tag="v1")
    assert refused.value.response.status_code == 409
    assert [tag.name for tag in api.list_repo_refs(REPO).tags] == ["v1"]


def test_a_pull_request_is_renamed_described_anew_closed_and_merged(hub: HubServer) -> None:
    api = HfApi()
    repository = hub.add(REPO, {"a.txt": b"a"})
    for _ in range(2):
        api.create_commit(REPO, [add("a.txt", b"b")], commit_message="A", commit_description="why", create_pr=True)
    api.rename_discussion(REPO, 1, "Better")
    (comment,) = api.get_discussion_details(REPO, 1).events
    api.edit_discussion_comment(REPO, 1, comment.id, "why not")
    api.comment_discussion(REPO, 1, "and more")
    found = api.get_discussion_details(REPO, 1)
    assert (found.title, [getattr(event, "content", "") for event in found.events]) == (
        "Better",
        ["why not", "and more"],
    )
    api.change_discussion_status(REPO, 2, "closed")
    assert [one.num for one in api.get_repo_discussions(REPO, discussion_status="open")] == [1]
    api.merge_pull_request(REPO, 1)
    assert repository.resolve("main").files["a.txt"].data == b"b"
    assert list(api.get_repo_discussions(REPO, discussion_status="open")) == []


def test_a_pull_request_is_opened_from_an_old_commit_and_not_merged_over_an_edit(hub: HubServer) -> None:
    api = HfApi()
    repository = hub.add(REPO, {"a.txt": b"a"})
    old = repository.resolve("main").oid
    repository.put({"a.txt": b"theirs"})
    made = api.create_commit(REPO, [add("a.txt", b"b")], commit_message="A", parent_commit=old, create_pr=True)
    assert repository.resolve(made.oid).parent == old
    with pytest.raises(HfHubHTTPError) as refused:
        api.merge_pull_request(REPO, 1)
    assert refused.value.response.status_code == 409


def test_a_renamed_repository_is_found_by_its_old_name(hub: HubServer, tmp_path: Path) -> None:
    api = HfApi()
    hub.add(REPO, {"a.txt": b"a"})
    hub.rename(REPO, "tester/renamed")
    assert api.model_info(REPO).id == "tester/renamed"
    api.create_commit(REPO, [add("a.txt", b"b")], commit_message="A")
    assert hub.model("tester/renamed").resolve("main").files["a.txt"].data == b"b"
    assert Path(api.hf_hub_download(REPO, "a.txt", local_dir=tmp_path)).read_bytes() == b"b"


def test_collections(hub: HubServer) -> None:
    api = HfApi()
    hub.add(REPO)
    for _ in range(2):
        made = api.create_collection("Names, INT8", namespace="tester", exists_ok=True)
        api.add_collection_item(made.slug, REPO, "model", note="INT8", exists_ok=True)
    (found,) = api.list_collections(owner="tester")
    assert found.slug == made.slug
    assert [(item.item_id, item.note) for item in api.get_collection(made.slug).items] == [(REPO, "INT8")]
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_collection("Names", namespace="stranger")
    assert refused.value.response.status_code == 403


def test_what_a_gitignore_hides_is_dropped_without_a_word(hub: HubServer) -> None:
    """A trap of the client, which cardgen must not fall into."""
    hub.add(REPO, {".gitignore": b"*.bin\n"})
    HfApi().create_commit(REPO, [add("w.bin", b"\0weights"), add("a.txt", b"a")], commit_message="A")
    assert "w.bin" not in hub.model(REPO).resolve("main").files


def test_large_files_go_up_in_parts(hub: HubServer) -> None:
    hub.part_bytes = 1000
    hub.add(REPO)
    content = os.urandom(4500)
    HfApi().create_commit(REPO, [add("w.bin", content)], commit_message="A")
    assert hub.model(REPO).resolve("main").files["w.bin"].data == content
    assert sum("/lfs-part/" in request.path for request in hub.requests) == 5


def test_front_matter_is_refused_with_its_place(hub: HubServer) -> None:
    hub.add(REPO)
    with pytest.raises((ValueError, HfHubHTTPError), match='"license" must be one of'):
        HfApi().create_commit(REPO, [add("README.md", b"---\nlicense: mine\n---\n")], commit_message="A")


def test_answers_that_go_wrong(hub: HubServer) -> None:
    api = HfApi()
    content = b"some text"
    repository = hub.add(REPO, {"a.txt": content})
    hub.inject(Fault("corrupt", "/resolve/", method="GET"))
    with urllib.request.urlopen(f"{hub.endpoint}/{REPO}/resolve/main/a.txt") as answer:
        served = answer.read()
    assert (len(served), served[1:], served[0]) == (len(content), content[1:], content[0] ^ 1)
    hub.inject(Fault("status-after", "/commit/main", status=502))
    with pytest.raises(HfHubHTTPError):
        api.create_commit(REPO, [add("b.txt", b"b")], commit_message="A")
    assert "b.txt" in repository.resolve("main").files
    waits = Fault("status", "/commit/main", status=429, headers={"Retry-After": "7"})
    hub.inject(waits)
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_commit(REPO, [add("c.txt", b"c")], commit_message="A")
    assert refused.value.response.headers["Retry-After"] == "7"
    for kind in ("truncate", "break"):
        hub.inject(Fault(kind, "/api/models/tester/model$" if kind == "truncate" else "/commit/", method="*"))
        with pytest.raises(Exception, match=r".") as lost:
            api.model_info(REPO) if kind == "truncate" else api.create_commit(
                REPO, [add("d.txt", b"d" * 100_000)], commit_message="A"
            )
        assert not isinstance(lost.value, HfHubHTTPError)
    assert "d.txt" not in repository.resolve("main").files


def test_random_faults_are_the_same_for_the_same_seed() -> None:
    made = []
    for _ in range(2):
        faults = RandomFaults(3, 0.5)
        for number in range(40):
            faults.draw("POST" if number % 2 else "GET", "/api/models/a/b/commit/main")
        made.append(faults.made)
    assert made[0] == made[1]
    assert len({kind for kind, _, _ in made[0]}) > 3


def test_ranges(hub: HubServer) -> None:
    from huggingface_hub import HfFileSystem

    content = bytes(range(256)) * 40
    hub.add(REPO, {"data.bin": content, "data.txt": b"text" * 1000})
    HfFileSystem.clear_instance_cache()
    files = HfFileSystem(endpoint=hub.endpoint, token=hub.token)
    with files.open(f"{REPO}/data.bin", "rb", block_size=1000) as stream:
        stream.seek(5000)
        assert stream.read(300) == content[5000:5300]
    assert files.cat_file(f"{REPO}/data.txt", start=4, end=8) == b"text"
