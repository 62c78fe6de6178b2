"""Fill a folder with an environment: a virtual environment, and the lock's packages in it."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import disk_usage, rmtree

from cardgen.catalog.environments import EnvironmentInfo, normalised
from cardgen.errors import EnvironmentMissingError
from cardgen.run.environments.accelerator import CUDA_PACKAGE, has_nvidia_gpu
from cardgen.run.environments.interpreters import BasePython
from cardgen.run.environments.pip import Stop, pip_environ, run_module

Progress = Callable[[str, int, int | None], None]
"""Called with (stage, done, total) as the making of an environment goes on."""

ACCELERATED = ("torch",)
"""Distributions that exist in builds for several accelerators under one version."""

_COLLECTING = re.compile(r"^\s*Collecting ([A-Za-z0-9][A-Za-z0-9._-]*)")
# pip's word for a file that is on this machine already, and for one that it fetches.
_FILE = re.compile(r"^\s*(?P<verb>Processing|Downloading|Using cached) (?:\S*/)?(?P<name>[A-Za-z0-9._-]+?)-\d[^/\s]*"
                   r"\.(?:whl|tar\.gz|zip)(?: |$)")  # fmt: skip
# What pip says of each package while all is well, and of each index that lacks one.
_NOISE: tuple[str, ...] = (
    *("Collecting ", "Processing ", "Downloading ", "Using cached ", "Obtaining ", "Would install "),
    *("Installing collected packages", "Attempting uninstall", "Found existing", "Uninstalling", "Successfully"),
    *("WARNING: Location ", "WARNING: pip is using lazily downloaded wheels"),
)
_SAID_LINES = 16
_FULL_BYTES = 16_000_000


def install_environment(
    info: EnvironmentInfo, base: BasePython, folder: Path, log: Path, progress: Progress, pip_args: Sequence[str]
) -> None:
    """Make the virtual environment ``folder`` and install the lock into it.

    Raises:
        EnvironmentMissingError: where that fails, or would bring CUDA packages to a machine that cannot use them.
    """
    scratch = folder / "tmp"
    try:
        scratch.mkdir(parents=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("", encoding="utf-8")
        requirements = folder / "lock.txt"
        requirements.write_text(info.lock, encoding="utf-8")
        run = _Installation(info, folder, log, progress, tuple(pip_args), pip_environ(os.environ, scratch))
        run.make(base)
        if not has_nvidia_gpu():
            run.refuse_cuda(scratch)
        run.install(requirements)
        rmtree(scratch)
    except OSError as error:
        raise _system_error(info, folder, error) from error


def collected(line: str) -> str | None:
    """The package that pip has turned to, if this line of its output says so, by its normalised name."""
    if match := _COLLECTING.match(line):
        return normalised(match[1])
    match = _FILE.match(line)
    return normalised(match["name"]) if match and match["verb"] == "Processing" else None


def fetched(line: str) -> str | None:
    """The package whose file pip begins to fetch, if this line of its output says so, by its normalised name."""
    match = _FILE.match(line)
    return normalised(match["name"]) if match and match["verb"] != "Processing" else None


@dataclass
class _Installation:
    info: EnvironmentInfo
    folder: Path
    log: Path
    progress: Progress
    pip_args: tuple[str, ...]
    environ: dict[str, str]
    collected: set[str] = field(default_factory=set)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def make(self, base: BasePython) -> None:
        self.progress("making a virtual environment", 0, None)
        status = run_module(base.path, ("venv", str(self.folder)), self.environ, self.log)
        if status != 0:
            what = f"{base.path} -m venv ended with status {status}"
            raise self._failure(
                what, remedy="See that this Python can make virtual environments, or put another first."
            )

    def refuse_cuda(self, scratch: Path) -> None:
        """Ask pip what PyTorch would bring, and stop where that is CUDA.

        A dry run alone does not save the download: pip (up to 26.3 at least) fetches every wheel that it plans before
        it says what it would install. So its output is followed as it comes, and pip is ended at the first CUDA name.
        By then it has read metadata only: PyTorch's own from the file beside the wheel (PEP 658) or, with fast-deps,
        from the wheel's end by a range request. An index with neither gives pip no way but to fetch PyTorch's wheel,
        which is still the smaller part. It is also ended when it turns to fetching PyTorch with its dependencies
        known, which a pip without a cache would otherwise do twice.
        """
        accelerated = [name for name in ACCELERATED if name in self.info.packages]
        if not accelerated:
            return
        self.progress("asking pip for its plan", 0, None)
        report = scratch / "plan.json"
        seen: set[str] = set()

        def listen(line: str) -> None:
            self._stop_at_cuda(line)
            if (name := collected(line)) is not None:
                seen.add(name)
            elif fetched(line) in accelerated and seen - {*accelerated}:
                raise Stop

        pins = [f"{name}=={self.info.packages[name]}" for name in accelerated]
        options = ("--dry-run", "--use-feature=fast-deps", "--report", str(report))
        try:
            status = run_module(self.python, ("pip", "install", *options, *self.pip_args, *pins), self.environ,
                                self.log, listen)  # fmt: skip
        except Stop:
            return
        if status != 0:
            raise self._failure(f"pip ended with status {status}")
        planned = json.loads(report.read_text(encoding="utf-8"))["install"]
        cuda = [name for item in planned if CUDA_PACKAGE.match(name := normalised(item["metadata"]["name"]))]
        if cuda:
            raise self._cuda_error(cuda[0])

    def install(self, requirements: Path) -> None:
        total = len(self.info.packages)
        stage = "collecting packages"
        self.progress(stage, 0, total)
        site = next((self.folder / "lib").glob("python*/site-packages"))

        def listen(line: str) -> None:
            nonlocal stage
            if not has_gpu:
                self._stop_at_cuda(line)
            if (name := collected(line)) is not None:
                self.collected.add(name)
            elif line.startswith("Installing collected packages"):
                stage = "installing packages"
            show()

        def show() -> None:
            # pip says one line for all that it installs; the folder tells how far it is.
            installing = stage == "installing packages"
            done = sum(1 for _ in site.glob("*.dist-info")) if installing else len(self.collected)
            self.progress(stage, min(done, total), total)

        has_gpu = has_nvidia_gpu()
        # Compiling 2 GB of Python takes as long as all else together; what a worker imports is compiled when it does.
        arguments = ("pip", "install", "--no-compile", *self.pip_args, "--requirement", str(requirements))
        status = run_module(self.python, arguments, self.environ, self.log, listen, show)
        if status != 0:
            raise self._failure(f"pip ended with status {status}")
        self.progress("installing packages", total, total)

    def _stop_at_cuda(self, line: str) -> None:
        name = collected(line)
        if name is not None and CUDA_PACKAGE.match(name):
            raise self._cuda_error(name)

    def _cuda_error(self, package: str) -> EnvironmentMissingError:
        return EnvironmentMissingError(
            f"pip would install PyTorch's CUDA build into the {self.info.name} environment ({package} and others, "
            "several GB), and this machine has no NVIDIA GPU; nothing was installed",
            remedy="Let pip find PyTorch's CPU wheels. Their index is named on https://pytorch.org/get-started/locally "
            "(Pip, CPU): give it to pip once and for all with `pip config set global.extra-index-url INDEX`, or here "
            f"with `cardgen env create {self.info.name} --pip-args '--extra-index-url INDEX'`.",
        )

    def _failure(self, what: str, remedy: str = "") -> EnvironmentMissingError:
        lines = [line.rstrip() for line in self.log.read_text(encoding="utf-8").splitlines() if line.strip()]
        telling = [line for line in lines if not line.lstrip().startswith(_NOISE)]
        shown = telling[-_SAID_LINES:]
        said = "".join(f"\n  {line}" for line in shown)
        message = f"the {self.info.name} environment could not be made: {what}{said}\nThe full log is {self.log}"
        # Not everything that fails for want of space says so.
        if any("No space left on device" in line for line in lines) or disk_usage(self.folder).free < _FULL_BYTES:
            remedy = _disk_remedy(self.folder)
        return EnvironmentMissingError(message, remedy=remedy or self._index_remedy())

    def _index_remedy(self) -> str:
        return (
            "See that pip reaches its package index (`pip config list` shows where it looks), then try again; "
            f"`cardgen env create {self.info.name} --pip-args '...'` gives pip further options."
        )


def _system_error(info: EnvironmentInfo, folder: Path, error: OSError) -> EnvironmentMissingError:
    message = f"the {info.name} environment could not be made in {folder.parent}: {error.strerror or error}"
    if error.errno == errno.ENOSPC:
        return EnvironmentMissingError(message, remedy=_disk_remedy(folder))
    return EnvironmentMissingError(
        message, remedy="See that you may write there, or set CARDGEN_CACHE to a folder where you may."
    )


def _disk_remedy(folder: Path) -> str:
    return (
        f"Free some space on the disk of {folder.parent} (an environment takes about 2 GB, and 1 GB more while it is "
        "made), or set CARDGEN_CACHE to a folder on another disk."
    )
