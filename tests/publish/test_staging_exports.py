"""What is published of an export, and of figures for a leaderboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import card_place, leaderboard_files
from cardgen.errors import FindingsError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.publish.staging import stage
from cardgen.records.record import DoneRecord
from tests.publish.project import Project

BOARD = ".eval_results/names.yaml"


def no_files(_record: DoneRecord) -> Path | None:
    raise AssertionError("nothing was made")


def stage_paths(loaded: LoadedManifest, project: Project, target: Path) -> set[str]:
    return {file.path for file in stage(loaded, card_place(loaded), project.store.artifact, target)}


def with_leaderboard(project: Project) -> LoadedManifest:
    text = project.manifest.read_text(encoding="utf-8")
    lines = "  leaderboard:\n    id: tester/board\n    task_id: names\n"
    project.manifest.write_text(text.rstrip("\n") + "\n" + lines, encoding="utf-8")
    loaded = load_manifest(project.manifest)
    for path, content in leaderboard_files(loaded, card_place(loaded).read_evidence()).items():
        (project.card / path).parent.mkdir()
        (project.card / path).write_text(content, encoding="utf-8")
    return loaded


def test_leaderboard_results_are_published_beside_the_card(project: Project, tmp_path: Path) -> None:
    loaded = with_leaderboard(project)
    assert BOARD in stage_paths(loaded, project, tmp_path / "stage")
    assert (tmp_path / "stage" / BOARD).read_text(encoding="utf-8").count("task_id: names") == 2


def test_leaderboard_results_that_are_missing(project: Project, tmp_path: Path) -> None:
    loaded = with_leaderboard(project)
    (project.card / BOARD).unlink()
    with pytest.raises(FindingsError, match=r"names\.yaml is missing") as caught:
        stage_paths(loaded, project, tmp_path / "stage")
    assert "cardgen build" in caught.value.remedy


def test_results_that_do_not_come_from_the_evidence_are_not_published(project: Project, tmp_path: Path) -> None:
    (project.card / ".eval_results").mkdir()
    (project.card / BOARD).write_text("- {}\n", encoding="utf-8")
    assert not any(path.startswith(".eval_results") for path in stage_paths(project.loaded, project, tmp_path / "s"))


def test_figures_that_others_report_come_without_weights(project: Project, tmp_path: Path) -> None:
    manifest = project.root / "reported.yaml"
    manifest.write_text(
        """\
version: 1
repo_id: tester/reported
title: Reported
task: text-classification
base_model: {id: someone/names}
variants:
  onnx: {backend: onnxruntime, approach: dynamic}
reported:
  - {variant: onnx, metric: accuracy, value: 0.5, source: {name: a report}}
""",
        encoding="utf-8",
    )
    import cardgen

    loaded = load_manifest(manifest)
    assert cardgen.build(loaded).ran == ()
    staged = stage(loaded, card_place(loaded), no_files, tmp_path / "stage")
    assert {file.path for file in staged} == {"README.md", "evidence.json", "reported.yaml", ".cardgen.json"}
