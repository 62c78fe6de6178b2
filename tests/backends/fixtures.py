"""Backends in their environments, and tiny models trained there, for tests that run the real worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cardgen.run.environments import ensure_environment
from tests.backends.workbench import SCRIPTS, Workbench

_OVERRIDES = {
    "neural-compressor": "CARDGEN_TEST_ENV_NEURAL_COMPRESSOR",
    "onnxruntime": "CARDGEN_TEST_ENV_ONNXRUNTIME",
}
"""Environment to the variable that may name an interpreter to use instead of the managed one."""


def interpreter(environment: str) -> Path:
    """The interpreter of an environment, which is made on first use."""
    given = os.environ.get(_OVERRIDES[environment])
    return Path(given) if given else ensure_environment(environment)


def _bench(backend: str, environment: str, folder: Path) -> Iterator[Workbench]:
    bench = Workbench(backend, interpreter(environment), folder)
    yield bench
    bench.close()


@pytest.fixture(scope="session")
def neural_compressor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """Neural Compressor in its environment."""
    yield from _bench("neural-compressor", "neural-compressor", tmp_path_factory.mktemp("nc"))


@pytest.fixture(scope="session")
def onnxruntime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """ONNX Runtime in its own environment, the one with the newer transformers."""
    yield from _bench("onnxruntime", "onnxruntime", tmp_path_factory.mktemp("ort"))


@pytest.fixture(scope="session")
def onnxruntime_in_neural_compressor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """ONNX Runtime in Neural Compressor's environment, the one with the older transformers."""
    yield from _bench("onnxruntime", "neural-compressor", tmp_path_factory.mktemp("ort-nc"))


@cache
def _trained(folder: Path, python: Path) -> Path:
    bench = Workbench("", python, folder)
    bench.script(SCRIPTS / "train_tiny.py", folder)
    bench.close()
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders ``single`` and ``pairs``: a tiny trained classifier each, with its train.csv and test.csv."""
    folder = tmp_path_factory.getbasetemp() / "models"  # the same for every package of tests that has this fixture
    folder.mkdir(exist_ok=True)
    return _trained(folder, interpreter("neural-compressor"))
