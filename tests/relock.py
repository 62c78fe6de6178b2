"""Write the locks of the managed environments anew: ``python -m tests.relock [--upgrade] [NAME ...]``.

Reads ``cardgen/catalog/locks/NAME.in.txt``, lets pip resolve it in an empty environment of the oldest Python that
the lock serves, and writes what pip would install. Versions that are locked stay as they are where the direct
requirements allow; ``--upgrade`` takes the newest of everything. Run it where pip finds PyTorch's CPU build (its
index, or the wheel): the lock names no CUDA package.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from packaging.version import Version

from cardgen.catalog.environments import normalised
from cardgen.run.environments.accelerator import CUDA_PACKAGE

LOCKS = Path(__file__).parent.parent / "cardgen" / "catalog" / "locks"

HEADER = """\
# Everything in the {name} environment, exactly. Made from {name}.in.txt by `python -m tests.relock`.
"""


def relock(name: str, *, upgrade: bool) -> str:
    """Resolve the direct requirements of environment ``name`` and return its lock's text.

    Raises:
        SystemExit: where pip cannot resolve them, or would bring CUDA packages.
    """
    source, lock = LOCKS / f"{name}.in.txt", LOCKS / f"{name}.lock.txt"
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(Path(scratch) / "empty", with_pip=True)
        report = Path(scratch) / "report.json"
        command = [str(Path(scratch) / "empty" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--report", str(report), "--requirement", str(source)]
        if lock.exists() and not upgrade:
            command += ["--constraint", str(lock)]
        if subprocess.run(command, check=False).returncode != 0:
            raise SystemExit(f"pip cannot resolve {source.name}; what it locks now may conflict: try --upgrade")
        planned = [item["metadata"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
    pins = {normalised(item["name"]): Version(item["version"]).public for item in planned}
    if cuda := sorted(filter(CUDA_PACKAGE.match, pins)):
        raise SystemExit(f"pip found a CUDA build of PyTorch ({', '.join(cuda)}); point it at the CPU build")
    return HEADER.format(name=name) + "".join(f"{package}=={pins[package]}\n" for package in sorted(pins))


def main() -> None:
    """Parse the command line and write the locks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="environments; by default all")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that the requirements allow")
    arguments = parser.parse_args()
    known = sorted(path.name.removesuffix(".in.txt") for path in LOCKS.glob("*.in.txt"))
    if sys.version_info[:2] != (3, 11):
        parser.error("run this with Python 3.11, the oldest that the locks serve")
    for name in arguments.names or known:
        (LOCKS / f"{name}.lock.txt").write_text(relock(name, upgrade=arguments.upgrade), encoding="utf-8")
        sys.stderr.write(f"{name}: locked\n")


if __name__ == "__main__":
    main()
