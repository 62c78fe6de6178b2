"""The genuine client against the loopback Hub: what it reads is what was put there, and refusals are the Hub's."""

from __future__ import annotations

import os
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

from tests.hub_server import HubServer

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
    hub.add("acme/gated", {"config.json": b"{}"}, gated=True)
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("tester/absent")
    with pytest.raises(RepositoryNotFoundError):
        HfApi(token=False).model_info(REPO)
    with pytest.raises(RevisionNotFoundError):
        api.model_info(REPO, revision="absent")
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(REPO, "absent.txt")
    with pytest.raises(GatedRepoError):
        api.hf_hub_download("acme/gated", "config.json", local_dir=tmp_path)
    for token, status in (("hf_wrong", 401), (hub.read_token, 403)):
        with pytest.raises(HfHubHTTPError) as refused:
            HfApi(token=token).create_commit(REPO, [add("a.txt", b"a")], commit_message="A")
        assert refused.value.response.status_code == status
    with pytest.raises(HfHubHTTPError) as refused:
        api.create_repo("stranger/model")
    assert refused.value.response.status_code == 403


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
