"""The comparison of what is here with what is there, without a Hub."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import HubError
from cardgen.publish.marker import MARKER, Marker, PushedFile, dump_marker, load_marker
from cardgen.publish.plan import DIFF_LINES, LocalFile, RemoteFile, RemoteState, plan_publish

Contents = Mapping[str, bytes]


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def local(files: Contents) -> list[LocalFile]:
    return [
        LocalFile(path, Path(path), len(data), hashlib.sha256(data).hexdigest(), blob(data))
        for path, data in files.items()
    ]


def remote(files: Contents, pushed: Contents | None = None, *, lfs: bool = False) -> RemoteState:
    held = {
        path: RemoteFile("pointer", hashlib.sha256(data).hexdigest()) if lfs else RemoteFile(blob(data), None)
        for path, data in files.items()
    }
    marker = Marker(
        manifest="m",
        files={
            path: PushedFile(sha256=hashlib.sha256(data).hexdigest(), blob=blob(data))
            for path, data in (pushed or {}).items()
        },
    )
    return RemoteState("c" * 40, True, held, files.get("README.md"), marker if pushed is not None else None)


def after(here: Contents, there: Contents, pushed: Contents | None, *, lfs: bool) -> dict[str, bytes]:
    """What the Hub would hold after the planned commit."""
    state = remote(there, pushed, lfs=lfs)
    plan = plan_publish("a/b", "main", local(here), state, manifest="m", readme="", message="m")
    result = {**there, **{file.path: here[file.path] for file in plan.changes}}
    return {path: data for path, data in result.items() if path not in plan.deletions}


names = st.sampled_from(["README.md", "config.json", "onnx/model.onnx", "evidence.json", "notes.txt"])
contents = st.dictionaries(names, st.sampled_from([b"one", b"two", b"three"]))


@given(here=contents, there=contents, pushed=st.none() | contents, lfs=st.booleans())
def test_nobodys_work_is_lost_and_all_of_ours_arrives(
    here: Contents, there: Contents, pushed: Contents | None, lfs: bool
) -> None:
    foreign = {path for path, data in there.items() if (pushed or {}).get(path) != data}
    try:
        result = after(here, there, pushed, lfs=lfs)
    except HubError:
        assert any(path in here and here[path] != there[path] for path in foreign)
        return
    assert all(result[path] == there[path] for path in foreign)
    assert {path: result[path] for path in here} == dict(here)
    stale = {path for path in there if path not in here and path not in foreign}
    assert not stale & set(result)
    assert plan_publish(
        "a/b", "main", local(here), remote(result, here, lfs=lfs), manifest="m", readme="", message="m"
    ).empty


def test_a_long_difference_is_cut() -> None:
    theirs = "\n".join(f"line {number}" for number in range(200))
    with pytest.raises(HubError) as refused:
        plan_publish(
            "a/b",
            "main",
            local({"README.md": b"ours"}),
            remote({"README.md": theirs.encode()}),
            manifest="m",
            readme="ours",
            message="m",
        )
    assert refused.value.exit_code == 6
    lines = str(refused.value).splitlines()
    assert len(lines) == DIFF_LINES + 3
    assert "more lines" in str(refused.value)


def test_what_another_manifest_published_makes_room_only_where_it_is_named() -> None:
    here, there = {"README.md": b"ours"}, {"README.md": b"theirs", "model.onnx": b"weights"}
    state = remote(there, there)
    planned = partial(plan_publish, "a/b", "main", local(here), state, manifest="other", readme="ours", message="m")
    for replaces in (None, "third"):
        with pytest.raises(HubError, match="the manifest `m` published") as refused:
            planned(replaces=replaces)
        assert "--replace m" in refused.value.remedy
    plan = planned(replaces="m")
    assert ([file.path for file in plan.changes], plan.deletions) == (["README.md"], ("model.onnx",))


def test_the_marker_may_always_be_replaced() -> None:
    state = remote({MARKER: b"not JSON"})
    plan = plan_publish("a/b", "main", local({MARKER: b"{}"}), state, manifest="m", readme="", message="m")
    assert [file.path for file in plan.changes] == [MARKER]


def test_markers_survive_writing_and_damage_is_noticed() -> None:
    marker = Marker(manifest="names", files={"a": PushedFile(sha256="0" * 64, blob="1" * 40)})
    assert load_marker(dump_marker(marker).encode()) == marker
    assert load_marker(b"{}") is None
    assert load_marker(b"\xff") is None
    with pytest.raises(HubError, match="in format 4") as refused:
        load_marker(dump_marker(marker).replace('"format": 1', '"format": 4').encode())
    assert "Update cardgen" in refused.value.remedy
    for damage in ('"format": "new"', '"format": 3.5', '"format": -1', '"format": []'):
        assert load_marker(dump_marker(marker).replace('"format": 1', damage).encode()) is None
