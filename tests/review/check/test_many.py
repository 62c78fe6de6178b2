from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from cardgen.cli.options import load_all
from cardgen.errors import EvidenceError, ManifestError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.review.check.many import check_all, shared_out
from tests.factory import commit_card, make_evidence
from tests.project import COMMAND, Project, environ
from tests.waiting import PATIENCE_S, wait_for_end

GOLDEN = Path(__file__).parents[2] / "golden" / "cards" / "two-variants" / "manifest.yaml"


def make_project(folder: Path, count: int) -> list[LoadedManifest]:
    """A project with as many built cards: of every seven one was edited, and the evidence of one."""
    (folder / "cardgen.toml").touch()
    (folder / "manifests").mkdir()
    manifests = []
    for number in range(count):
        path = folder / "manifests" / f"model-{number:03}.yaml"
        path.write_bytes(GOLDEN.read_bytes())
        loaded = load_manifest(path)
        place = commit_card(loaded, make_evidence(loaded.manifest))
        if number % 7 == 5:
            place.evidence.write_text(place.evidence.read_text(encoding="utf-8").replace("0.94", "0.99"), "utf-8")
        if number % 7 == 3:
            place.readme.write_text(place.readme.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
        manifests.append(loaded)
    return manifests


def told(manifests: list[LoadedManifest], processes: int) -> list[object]:
    with shared_out(len(manifests), processes) as share:
        return [str(report) if isinstance(report, EvidenceError) else report for report in check_all(manifests, share)]


def test_several_processes_tell_what_one_tells(tmp_path: Path) -> None:
    manifests = make_project(tmp_path, 21)
    alone = told(manifests, 1)
    assert told(manifests, 2) == alone
    assert ["does not have the hash" in str(report) for report in alone] == [number % 7 == 5 for number in range(21)]
    assert [bool(getattr(report, "findings", ())) for report in alone] == [number % 7 == 3 for number in range(21)]


def test_several_processes_load_what_one_loads(tmp_path: Path) -> None:
    paths = [manifest.path for manifest in make_project(tmp_path, 21)]
    with shared_out(len(paths), 2) as share:
        assert load_all([*paths, paths[0]], share) == load_all(paths)
    for number in (3, 17):
        paths[number].write_text("version: 1\ntitel: Names\n", encoding="utf-8")
    with pytest.raises(ManifestError) as alone:
        load_all(paths)
    with shared_out(len(paths), 2) as share, pytest.raises(ManifestError) as together:
        load_all(paths, share)
    assert str(together.value) == str(alone.value)
    assert {problem.file for problem in together.value.problems} == {str(paths[number]) for number in (3, 17)}


def test_no_manifests_have_no_reports() -> None:
    assert list(check_all([])) == []


@pytest.fixture
def many(tmp_path: Path) -> Project:
    """A project of so many cards that ``check`` takes several processes where the machine has them."""
    make_project(tmp_path, 140)
    return Project(tmp_path)


def test_many_cards_are_told_in_order(many: Project) -> None:
    run = many.run("check")
    assert run.returncode == 3
    told = {5: None, 3: "needs a look"}
    lines = [(number, told.get(number % 7, "fine")) for number in range(140)]
    assert [line for line in run.stdout.splitlines() if line.startswith("model-")] == [
        f"model-{number:03}: {says}" for number, says in lines if says
    ]
    assert run.stderr.count("evidence.json: records.evaluate onnx: was edited") == 20


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_ended_check_leaves_nothing_behind(many: Project, how: signal.Signals) -> None:
    command = [*COMMAND, "check"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=many.folder, stdout=pipe, stderr=pipe, text=True, env=environ(), start_new_session=True
    ) as check:
        assert check.stdout is not None
        assert check.stdout.readline().startswith("model-000: ")
        workers = children(check.pid)
        if how == signal.SIGINT:
            os.killpg(check.pid, how)  # as a terminal does
        else:
            check.kill()
        _output, errors = check.communicate(timeout=PATIENCE_S)
    assert check.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in errors
    for worker in workers:
        wait_for_end(worker)
