"""Small packages for pip to plan and install, and an index on loopback to serve them from."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cardgen.catalog.environments import EnvironmentInfo


def environment(*pins: str, name: str = "tiny") -> EnvironmentInfo:
    """An environment with these packages, for the Python that runs the tests."""
    return EnvironmentInfo(name, ((3, 11), (3, 12)), pins, "".join(f"{pin}\n" for pin in pins))


def add_wheel(folder: Path, name: str, version: str, requires: Sequence[str] = ()) -> Path:
    """Put a wheel with one empty module into ``folder``."""
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    path.write_bytes(_wheel(name, version, requires))
    return path


def _wheel(name: str, version: str, requires: Sequence[str]) -> bytes:
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"{module}.py", "")
        archive.writestr(f"{info}/METADATA", metadata(name, version, requires))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return content.getvalue()


def metadata(name: str, version: str, requires: Sequence[str] = ()) -> str:
    """The wheel's metadata file."""
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(
        f"Requires-Dist: {requirement}\n" for requirement in requires
    )


def add_source(folder: Path, name: str, version: str, on_build: str) -> None:
    """Put a source distribution into ``folder`` that runs the code ``on_build`` as pip builds its wheel."""
    wheel = _wheel(name, version, ())
    file_name = f"{name}-{version}-py3-none-any.whl"
    backend = (
        "def build_wheel(directory, config_settings=None, metadata_directory=None):\n"
        + "".join(f"    {line}\n" for line in on_build.splitlines())
        + f"    open(directory + '/{file_name}', 'wb').write({wheel!r})\n"
        f"    return '{file_name}'\n"
    )
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    with tarfile.open(folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
        for path, text in (("PKG-INFO", metadata(name, version)), ("pyproject.toml", project), ("backend.py", backend)):
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


@dataclass
class Asked:
    """What was asked of an index, by path, in order."""

    files: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    """Those that the client read to their end."""


class _Handler(SimpleHTTPRequestHandler):
    asked: Asked

    def do_GET(self) -> None:
        self.asked.files.append(self.path)
        super().do_GET()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send slowly, as a network does: what is not wanted can be left off half-way."""
        try:
            while chunk := source.read(1_000_000):
                outputfile.write(chunk)
                time.sleep(0.02)
        except ConnectionError:
            return
        self.asked.whole.append(self.path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        pass


@contextmanager
def served_index(folder: Path, packages: Mapping[str, tuple[str, Sequence[str]]]) -> Iterator[tuple[str, Asked]]:
    """A package index on loopback with metadata beside each wheel (PEP 503 and 658).

    Args:
        folder: an empty folder.
        packages: name to version and requirements. Wheels weigh 30 MB.

    Yields:
        Its address, and what is asked of it, as it is.
    """
    for name, (version, requires) in packages.items():
        project = folder / "simple" / name
        project.mkdir(parents=True)
        wheel = add_wheel(project, name, version, requires)
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr(f"{name}-weight", b"\0" * 30_000_000)
        described = metadata(name, version, requires)
        (project / f"{wheel.name}.metadata").write_text(described, encoding="utf-8")
        digest = hashlib.sha256(described.encode()).hexdigest()
        link = f'<a href="{wheel.name}" data-dist-info-metadata="sha256={digest}">{wheel.name}</a>'
        (project / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>", encoding="utf-8")
    asked = Asked()
    handler = type("Handler", (_Handler,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
