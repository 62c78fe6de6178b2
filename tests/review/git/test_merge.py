"""Branches of real repositories, merged by git with and without the drivers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.errors import EvidenceError
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.render import render
from cardgen.records.evidence_file import dump_evidence, load_evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results.predict import PredictResult
from cardgen.records.sealed_text import read_seal
from cardgen.review.check.card import check
from cardgen.review.git.install import install
from tests.factory import manifest_data
from tests.review.repository import _ENVIRON, CardRepository

Change = Callable[[CardRepository], object]


@pytest.fixture
def repository(tmp_path: Path) -> CardRepository:
    """One card of two variants, in a folder whose name needs quotes, with the drivers installed."""
    made = CardRepository.new(tmp_path / "it's a repository")
    made.write("cardgen.toml", "")
    made.card("one")
    install(made.folder)
    made.commit()
    return made


@pytest.fixture
def plain(tmp_path: Path) -> CardRepository:
    """The same without the drivers."""
    made = CardRepository.new(tmp_path / "plain")
    made.write("cardgen.toml", "")
    made.card("one")
    made.commit()
    return made


def git(repository: CardRepository, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A git command that may end in a conflict."""
    return subprocess.run(
        ["git", *arguments],
        cwd=repository.folder,
        capture_output=True,
        text=True,
        env={**os.environ, **_ENVIRON, "GIT_EDITOR": "true", "PATH": os.environ["PATH"]},
    )


def branches(repository: CardRepository, ours: Change, theirs: Change) -> None:
    """Two branches from main; ``ours`` is checked out."""
    for name, change in (("ours", ours), ("theirs", theirs)):
        repository.git("checkout", "--quiet", "-b", name, "main")
        change(repository)
        repository.commit(f"Change of {name}")
    repository.git("checkout", "--quiet", "ours")


def measured(**values: float) -> Change:
    return lambda repository: repository.build(repository.folder / "manifests/one.yaml", values)


def asked(**variants: dict[str, Any] | None) -> Change:
    """Variants asked for otherwise, or none of them any more, and measured."""

    def change(repository: CardRepository) -> None:
        path = repository.folder / "manifests/one.yaml"
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        data["variants"] |= variants
        data["variants"] = {name: variant for name, variant in data["variants"].items() if variant is not None}
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        repository.build(path)

    return change


ONNX = manifest_data()["variants"]["onnx"]
PYTORCH = manifest_data()["variants"]["pytorch"]
PER_TENSOR = {**ONNX, "options": {"per_channel": False}}
NO_FALLBACK = {key: value for key, value in PYTORCH.items() if key != "fallback"}


def folder(repository: CardRepository) -> Path:
    return repository.folder / "cards" / "one"


def scores(repository: CardRepository) -> dict[str, float]:
    records = json.loads((folder(repository) / "evidence.json").read_bytes())["records"]
    return {
        name.removeprefix("evaluate "): record["result"]["scores"][0]["value"]
        for name, record in records.items()
        if name.startswith("evaluate ")
    }


def renders_a_right_card(repository: CardRepository) -> None:
    loaded = load_manifest(repository.folder / "manifests/one.yaml")
    render(loaded)
    report = check(loaded)
    assert [finding.told for finding in report.findings] == []


@pytest.mark.parametrize("how", [("merge", "--no-edit", "theirs"), ("rebase", "theirs"), ("cherry-pick", "theirs")])
def test_variants_that_were_measured_apart_merge(repository: CardRepository, how: tuple[str, ...]) -> None:
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    run = git(repository, *how)
    assert run.returncode == 0, run.stdout + run.stderr
    assert scores(repository) == {"FP32 onnx": 0.9432, "FP32 pytorch": 0.9432, "onnx": 0.9377, "pytorch": 0.9388}
    assert "is to be made anew" in run.stderr
    renders_a_right_card(repository)


def test_cards_of_repositories_of_their_own_merge(repository: CardRepository) -> None:
    path = repository.folder / "manifests/one.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "publish: {repositories: per-variant}\n", encoding="utf-8")
    repository.build(path)
    repository.commit()
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "cards/one/onnx/README.md is to be made anew" in run.stderr
    renders_a_right_card(repository)
    assert "0.9388" in (folder(repository) / "onnx" / "README.md").read_text(encoding="utf-8")


def test_they_merge_in_plain_git_as_well(plain: CardRepository) -> None:
    """All but the card and its plots, whose hashes are others on each side."""
    branches(plain, measured(pytorch=0.9388), measured(onnx=0.9377))
    assert git(plain, "merge", "--no-edit", "theirs").returncode == 1
    assert git(plain, "diff", "--name-only", "--diff-filter=U").stdout == (
        "cards/one/README.md\ncards/one/assets/scores.svg\n"
    )
    assert scores(plain) == {"FP32 onnx": 0.9432, "FP32 pytorch": 0.9432, "onnx": 0.9377, "pytorch": 0.9388}
    load_evidence(folder(plain) / "evidence.json")


