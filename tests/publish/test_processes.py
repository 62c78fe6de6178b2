"""Whole processes: the environment variables that a user sets, and two pushes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.hub_server import Fault, HubServer
from tests.publish.project import Project

COMMAND = "import sys; from cardgen.cli import main; sys.exit(main())"
ROOT = Path(__file__).parents[2]


def start(project: Project, hub: HubServer, **variables: str) -> subprocess.Popen[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    settings = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token,
        "HF_HOME": str(project.root / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "push", str(project.manifest)],
        env=inherited | settings | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert HubServer.token not in out + err
    return process.returncode, out, err


def test_two_pushes_at_once_make_one_commit(hub: HubServer, project: Project) -> None:
    repository = hub.add(project.repo_id)
    both_have_read = threading.Barrier(2, timeout=60)
    hub.inject(Fault("before", "/preupload/", times=2, action=both_have_read.wait))
    processes = [start(project, hub) for _ in range(2)]
    outcomes = sorted(finish(process) for process in processes)
    assert [code for code, _, _ in outcomes] == [0, 0], outcomes
    assert sorted(out.partition(":")[0] for _, out, _ in outcomes) == ["pushed", "unchanged"]
    assert len(repository.history()) == 2
    assert sorted(request.status for request in hub.writes if "/commit/" in request.path) == [200, 412]


def test_offline(hub: HubServer, project: Project) -> None:
    code, _, err = finish(start(project, hub, HF_HUB_OFFLINE="1"))
    assert code == 6
    assert "HF_HUB_OFFLINE" in err
    assert hub.requests == []


@pytest.mark.parametrize("endpoint", ["hub.example", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_an_endpoint_that_is_none(hub: HubServer, project: Project, endpoint: str) -> None:
    code, _, err = finish(start(project, hub, HF_ENDPOINT=endpoint))
    assert code == 6, err
    assert "Traceback" not in err


def test_the_token_of_a_login_is_used(hub: HubServer, project: Project) -> None:
    home = project.root / "hf"
    home.mkdir()
    (home / "token").write_text(hub.token, encoding="utf-8")
    code, out, _ = finish(start(project, hub, HF_TOKEN=""))
    assert code == 0
    assert out.startswith("pushed: ")
