"""That nothing cardgen runs talks to anybody whom the manifest does not name: system calls are traced for it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen.records.request import SnippetRequest
from cardgen.run.environments import ensure_environment, worker_environ, worker_path
from cardgen.run.quiet import QUIET
from cardgen.run.workers.fresh import FreshWorker
from cardgen.run.workers.protocol import Finished, Job
from tests.project import MANIFEST, Project

_LOOKED_UP = '"/etc/resolv.conf"'
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_LATER_S = 12
"""ONNX Runtime looks its collector up 8 to 9 seconds after it was imported."""


def tracer(log: Path) -> list[str]:
    """What comes before a command, so that the calls by which it and its children talk are written down."""
    strace = shutil.which("strace")
    assert strace, "strace is not installed: it tells whom a process talks to"
    calls = "trace=connect,sendto,sendmsg,sendmmsg,openat"
    return [strace, "--follow-forks", "--seccomp-bpf", "-e", calls, "-e", "signal=none", "-o", str(log)]


def talked(log: Path) -> list[str]:
    """The calls that look a name up, or address another machine."""
    return list(_talk(log.read_text(errors="replace").splitlines()))


def _talk(lines: list[str]) -> Iterator[str]:
    for line in lines:
        addresses = [first or second for first, second in _ADDRESS.findall(line)]
        away = [each for each in addresses if not each.startswith("127.") and each != "::1"]
        if away or _LOOKED_UP in line:
            yield line


@pytest.mark.parametrize(
    ("code", "heard"),
    [
        ("import socket\ntry: socket.getaddrinfo('cardgen.invalid', 443)\nexcept OSError: pass", True),
        ("import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))", True),
        ("import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])", True),
        ("import socket; socket.create_connection(('127.0.0.1', {port})).close()", False),
    ],
)
def test_the_tracer_hears(tmp_path: Path, code: str, heard: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        inner = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
        program = code.replace("{port}", str(server.getsockname()[1])).replace("{code!r}", repr(inner))
        subprocess.run([*tracer(tmp_path / "log"), sys.executable, "-c", program], check=True)
    assert bool(talked(tmp_path / "log")) == heard


@pytest.mark.slow
def test_a_build_talks_to_nobody(project: Project, tmp_path: Path) -> None:
    shutil.rmtree(project.folder / ".cardgen")
    shutil.rmtree(project.folder / "cards", ignore_errors=True)
    run = project.run("build", "--json", MANIFEST, prefix=tracer(tmp_path / "log"))
    assert run.returncode == 0, run.stderr
    [report] = json.loads(run.stdout)
    assert not report["stored"]
    assert talked(tmp_path / "log") == []


@pytest.mark.slow
@pytest.mark.parametrize("environment", ["onnxruntime", "neural-compressor"])
def test_a_worker_keeps_libraries_quiet_whoever_started_it(environment: str, tmp_path: Path) -> None:
    """A card's loading code, which is run in a process of its own, for long enough that a library would talk."""
    python = tmp_path / "python"
    command = " ".join([*tracer(tmp_path / "log"), str(ensure_environment(environment))])
    python.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "model").mkdir()
    code = f'model_id = "me/model"\nimport time, onnxruntime\ntime.sleep({_LATER_S})\nprint("done")\n'
    asked = {"backend": "onnxruntime", "task": "text-classification", "repo_id": "me/model", "folder": ""}
    request = SnippetRequest(code=code, **asked)
    job = Job(request=request, paths={"model": tmp_path / "model"}, output=tmp_path / "output")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with worker_path() as packages:
        environ = worker_environ(offline=True, needs_token=False)
        loud = {name: value for name, value in environ.items() if name not in QUIET}
        end = FreshWorker(python, {**loud, "PYTHONPATH": str(packages)}).run(job, scratch, lambda _event: None, 600)
    assert isinstance(end, Finished), end
    assert talked(tmp_path / "log") == []