def test_variants_that_were_asked_for_otherwise_merge(repository: CardRepository) -> None:
    branches(repository, asked(onnx=PER_TENSOR), asked(pytorch=NO_FALLBACK))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    renders_a_right_card(repository)
    variants = load_manifest(repository.folder / "manifests/one.yaml").manifest.variants
    assert variants["onnx"].options.per_channel is False
    assert variants["pytorch"].fallback is None


def test_a_variant_more_and_one_less_merge(repository: CardRepository) -> None:
    branches(repository, asked(pytorch=None), asked(another=PER_TENSOR))
    run = git(repository, "merge", "--no-edit", "theirs")
    evidence = load_evidence(folder(repository) / "evidence.json")
    assert evidence.measured == ("onnx", "another")
    data = manifest_data(repo_id="owner/one", variants={"onnx": ONNX, "another": PER_TENSOR})
    (repository.folder / "manifests/one.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    renders_a_right_card(repository)
    assert "evidence.json" not in git(repository, "diff", "--name-only", "--diff-filter=U").stdout, run.stdout


def test_two_variants_more_merge(repository: CardRepository) -> None:
    branches(repository, asked(alpha=PER_TENSOR), asked(beta={**ONNX, "options": {"operators": ["MatMul"]}}))
    git(repository, "merge", "--no-edit", "theirs")
    evidence = load_evidence(folder(repository) / "evidence.json")
    assert set(evidence.measured) == {"pytorch", "onnx", "alpha", "beta"}
    assert {"quantize alpha", "quantize beta"} <= {record.step for record in evidence.records}


def test_a_variant_that_both_measured_is_in_conflict(repository: CardRepository) -> None:
    branches(repository, measured(onnx=0.9111, pytorch=0.9388), measured(onnx=0.9222))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    assert "cards/one/evidence.json: both sides changed onnx: evaluate onnx" in run.stderr
    assert "Keep one side of each block" in run.stderr
    path = folder(repository) / "evidence.json"
    text = path.read_text(encoding="utf-8")
    assert text.count("<<<<<<< ours") == 1
    assert "0.9111" in text
    assert "0.9222" in text
    assert "0.9388" in text.partition("<<<<<<<")[2].partition(">>>>>>>")[2], "what only ours changed is outside"
    with pytest.raises(EvidenceError, match="holds a conflict") as told:
        check(load_manifest(repository.folder / "manifests/one.yaml"))
    assert "cardgen build --render-only" in str(told.value)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_conflict_is_resolved_by_keeping_a_side(repository: CardRepository, side: str) -> None:
    branches(repository, asked(onnx=PER_TENSOR), asked(onnx={**ONNX, "options": {"operators": ["MatMul"]}}))
    assert git(repository, "merge", "--no-edit", "theirs").returncode == 1
    path = folder(repository) / "evidence.json"
    before, _, rest = path.read_text(encoding="utf-8").partition("<<<<<<< ours\n")
    ours, _, rest = rest.partition("=======\n")
    theirs, _, after = rest.partition(">>>>>>> theirs\n")
    assert "<<<<<<<" not in after, "what stands together is one conflict"
    path.write_text(before + (ours if side == "ours" else theirs) + after, encoding="utf-8")
    repository.git("checkout", f"--{side}", "manifests/one.yaml")
    renders_a_right_card(repository)


def test_a_variant_that_one_removed_and_one_measured_is_in_conflict(repository: CardRepository) -> None:
    branches(repository, asked(onnx=None), measured(onnx=0.9222))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    assert "both sides changed onnx: evaluate onnx" in run.stderr


def test_what_ran_twice_and_came_to_the_same_is_no_conflict(repository: CardRepository) -> None:
    def again(record: DoneRecord, when: str) -> DoneRecord:
        result = record.result
        if isinstance(result, PredictResult):
            result = result.model_copy(update={"seconds": float(when[8:10])})
        return record.model_copy(update={"started": when, "seconds": float(when[8:10]), "result": result})

    def later(when: str) -> Change:
        def change(repository: CardRepository) -> None:
            path = folder(repository) / "evidence.json"
            evidence = load_evidence(path)
            records = tuple(again(record, when) for record in evidence.records)
            path.write_text(dump_evidence(evidence.model_copy(update={"records": records})), encoding="utf-8")

        return change

    branches(repository, later("2026-02-01T00:00:00+00:00"), later("2026-02-02T00:00:00+00:00"))
    assert git(repository, "merge", "--no-edit", "theirs").returncode == 0
    assert {record.started[:10] for record in load_evidence(folder(repository) / "evidence.json").records} == {
        "2026-02-01"
    }


def edited(path: str, old: str, new: str) -> Change:
    def change(repository: CardRepository) -> None:
        place = repository.folder / path
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def test_a_persons_words_in_a_card_are_not_lost(repository: CardRepository) -> None:
    words = edited("cards/one/README.md", "# INT8 model", "# INT8 model\n\nWords of mine.")
    branches(repository, measured(pytorch=0.9388), words)
    run = git(repository, "merge", "--no-edit", "theirs")
    assert "cards/one/README.md was edited by hand (theirs)" in run.stderr
    text = (folder(repository) / "README.md").read_text(encoding="utf-8")
    assert "Words of mine." in text
    assert read_seal(text)[1] == "broken"
    (finding,) = check(load_manifest(repository.folder / "manifests/one.yaml")).findings
    assert "was edited by hand" in finding.message


@pytest.mark.parametrize("ours", [True, False])
def test_a_side_that_was_edited_is_merged_as_text_and_never_clean(repository: CardRepository, ours: bool) -> None:
    typed = edited("cards/one/evidence.json", '"parameters": 66372500', '"parameters": 1')
    sides = (typed, measured(onnx=0.9377)) if ours else (measured(onnx=0.9377), typed)
    branches(repository, *sides)
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    assert "was edited: records.export onnx" in run.stderr
    text = (folder(repository) / "evidence.json").read_text(encoding="utf-8")
    assert '"parameters": 1' in text
    assert "0.9377" in text


@pytest.mark.parametrize("damage", ["", "{", "\x00\x01", "[" * 5000, '{"format": 99}'])
def test_a_damaged_side_loses_nothing(repository: CardRepository, damage: str) -> None:
    def damaged(repository: CardRepository) -> None:
        (folder(repository) / "evidence.json").write_text(damage, encoding="utf-8")

    branches(repository, damaged, measured(onnx=0.9377))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    assert "cards/one/evidence.json" in git(repository, "diff", "--name-only", "--diff-filter=U").stdout
    assert repository.git("show", ":2:cards/one/evidence.json") == damage.strip()
    assert "0.9377" in repository.git("show", ":3:cards/one/evidence.json")


def test_branches_that_were_merged_both_ways(repository: CardRepository) -> None:
    """Criss-cross: the base of the last merge is itself a merge."""
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    repository.git("branch", "ours-before")
    assert git(repository, "merge", "--no-edit", "theirs").returncode == 0
    repository.git("checkout", "--quiet", "theirs")
    assert git(repository, "merge", "--no-edit", "ours-before").returncode == 0
    measured(pytorch=0.9388, onnx=0.9355)(repository)
    repository.commit("Again")
    repository.git("checkout", "--quiet", "ours")
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert scores(repository)["onnx"] == 0.9355
    assert scores(repository)["pytorch"] == 0.9388
    renders_a_right_card(repository)


def test_both_added_a_card_of_one_name(repository: CardRepository) -> None:
    branches(
        repository,
        lambda made: made.card("two", {"onnx": 0.9111}),
        lambda made: made.card("two", {"pytorch": 0.9222}),
    )
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    text = (repository.folder / "cards/two/evidence.json").read_text(encoding="utf-8")
    assert {"0.9111", "0.9222"} <= set(text.replace(",", "").split())


def test_without_cardgen_git_merges_text_and_says_so(repository: CardRepository) -> None:
    for key in ("merge.cardgen-evidence.driver", "merge.cardgen-card.driver"):
        repository.git("config", key, repository.git("config", key).replace(sys.executable, "/gone/python"))
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert "there is no cardgen at" in run.stderr
    assert scores(repository)["onnx"] == 0.9377
    assert "<<<<<<< ours" in (folder(repository) / "README.md").read_text(encoding="utf-8")


def test_in_another_working_tree(repository: CardRepository, tmp_path: Path) -> None:
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    repository.git("worktree", "add", "--quiet", str(tmp_path / "another tree"), "-b", "more", "ours")
    another = CardRepository(tmp_path / "another tree")
    run = git(another, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert scores(another)["onnx"] == 0.9377
    renders_a_right_card(another)


def test_a_card_whose_name_a_shell_would_take_apart(repository: CardRepository) -> None:
    name = 'it\'s $(touch gone) "two"'
    repository.card(name, repo_id="owner/two")
    repository.commit()
    manifest = repository.folder / "manifests" / f"{name}.yaml"
    branches(
        repository,
        lambda made: made.build(manifest, {"pytorch": 0.9388}),
        lambda made: made.build(manifest, {"onnx": 0.9377}),
    )
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert not (repository.folder / "gone").exists()
    assert f"cards/{name}/README.md is to be made anew" in run.stderr


def test_modules_of_a_repository_are_not_run(repository: CardRepository) -> None:
    """git starts a driver in the repository's folder, which may come from anybody."""
    for name in ("cardgen/__init__.py", "click.py", "json.py"):
        repository.write(name, "raise SystemExit('run from the repository')\n")
    repository.commit()
    branches(repository, measured(pytorch=0.9388), measured(onnx=0.9377))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0
    assert "run from the repository" not in run.stderr + run.stdout + git(repository, "log", "-p", "-2").stdout
