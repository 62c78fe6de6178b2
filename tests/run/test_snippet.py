"""The loading code of a card, run in an interpreter of its own; none of this needs a backend."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.snippets import loading_snippet
from cardgen.records.request import SnippetRequest
from cardgen.run.snippet import LoadingCodeError, place_model, run_loading_code

REPO_ID = "owner/model-int8"
NAMED = f'model_id = "{REPO_ID}"\n'


def request(code: str, folder: str = "onnx") -> SnippetRequest:
    return SnippetRequest(
        backend="onnxruntime", task="text-classification", code=NAMED + code, repo_id=REPO_ID, folder=folder
    )


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    folder = tmp_path / "artifact"
    (folder / "more").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "more" / "part.bin").write_bytes(b"weights")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@given(st.text(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_only_the_place_of_the_model_is_changed(words: str, folder: str) -> None:
    """Whatever stands around it, in whatever script; the id elsewhere stays."""
    code = f"said = {words!r}; print('é'); model_id = {REPO_ID!r}; other = {REPO_ID!r}\nmodel_id = 'else'\n"
    placed = ast.parse(place_model(code, REPO_ID, folder))
    before = ast.parse(code)
    assert isinstance(before.body[2], ast.Assign)
    before.body[2].value = ast.Constant(folder)
    assert ast.dump(placed) == ast.dump(before)


def test_the_code_that_a_card_prints_is_otherwise_as_it_is() -> None:
    code = loading_snippet(
        "onnxruntime", "text-classification", REPO_ID, "onnx", ("text",), quantized=True, trust_remote_code=False
    )
    assert place_model(code, REPO_ID, "/here") == code.replace(f'"{REPO_ID}"', "'/here'")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print(", "is not Python: '(' was never closed"),
        ("model_id = 'owner/other'", f"does not say `model_id = '{REPO_ID}'`"),
        (f"from_pretrained('{REPO_ID}')", "does not say `model_id"),
    ],
)
def test_code_without_a_place_for_the_model_is_refused(code: str, message: str) -> None:
    with pytest.raises(LoadingCodeError, match=re.escape(message)):
        place_model(code, REPO_ID, "/here")


@pytest.mark.parametrize("folder", ["", "onnx", "onnx/second"])
def test_the_artifact_lies_where_it_will_be_published(artifact: Path, scratch: Path, folder: str) -> None:
    code = (
        "from pathlib import Path\n"
        "for path in sorted(Path(model_id).rglob('*')):\n"
        "    if path.is_file() and not path.is_symlink():\n"
        "        print(path.relative_to(model_id).as_posix())\n"
    )
    prefix = f"{folder}/" if folder else ""
    output = run_loading_code(request(code, folder), artifact, scratch)
    assert output.splitlines() == [f"{prefix}config.json", f"{prefix}more/part.bin"]


def test_the_code_is_alone(artifact: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a main module, in the scratch folder, without input, a path of its own, tokens or a network."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH"):
        monkeypatch.setenv(name, "hf_secret")
    monkeypatch.setenv("PYTHONPATH", str(artifact))
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    code = (
        "import os, sys\n"
        "names = sorted(name for name, value in os.environ.items() if value == 'hf_secret')\n"
        "offline = [os.environ[f'{name}_OFFLINE'] for name in ('HF_HUB', 'TRANSFORMERS', 'HF_DATASETS')]\n"
        "print(__name__, os.getcwd(), repr(sys.stdin.read()), names, offline, os.environ['OMP_NUM_THREADS'])\n"
        f"print({str(artifact)!r} in sys.path, os.getcwd() in sys.path)\n"
    )
    output = run_loading_code(request(code), artifact, scratch)
    assert output == f"__main__ {scratch} '' [] ['1', '1', '1'] 3\nFalse False\n"


def test_the_child_is_in_the_group_that_a_worker_ends(artifact: Path, scratch: Path) -> None:
    assert run_loading_code(request("import os; print(os.getpgrp())"), artifact, scratch) == f"{os.getpgrp()}\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def load():\n    raise ValueError('no such model\\nlook elsewhere')\nload()", "ValueError: no such model"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('mask')", "KeyError: 'mask'"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys; sys.exit('the model is not here')", "the model is not here"),
        ("import sys; sys.exit(3)", "it ended with status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it was ended by SIGKILL"),
    ],
)
def test_code_that_fails_says_why(artifact: Path, scratch: Path, code: str, reason: str) -> None:
    with pytest.raises(LoadingCodeError) as caught:
        run_loading_code(request(code), artifact, scratch)
    assert caught.value.message == f"The loading code that the card prints fails: {reason}"
    assert caught.value.remedy
    assert caught.value.exit_code == 4


def test_the_traceback_shows_the_line(artifact: Path, scratch: Path) -> None:
    with pytest.raises(LoadingCodeError) as caught:
        run_loading_code(request("print('é')\nint('ten')"), artifact, scratch)
    assert "line 3, in <module>\n    int('ten')\n" in caught.value.detail
