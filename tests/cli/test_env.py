from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.cli import main


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARDGEN_CACHE", str(tmp_path))
    return tmp_path / "environments"


def half_made(cache: Path, name: str) -> Path:
    folder = cache / f"{name}-{ENVIRONMENTS[name].lock_sha256[:12]}-py311"
    folder.mkdir(parents=True)
    return folder


def test_list_as_json_gives_every_environment(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = half_made(cache, "onnxruntime")
    assert main(["env", "list", "--json"]) == 0
    captured = capsys.readouterr()
    rows = {row["name"]: row for row in json.loads(captured.out)}
    assert list(rows) == list(ENVIRONMENTS)
    assert rows["onnxruntime"] == {
        "name": "onnxruntime",
        "state": "broken",
        "path": str(broken),
        "python": None,
        "python_version": "3.11",
        "lock_sha256": ENVIRONMENTS["onnxruntime"].lock_sha256,
    }
    assert rows["neural-compressor"]["state"] == "absent"
    assert captured.err == ""


def test_list_for_people_is_a_line_each(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[name, "absent"] for name in ENVIRONMENTS]


def test_remove_takes_what_is_there_and_says_so(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = half_made(cache, "onnxruntime")
    assert main(["env", "remove", "onnxruntime"]) == 0
    assert not folder.exists()
    assert main(["env", "remove", "onnxruntime"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"removed {folder}\nonnxruntime was not there\n"


@pytest.mark.parametrize("action", ["create", "remove"])
def test_an_unknown_environment_is_wrong_usage(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", action, "neural-compresor"]) == 2
    assert "did you mean `neural-compressor`?" in capsys.readouterr().err


def test_pip_args_with_an_open_quote_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "create", "onnxruntime", "--pip-args", "'--no-index"]) == 2
    assert "cannot be split into arguments" in capsys.readouterr().err


def test_create_that_fails_leaves_with_5_and_names_its_log(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = "--isolated --no-index --find-links " + str(cache)
    assert main(["env", "create", "onnxruntime", "--pip-args", nowhere]) == 5
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "environment onnxruntime: making a virtual environment\n" in captured.err
    # In pip's words, which differ where the machine's own configuration names a constraint.
    assert "ERROR: " in captured.err
    assert "torch==2.13.0" in captured.err
    assert f"The full log is {cache / 'logs'}" in captured.err
