"""Files are opened in one place, which lets nobody wait for ever, nor read without end."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import cardgen
from cardgen.cli import main
from cardgen.reading import UnreadableFileError, open_file, read_bytes, read_text

PACKAGE = Path(cardgen.__file__).parent

ELSEWHERE = {
    "backends": "a worker, in folders of its own",
    "benchmark": "a worker, in folders of its own",
    "evaluation": "a worker, in folders of its own",
    "run/workers": "a worker, in folders of its own",
    "run/environments": "what cardgen itself installs",
    "tuning/journal.py": "a worker, in folders of its own",
    "catalog": "data of the package",
    "demo": "data of the package",
    "reading.py": "the place",
    "cli/new_files.py": "writes",
    "records/atomic.py": "writes",
    "run/executors/local.py": "tells of the kernel",
    "run/load.py": "tells of the kernel",
    "run/hardware.py": "tells of the kernel",
    "run/hub_texts.py": "what the Hub's client downloaded",
    "pages": "data of the package",
    "cli/github.py": "writes",
    "review/github/publish.py": "writes",
    "review/github/api.py": "asks GitHub",
    "review/preview/folder.py": "writes",
    "publish": "copies that the push made, of what was looked at before",
}


def test_files_are_opened_in_one_place() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if any(name == place or name.startswith(f"{place}/") for place in ELSEWHERE):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called == "open" or called.endswith((".open", ".read_text", ".read_bytes")):
                    found.append(f"{name}:{node.lineno}: {called}")
    assert [place for place in found if not place.endswith(": os.open")] == []


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [fifo, endless])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "file")
    with pytest.raises(UnreadableFileError) as caught:
        open_file(tmp_path / "file")
    assert caught.value.strerror == "it is not a regular file"


def test_a_folder_and_an_absent_file_are_told_as_the_system_does(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "absent")


def test_a_file_is_read_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a\r\nb\rc\n")
    assert read_bytes(path, 7) == b"a\r\nb\rc\n"
    assert read_text(path, 7) == "a\nb\nc\n" == path.read_text()
    with pytest.raises(UnreadableFileError) as caught:
        read_bytes(path, 6)
    assert caught.value.strerror == "it is larger than 6 bytes"


REPORTED = """\
version: 1
repo_id: owner/model-int8
title: INT8 model
task: text-classification
base_model: {path: model}
card: template.jinja
metadata: {license: mit}
variants:
  onnx: {backend: onnxruntime, approach: dynamic}
evaluation:
  dataset: {path: data.csv}
  columns: {text: text, label: label}
  metrics: [accuracy]
reported:
  - {variant: onnx, metric: accuracy, value: 0.5, source: {name: a paper}}
prose: {summary: prose.md}
"""
MEASURED = REPORTED[: REPORTED.index("reported:")].replace("card: template.jinja\n", "")
EXPORTED = """\
version: 1
repo_id: owner/model-onnx
title: ONNX model
card: onnx-export
task: text-classification
base_model: {path: model, card: base.md}
variants:
  onnx: {backend: onnxruntime, approach: none}
reported:
  - {variant: onnx, source: {name: a paper}}
"""


def command(*arguments: str) -> int:
    """The exit code of a command, or an error where it takes longer than any of these may."""

    def too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(30)
    try:
        return main([*arguments])
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a card of reported figures."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cardgen.toml").touch()
    for name, text in {"model": REPORTED, "measured": MEASURED, "exported": EXPORTED}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "template.jinja").write_text("{{ front_matter }}\n# A card\n")
    (tmp_path / "prose.md").write_text("Words.\n")
    (tmp_path / "base.md").write_text("# Base\n")
    (tmp_path / "data.csv").write_text("text,label\na,b\n")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps({"model_type": "bert", "architectures": ["BertModel"]}))
    assert command("build", "--quiet", "model.yaml") == 0
    return tmp_path


CASES = {
    "model.yaml": {"check model.yaml": 3},
    "prose.md": {"check model.yaml": 3},
    "template.jinja": {"build model.yaml": 3},
    "data.csv": {"plan measured.yaml": 4},
    "base.md": {"build exported.yaml": 4},
    "cards/model/README.md": {
        "check model.yaml": 1,
        "lint cards/model/README.md": 2,
        "import cards/model/README.md": 2,
    },
    "cards/model/evidence.json": {"check model.yaml": 3, "build --render-only model.yaml": 3},
    "model/config.json": {"init model": 2},
    "model/vocab.txt": {"plan measured.yaml": 4},
    "model/README.md": {"plan measured.yaml": 4},
}
MAY_BE_FOLDERS = ("model/vocab.txt", "model/README.md")


@pytest.mark.parametrize(
    ("make", "name", "arguments", "code"),
    [
        (make, name, arguments, code)
        for name, commands in CASES.items()
        for arguments, code in commands.items()
        for make in (fifo, endless, folder)
        if make is not folder or name not in MAY_BE_FOLDERS
    ],
)
def test_no_command_reads_for_ever(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], None],
    name: str,
    arguments: str,
    code: int,
) -> None:
    (project / name).unlink(missing_ok=True)
    make(project / name)
    capsys.readouterr()
    assert command(*arguments.split()) == code
    said = capsys.readouterr()
    assert re.search("folder|directory|not a (regular )?file", (said.out + said.err).lower())


@pytest.mark.parametrize("make", [fifo, endless])
def test_settings_of_other_tools_that_cannot_be_read_are_none(project: Path, make: Callable[[Path], None]) -> None:
    (project / "cardgen.toml").unlink()
    make(project / "pyproject.toml")
    assert command("lint", "cards/model/README.md") in (0, 1)
    assert command("check", "model.yaml") == 0
