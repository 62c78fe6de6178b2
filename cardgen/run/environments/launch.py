"""What a worker finds around it: its path, and its environment variables."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import cardgen
from cardgen.run.quiet import OFFLINE, QUIET

TOKENS = (
    "HF_TOKEN",
    "HF_TOKEN_PATH",
    "HF_STORED_TOKENS_PATH",
    "HUGGING_FACE_HUB_TOKEN",
    "HUGGINGFACE_HUB_TOKEN",
    "HUGGINGFACEHUB_API_TOKEN",
    "HUGGINGFACE_TOKEN",
)
"""Variables that hold a Hub token or say where one is."""


@contextmanager
def worker_path() -> Iterator[Path]:
    """A folder for ``PYTHONPATH`` that holds ``cardgen/`` and nothing else.

    The core's site-packages must never be there: its huggingface_hub 2.x breaks transformers 4.45.
    """
    with tempfile.TemporaryDirectory(prefix="cardgen-worker-") as folder:
        yield lay_package(Path(folder) / "path")


def lay_package(folder: Path) -> Path:
    """Make ``folder`` one for ``PYTHONPATH`` that holds ``cardgen/`` and nothing else."""
    folder.mkdir()
    package = Path(cardgen.__file__).resolve().parent
    (folder / "cardgen").symlink_to(package, target_is_directory=True)
    return folder


def worker_environ(*, offline: bool, needs_token: bool) -> dict[str, str]:
    """The whole environment of a worker, but for ``PYTHONPATH``.

    Args:
        offline: whether the Hub must not be asked for anything.
        needs_token: whether the worker may see the user's Hub token, to read what is private or gated.
    """
    environ = python_environ(os.environ, with_tokens=needs_token)
    environ |= {
        "PYTHONSAFEPATH": "1",  # the scratch folder that a worker runs in is no place to import from
        "TOKENIZERS_PARALLELISM": "false",
        **QUIET,
        # A process in which other threads run than its first cannot be forked. At import NumPy's OpenBLAS starts some,
        # and multiplies nothing here that would gain by them, Arrow's jemalloc one to tidy up, and ONNX Runtime one
        # for its telemetry.
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # Waiting threads that spin, which is OpenMP's default, make a training of 10 s last minutes where two builds
        # share the processors.
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE"),
    }
    for name in OFFLINE:
        if offline:
            environ[name] = "1"
    if not needs_token:
        # The token that `hf auth login` stored in the home folder is not to be read either.
        environ |= {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_TOKEN_PATH": os.devnull}
    return environ


def python_environ(inherited: Mapping[str, str], *, with_tokens: bool = False) -> dict[str, str]:
    """``inherited`` without what would lead another Python astray, and without Hub tokens unless wanted."""
    astray = ("PYTHON", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "CONDA_PREFIX")
    kept = {name: value for name, value in inherited.items() if not name.startswith(astray)}
    if not with_tokens:
        kept = {name: value for name, value in kept.items() if name not in TOKENS}
    return {**kept, "PYTHONNOUSERSITE": "1"}
