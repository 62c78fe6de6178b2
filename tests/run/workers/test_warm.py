"""Forks of a warm worker: what they share, what they do not, and how each of them may end.

The worker of these tests runs scripts as well as steps, in the development environment: the libraries are any.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from cardgen.records.request import SnippetRequest
from cardgen.run.environments import worker_environ, worker_path
from cardgen.run.workers.protocol import Failed, Finished, Job
from cardgen.run.workers.warm import CannotForkError, WarmWorker
from tests.backends.workbench import REPO_ID, SCRIPTS, TASK
from tests.project import ROOT
from tests.waiting import alive, eventually, wait_for_end

LIMIT_S = 600.0


class Bench:
    """A warm worker, and scripts for its children."""

    def __init__(self, folder: Path, package: Path) -> None:
        self.folder = folder
        path = os.pathsep.join(map(str, (package, folder / "modules")))
        (folder / "modules").mkdir()
        environ = {**worker_environ(offline=True, needs_token=False), "PYTHONPATH": path}
        self.worker = WarmWorker(Path(sys.executable), environ, folder / "warm", (str(SCRIPTS / "warm_worker.py"),))
        self._count = 0

    def run(self, code: str, *libraries: str, limit_s: float = LIMIT_S) -> Finished | Failed:
        """Run code in a fork; what it prints is in :attr:`printed`."""
        self._count += 1
        place = self.folder / f"step-{self._count}"
        place.mkdir()
        script = place / "script.py"
        script.write_text(dedent(code), encoding="utf-8")
        request = SnippetRequest(
            backend="script", task=TASK, code=json.dumps([str(script), str(self.folder)]), repo_id=REPO_ID, folder=""
        )
        job = Job(request=request, paths={}, output=place)
        end = self.worker.run(job, libraries, place, lambda _event: None, limit_s)
        self.place, stdout = place, place / "work" / "stdout"
        self.printed = stdout.read_text() if stdout.exists() else ""
        return end

    def module(self, name: str, code: str) -> None:
        """Write a module that the worker can import."""
        (self.folder / "modules" / f"{name}.py").write_text(dedent(code), encoding="utf-8")

    @property
    def server(self) -> int:
        """Process id of the worker."""
        return self.worker._process.pid


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with worker_path() as package:
        made = Bench(tmp_path, package)
        try:
            yield made
        finally:
            made.worker.close()


def failure(end: Finished | Failed) -> str:
    assert isinstance(end, Failed)
    return end.error.type


def test_a_library_is_imported_once_and_is_there_in_every_fork(bench: Bench) -> None:
    bench.module("costly", "import os\nIMPORTED_BY = os.getpid()\n")
    for _ in range(2):
        end = bench.run("import costly, os\nprint(costly.IMPORTED_BY, os.getppid(), os.getpid())", "costly")
        assert isinstance(end, Finished)
        importer, parent, own = map(int, bench.printed.split())
        assert importer == parent == bench.server != own


def test_what_a_fork_changes_is_gone_in_the_next(bench: Bench) -> None:
    bench.module("state", "VALUE = [1]\n")
    change = "import os, state\nstate.VALUE.append(2)\nos.environ['CHANGED'] = '1'\nprint(state.VALUE)"
    assert isinstance(bench.run(change, "state"), Finished)
    assert bench.printed == "[1, 2]\n"
    assert isinstance(bench.run("import os, state\nprint(state.VALUE, os.environ.get('CHANGED'))", "state"), Finished)
    assert bench.printed == "[1] None\n"


def test_a_fork_has_a_folder_a_group_and_a_session_of_its_own(bench: Bench) -> None:
    code = (
        "import os, json\nprint(json.dumps([os.getcwd(), os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid()]))"
    )
    assert isinstance(bench.run(code), Finished)
    assert json.loads(bench.printed) == [str((bench.place / "work").resolve()), True, True]


def test_a_fork_that_raises_crashes_or_is_killed_fails_alone(bench: Bench) -> None:
    assert failure(bench.run("raise RuntimeError('no good')")) == "crashed"
    assert "RuntimeError: no good" in (bench.place / "worker.log").read_text()
    assert failure(bench.run("import os\nos._exit(3)")) == "crashed"
    assert failure(bench.run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")) == "killed"
    assert failure(bench.run("import ctypes\nctypes.string_at(0)")) == "killed"
    assert isinstance(bench.run("print('well')"), Finished)
    assert bench.printed == "well\n"


def test_a_fork_that_hangs_is_ended_at_its_time_limit_with_all_that_it_started(bench: Bench) -> None:
    code = """
        import os, subprocess, sys, time
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open(f"{sys.argv[1]}/pids", "w").write(f"{os.getpid()} {other.pid}")
        time.sleep(600)
    """
    pids, limit_s = bench.folder / "pids", 1
    while not (pids.exists() and pids.read_text()):  # a busy machine does not come so far at once
        assert failure(bench.run(code, limit_s=limit_s)) == "timeout"
        limit_s *= 2
    for pid in pids.read_text().split():
        wait_for_end(int(pid))
    assert isinstance(bench.run("print('well')"), Finished)


def test_what_a_finished_fork_started_does_not_outlive_it(bench: Bench) -> None:
    code = """
        import subprocess, sys
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open(f"{sys.argv[1]}/pid", "w").write(str(other.pid))
    """
    assert isinstance(bench.run(code), Finished)
    wait_for_end(int((bench.folder / "pid").read_text()))


def test_a_fork_that_exhausts_its_memory_fails_alone(bench: Bench) -> None:
    code = """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        held = []
        while True:
            held.append(bytearray(2**26))
    """
    assert failure(bench.run(code)) == "crashed"
    assert "MemoryError" in (bench.place / "worker.log").read_text()
    assert isinstance(bench.run("print('well')"), Finished)


def test_the_kernel_is_to_end_the_fork_and_not_the_worker_where_memory_runs_out(bench: Bench) -> None:
    assert isinstance(bench.run("print(open('/proc/self/oom_score_adj').read())"), Finished)
    assert int(bench.printed) == 500
    assert int(Path(f"/proc/{bench.server}/oom_score_adj").read_text()) < 500


def test_an_import_that_starts_a_thread_is_named_and_nothing_is_forked(bench: Bench) -> None:
    bench.module("quiet", "")
    bench.module(
        "busy",
        """
        import threading, time
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        """,
    )
    with pytest.raises(CannotForkError, match=r"importing `busy` started threads: \d+ "):
        bench.run("print('well')", "quiet", "busy")
    with pytest.raises(CannotForkError, match="threads run already"):
        bench.run("print('well')", "quiet")


def test_a_library_that_is_not_there_is_the_steps_to_miss(bench: Bench) -> None:
    assert failure(bench.run("import no_such_library", "no_such_library")) == "crashed"
    assert "No module named 'no_such_library'" in (bench.place / "worker.log").read_text()


def test_a_worker_that_is_killed_takes_its_fork_along(bench: Bench) -> None:
    code = """
        import os, sys, time
        open(f"{sys.argv[1]}/pid", "w").write(str(os.getpid()))
        time.sleep(600)
    """
    place = bench.folder / "pid"

    def kill() -> None:
        eventually(lambda: place.exists() and place.read_text(), "the code is not run")
        os.kill(bench.server, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    end = bench.run(code)
    killer.join()
    assert failure(end) == "killed"
    wait_for_end(int(place.read_text()))
    assert not bench.worker.alive
    with pytest.raises(CannotForkError, match="the worker died"):
        bench.run("print('well')")


def test_a_worker_in_the_middle_of_an_import_ends_with_the_core(tmp_path: Path) -> None:
    core = subprocess.Popen(
        [sys.executable, "-c", CORE.format(root=str(ROOT)), str(tmp_path), "slow"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert core.stdout is not None
        server = int(core.stdout.readline())
        eventually((tmp_path / "importing").exists, "nothing is imported")
        assert alive(server)
    finally:
        core.kill()
        core.communicate()
    wait_for_end(server)


def test_a_worker_with_an_unread_order_ends_with_the_core(tmp_path: Path) -> None:
    core = subprocess.Popen(
        [sys.executable, "-c", CORE.format(root=str(ROOT)), str(tmp_path), "slow"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert core.stdout is not None
        server = int(core.stdout.readline())
        os.kill(server, signal.SIGSTOP)
        assert core.stdout.readline() == "orders\n"
        time.sleep(1)
    finally:
        core.kill()
        core.communicate()
        os.kill(server, signal.SIGCONT)
    wait_for_end(server)
    assert not (tmp_path / "importing").exists()


CORE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from cardgen.run.environments import worker_path
from tests.run.workers.test_warm import Bench
with worker_path() as package:
    bench = Bench(Path(sys.argv[1]), package)
    bench.module("slow", f"import time\\nopen({{sys.argv[1]!r}} + '/importing', 'x')\\ntime.sleep(600)")
    print(bench.server, flush=True)
    print("orders", flush=True)
    bench.run('''
import os, sys, time
open(f"{{sys.argv[1]}}/pid", "w").write(str(os.getpid()))
time.sleep(600)
''', *sys.argv[2:])
"""


def test_the_worker_and_its_fork_end_with_the_core(tmp_path: Path) -> None:
    core = subprocess.Popen(
        [sys.executable, "-c", CORE.format(root=str(ROOT)), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert core.stdout is not None
        server, place = int(core.stdout.readline()), tmp_path / "pid"
        eventually(lambda: place.exists() and place.read_text(), "the code is not run")
        fork = int(place.read_text())
        assert alive(fork)
        assert alive(server)
    finally:
        core.kill()
        core.communicate()
    wait_for_end(fork)
    wait_for_end(server)
