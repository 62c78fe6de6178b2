"""Fixtures that several packages of tests share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.project import Project

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of what a shell starts in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else what tests start and interrupt would not be

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how long one example takes tells what else the machine does


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """The demo's project, built once by `cardgen demo`: read it, and copy it to change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent  # pytest-xdist gives each of its workers a folder below
    project = Project(shared / "demo")
    with FileLock(shared / "demo.lock"):
        if not (shared / "demo.txt").exists():
            project.folder.mkdir(exist_ok=True)
            run = project.run("demo", ".")
            assert run.returncode == 0, run.stderr
            (shared / "demo.txt").write_text(run.stdout, encoding="utf-8")
    return project


@pytest.fixture(scope="session")
def demo_output(demo: Project) -> str:
    """What the first `cardgen demo` printed."""
    return (demo.folder.parent / "demo.txt").read_text(encoding="utf-8")


@pytest.fixture
def project(demo: Project, tmp_path: Path) -> Project:
    """A copy of the demo's project, to be changed."""
    return demo.copy(tmp_path / "project")
