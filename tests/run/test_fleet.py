"""Whole builds of several manifests at once, with real models."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project import MANIFEST, Project, read_evidence

pytestmark = pytest.mark.slow

NAMES = ("fewer", "others", "unicode-names")


def fleet(project: Project) -> None:
    """Two more manifests, which share with the first the export, and what is quantized; nothing is stored."""
    shutil.rmtree(project.folder / ".cardgen")
    shutil.rmtree(project.folder / "cards")
    evaluation = json.loads(json.dumps(project_evaluation(project)))
    for name, seed in (("fewer", 42), ("others", 7)):
        limited = {**evaluation, "limit": {"samples": 60, "seed": seed}}
        project.write(f"manifests/{name}.yaml", evaluation=limited, repo_id=f"gulls/{name}")


def project_evaluation(project: Project) -> dict[str, Any]:
    data = yaml.safe_load((project.folder / MANIFEST).read_text(encoding="utf-8"))
    evaluation = data["evaluation"]
    assert isinstance(evaluation, dict)
    return evaluation


def built(project: Project, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    run = project.run("build", "--json", "--quiet", *arguments, "manifests")
    assert run.returncode == code, run.stderr
    reports = json.loads(run.stdout)
    assert isinstance(reports, list)
    return reports


TIMED = ("started", "seconds", "load", "samples_per_s", "seal", "threads", "lanes")
"""What tells of when, how fast and on how many processors, and not of what was found; and seals, taken over all."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of evidence by its place, but for these."""
    if isinstance(value, dict):
        for key, each in value.items():
            if not key.endswith(TIMED):
                yield from leaves(each, f"{path}/{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, f"{path}/{number}")
    else:
        yield path, value


def test_whatever_runs_at_once_the_evidence_is_the_same_but_for_times(project: Project, tmp_path: Path) -> None:
    fleet(project)
    other = project.copy(tmp_path / "other")
    one, two = built(project), built(other, "--jobs", "2")
    assert [report["name"] for report in one] == [report["name"] for report in two] == list(NAMES)
    for report in (*one, *two):
        assert report["ran"]
    for name in NAMES:
        evidence = [read_evidence(each.folder / "cards" / name / "evidence.json") for each in (project, other)]
        first, second = (dict(leaves(each)) for each in evidence)
        assert [
            (place, first.get(place), second.get(place))
            for place in first | second
            if first.get(place) != second.get(place)
        ] == []
    runs = [json.loads(path.read_bytes()) for path in (other.folder / ".cardgen" / "records").iterdir()]
    kinds = [run["request"]["kind"] for run in runs]
    assert kinds.count("export") == 2, "one for each runtime, whoever asks for it"


def test_a_manifest_that_cannot_be_built_does_not_keep_the_others_from_it(project: Project) -> None:
    fleet(project)
    project.write(
        "manifests/others.yaml",
        repo_id="gulls/others",
        evaluation={**project_evaluation(project), "columns": {"text": "name", "label": "no-such-column"}},
    )
    reports = built(project, "--jobs", "2", code=3)
    assert [("error" in report) for report in reports] == [False, True, False]
    assert not (project.folder / "cards" / "others").exists()
    for name in ("fewer", "unicode-names"):
        assert (project.folder / "cards" / name / "README.md").is_file()
