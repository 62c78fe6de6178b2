"""Commands whose standard output or error is full, gone or lacks characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_lightness import project as project  # noqa: PLC0414 - a fixture

COMMANDS = {
    "check manifests/model.yaml": 0,
    "check --json manifests/model.yaml": 0,
    "lint cards/model/README.md": 0,
    "build --render-only manifests/model.yaml": 0,
    "plan --help": 0,
    "--version": 0,
    "schema": 0,
    "check absent.yaml": 3,
    "lint absent.md": 2,
    "no-such-command": 2,
}
MINUS = "\N{MINUS SIGN}"


def shell(project: Path, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables}
    command = line.replace("cardgen", f"{sys.executable} -m cardgen", 1)
    return subprocess.run(
        ["bash", "-c", command], cwd=project, capture_output=True, encoding="latin-1", check=False, env=environ
    )


@pytest.mark.parametrize("arguments", [line for line, code in COMMANDS.items() if code == 0])
def test_a_full_device_as_output_is_told_as_that(project: Path, arguments: str) -> None:
    run = shell(project, f"cardgen {arguments} > /dev/full")
    assert run.returncode == 2
    assert "error: standard output cannot be written: No space left on device\n" in run.stderr
    assert "Traceback" not in run.stderr
    assert "Exception ignored" not in run.stderr


@pytest.mark.parametrize(("arguments", "code"), COMMANDS.items())
def test_an_error_that_cannot_be_told_keeps_its_exit_code(project: Path, arguments: str, code: int) -> None:
    run = shell(project, f"cardgen {arguments} 2> /dev/full")
    assert run.returncode == code


@pytest.mark.parametrize("arguments", COMMANDS)
def test_output_that_is_closed_is_no_bug(project: Path, arguments: str) -> None:
    for closed in (">&-", "2>&-"):
        assert shell(project, f"cardgen {arguments} {closed}").returncode == COMMANDS[arguments]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_characters_that_an_encoding_lacks_are_escaped(project: Path, encoding: str) -> None:
    card = project / "cards" / "model" / "README.md"
    odd = f"0.9402 {MINUS} \N{GRINNING FACE} é"
    card.write_text(card.read_text(encoding="utf-8").replace("0.9401", odd), encoding="utf-8")
    for arguments in ("check manifests/model.yaml", "lint cards/model/README.md", "schema", "check --help"):
        run = shell(project, f"cardgen {arguments}", PYTHONIOENCODING=encoding)
        assert run.returncode in (0, 1), run.stderr
        assert "Traceback" not in run.stderr
    run = shell(project, "cardgen check manifests/model.yaml", PYTHONIOENCODING=encoding)
    assert "0.9402 \\u2212 \\U0001f600 é".encode("latin-1") in run.stdout.encode("latin-1")


def test_a_name_that_is_no_text_is_shown_all_the_same(project: Path) -> None:
    (project / os.fsdecode(b"caf\xe9.md")).write_text("# A card\n")
    run = shell(project, "cardgen lint caf*.md", PYTHONIOENCODING="utf-8")
    assert run.returncode == 1
    assert "Traceback" not in run.stderr


def test_names_that_cannot_be_printed_in_what_is_written_are_told(project: Path) -> None:
    (project / "manifests" / "model.yaml").rename(project / "manifests" / os.fsdecode(b"caf\xe9.yaml"))
    folder = project / os.fsdecode(b"mod\xe9l")
    folder.mkdir()
    config = {"model_type": "bert", "architectures": ["BertForSequenceClassification"]}
    (folder / "config.json").write_text(json.dumps(config))
    for command, code in {"check manifests/caf*.yaml": 3, "init mod*l -o new.yaml": 2}.items():
        run = shell(project, f"cardgen {command}")
        assert run.returncode == code
        assert "is not UTF-8" in run.stderr
        assert not (project / "new.yaml").exists()


def test_half_of_a_character_in_a_models_configuration_is_told_and_leaves_no_file(project: Path) -> None:
    (project / "model").mkdir()
    config = {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": "\ud800"}}
    (project / "model" / "config.json").write_text(json.dumps(config))
    run = shell(project, "cardgen init model -o new.yaml")
    assert run.returncode == 2
    assert "half of a surrogate pair" in run.stderr
    assert not (project / "new.yaml").exists()
