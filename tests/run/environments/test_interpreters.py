from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cardgen.errors import EnvironmentMissingError
from cardgen.run.environments.interpreters import find_python
from tests.run.environments.packages import environment

INFO = environment("six==1.17.0")
RUNNING = (sys.version_info[0], sys.version_info[1])


def command(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_running_python_comes_first() -> None:
    found = find_python(replace(INFO, pythons=((3, 99), RUNNING)))
    assert (found.path, found.version) == (Path(sys.executable), RUNNING)


def test_a_python_on_the_path_is_asked_before_it_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"python{RUNNING[0]}.{RUNNING[1]}"
    command(tmp_path / "shims", name, "echo not installed >&2; exit 127")
    command(tmp_path / "lies", name, "echo 3 99")
    real = command(tmp_path / "real", name, f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / folder) for folder in ("shims", "lies", "real")))
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(sys, "version_info", (3, 98, 0))
    found = find_python(replace(INFO, pythons=(RUNNING,)))
    assert (found.path, found.version) == (real, RUNNING)


def test_no_suitable_python_is_an_error_that_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(tmp_path / "bin", "python3.99", f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(EnvironmentMissingError, match=r"the tiny environment needs Python 3\.99 or 3\.98") as caught:
        find_python(replace(INFO, pythons=((3, 99), (3, 98))))
    assert caught.value.exit_code == 5
    assert "Install Python 3.99" in caught.value.remedy
