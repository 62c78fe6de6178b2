from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cardgen
from cardgen.run.environments import worker_environ, worker_path


def test_the_workers_path_holds_cardgen_alone_and_is_gone_afterwards() -> None:
    with worker_path() as path:
        assert [entry.name for entry in path.iterdir()] == ["cardgen"]
        assert (path / "cardgen").resolve() == Path(cardgen.__file__).resolve().parent
    assert not path.exists()
    assert Path(cardgen.__file__).exists()


def test_the_package_is_imported_from_the_workers_path() -> None:
    with worker_path() as path:
        environ = {**worker_environ(offline=True, needs_token=False), "PYTHONPATH": str(path)}
        ask = "import cardgen.records.record as m; print(m.__file__)"
        asked = subprocess.run([sys.executable, "-c", ask], env=environ, capture_output=True, text=True, check=True)
        assert asked.stdout.strip() == str(path / "cardgen" / "records" / "record.py")


def test_what_a_worker_inherits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PYTHONSTARTUP", "/somewhere/else")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    environ = worker_environ(offline=False, needs_token=False)
    assert {name for name in environ if name.startswith("PYTHON")} == {"PYTHONNOUSERSITE", "PYTHONSAFEPATH"}
    assert environ["HF_ENDPOINT"] == "http://127.0.0.1:9"
    assert environ["HOME"] == os.environ["HOME"]
    assert environ["TOKENIZERS_PARALLELISM"] == "false"
    assert environ["HF_HUB_DISABLE_TELEMETRY"] == environ["DO_NOT_TRACK"] == "1"


@pytest.mark.parametrize("offline", [True, False])
def test_an_offline_worker_is_told_so_by_every_library(offline: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    environ = worker_environ(offline=offline, needs_token=False)
    assert [environ.get(name) for name in names] == (["1"] * 3 if offline else [None] * 3)


TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN")


def test_a_worker_that_needs_no_token_finds_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tmp_path / "token"
    stored.write_text("hf_stored", encoding="utf-8")
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_TOKEN_PATH", str(stored))
    ask = "import huggingface_hub; print(huggingface_hub.get_token())"
    for needs_token, answer in ((True, "hf_stored"), (False, "None")):
        environ = worker_environ(offline=False, needs_token=needs_token)
        asked = subprocess.run([sys.executable, "-c", ask], env=environ, capture_output=True, text=True, check=True)
        assert asked.stdout.strip() == answer
    for name in TOKENS:
        monkeypatch.setenv(name, "hf_secret")
    assert "hf_secret" not in worker_environ(offline=False, needs_token=False).values()
    assert worker_environ(offline=False, needs_token=True)["HF_TOKEN"] == "hf_secret"
