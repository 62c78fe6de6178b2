"""A loopback Hub, a built project, and the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardgen.cli import main
from tests.hub_server import HubServer
from tests.hub_server.fixtures import hub
from tests.publish.project import Project

__all__ = ["hub"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def run(hub: HubServer, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; no output may ever hold a token."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert hub.token not in out + err
        assert "Traceback" not in err
        return code, out, err

    return call
