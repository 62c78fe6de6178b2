"""Pushes to a Hub on the loopback interface: what is sent, how long many take, and what never happens in a storm."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from tests.bench.processes import CARDGEN, ROOT, run_process
from tests.bench.table import Row, duration, megabytes
from tests.hub_server import Fault, HubServer
from tests.publish.project import PYTORCH, Project
from tests.publish.soak import Soak

PUSHES = 500
CHANCE = 0.1
"""That a request goes wrong."""
MANY = 20
MOST_OF_MANY = 0.4
"""Of the time that they take one after another."""
ROUND_TRIP_S = 0.05
"""Of each request, as to a Hub that is not next door."""
LARGE_BYTES = 300_000_000
MOST_OF_PROSE = 100_000
"""Bytes that a change of prose may send."""
_REPO = "tester/names-int8"


def rows() -> list[Row]:
    """Measure."""
    folder = ROOT / "build" / "bench-publish"
    shutil.rmtree(folder, ignore_errors=True)
    return [*_unchanged(folder / "again"), *_prose(folder / "prose"), *_many(folder / "many"), *_soak(folder / "soak")]


def _environ(hub: HubServer, folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    settings = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, "HF_HOME": str(folder / "hf")}
    return {**inherited, **settings, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def _traffic(hub: HubServer) -> tuple[int, int]:
    """Requests, and bytes of their bodies and answers, since this was asked last."""
    seen = len(hub.requests), sum(request.body_bytes + request.answer_bytes for request in hub.requests)
    hub.requests.clear()
    return seen


def _unchanged(folder: Path) -> list[Row]:
    """The same content once more, by cardgen and by the client's own command."""
    project = Project(folder)
    with HubServer() as hub:
        environ = _environ(hub, folder)
        run_process([CARDGEN, "push", str(project.manifest)], folder, environ)
        content = folder / "content"
        for path, blob in hub.model(_REPO).resolve("main").files.items():
            if path != ".gitattributes":
                (content / path).parent.mkdir(parents=True, exist_ok=True)
                (content / path).write_bytes(blob.data)
        upload = [str(Path(CARDGEN).with_name("hf")), "upload", "tester/by-hand", str(content), "."]
        run_process(upload, folder, environ)
        _traffic(hub)
        run_process([CARDGEN, "push", str(project.manifest)], folder, environ)
        own, own_bytes = _traffic(hub)
        run_process(upload, folder, environ)
        other, other_bytes = _traffic(hub)
    what = "push of what is there"
    return [
        Row(f"{what}: requests", str(own), f"hf upload: {other}, {own / other:.2f} x"),
        Row(f"{what}: bytes", f"{own_bytes}", f"hf upload: {other_bytes}, {own_bytes / other_bytes:.2f} x"),
    ]


def _prose(folder: Path) -> list[Row]:
    project = Project(folder, variants={"pytorch": PYTORCH})
    project.build(weights=LARGE_BYTES)
    with HubServer() as hub:
        environ = _environ(hub, folder)
        run_process([CARDGEN, "push", str(project.manifest)], folder, environ)
        _traffic(hub)
        project.build(weights=LARGE_BYTES, title="INT8 names, told better")
        run_process([CARDGEN, "push", str(project.manifest)], folder, environ)
        sent = sum(request.body_bytes for request in hub.requests)
    what = f"push of prose beside {megabytes(LARGE_BYTES)} of weights: bytes sent"
    return [Row(what, str(sent), "", f"{MOST_OF_PROSE}", sent <= MOST_OF_PROSE)]


def _many(folder: Path) -> list[Row]:
    def manifests(way: str) -> list[str]:
        made = (
            Project(folder / f"{way}{number}", repo_id=f"tester/{way}-{number}", name=f"{way}{number}")
            for number in range(MANY)
        )
        return [str(project.manifest) for project in made]

    together, apart = manifests("together"), manifests("apart")
    with HubServer() as hub:
        hub.inject(Fault("before", "", method="*", times=1_000_000, action=lambda: time.sleep(ROUND_TRIP_S)))
        environ = _environ(hub, folder)
        own = run_process([CARDGEN, "push", *together], folder, environ).seconds
        other = sum(run_process([CARDGEN, "push", manifest], folder, environ).seconds for manifest in apart)
    return [
        Row(
            f"push of {MANY} manifests, {ROUND_TRIP_S * 1000:.0f} ms a request",
            duration(own),
            f"one after another: {duration(other)}, {own / other:.2f} x",
            f"{MOST_OF_MANY} x",
            own <= MOST_OF_MANY * other,
        )
    ]


def _soak(folder: Path) -> list[Row]:
    names = ("HF_ENDPOINT", "HF_TOKEN", "HF_HOME", "HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_PROGRESS_BARS")
    with HubServer() as hub:
        before = {name: os.environ.get(name) for name in names}
        os.environ |= {**_environ(hub, folder), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        try:  # before the client is imported, which reads them then
            counts = Soak(hub, folder, seed=12, chance=CHANCE).run(PUSHES)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
    what = f"{counts.outcomes.total()} pushes, {counts.faults} faults, {counts.edits} edits"
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.outcomes.items()))
    return [
        Row(what, told),
        *(Row(f"{what}: {wrong}", str(count), "", "0", count == 0) for wrong, count in counts.wrong.items()),
    ]
