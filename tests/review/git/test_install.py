"""What is written into git's configuration, taken away again, and what `git diff` then shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cardgen.errors import ComparisonError, UsageError
from cardgen.review.git.install import ATTRIBUTES, install, settings, uninstall
from tests.project import COMMAND, environ
from tests.review.git.test_merge import folder, git, measured
from tests.review.git.test_merge import repository as repository  # noqa: PLC0414 - a fixture
from tests.review.repository import CardRepository


@pytest.fixture
def fresh(tmp_path: Path) -> CardRepository:
    made = CardRepository.new(tmp_path / "fresh")
    made.write("cardgen.toml", "")
    made.card("one")
    made.commit()
    return made


def cardgen(at: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "git", *arguments]
    return subprocess.run(
        command, cwd=at, capture_output=True, text=True, check=False, env={**environ(), **variables}, timeout=600
    )


def configured(repository: CardRepository) -> dict[str, str]:
    return {key: git(repository, "config", "--get", key).stdout.removesuffix("\n") for key in settings()}


def test_it_says_what_it_wrote_and_writes_it_once(fresh: CardRepository) -> None:
    run = cardgen(fresh.folder, "install")
    assert (run.returncode, run.stderr) == (0, "")
    drivers = "diff.cardgen-evidence, merge.cardgen-evidence, merge.cardgen-card, merge.cardgen-decisions"
    assert run.stdout.splitlines() == [
        f"written to .git/config: the drivers {drivers}",
        "written to .gitattributes: which files they are for",
    ]
    assert configured(fresh) == settings()
    written = [(fresh.folder / name).read_bytes() for name in (".git/config", ".gitattributes")]
    again = cardgen(fresh.folder / "cards", "install")
    assert again.stdout == "nothing to do: it is installed already\n"
    assert [(fresh.folder / name).read_bytes() for name in (".git/config", ".gitattributes")] == written


def test_attributes_of_others_stay(fresh: CardRepository) -> None:
    own = "*.png binary\ncards/*/evidence.json -diff\n"
    fresh.write(".gitattributes", own)
    install(fresh.folder)
    assert (fresh.folder / ".gitattributes").read_text().startswith(own)
    told = git(fresh, "check-attr", "diff", "merge", "--", "cards/one/evidence.json").stdout
    assert told.count("cardgen-evidence\n") == 2
    uninstall(fresh.folder)
    assert (fresh.folder / ".gitattributes").read_text() == own


def test_what_was_installed_is_taken_away_again(fresh: CardRepository) -> None:
    before = fresh.git("config", "--local", "--list")
    install(fresh.folder)
    run = cardgen(fresh.folder, "install", "--uninstall")
    assert run.stdout.startswith("taken from .git/config")
    assert fresh.git("config", "--local", "--list") == before
    assert not (fresh.folder / ".gitattributes").exists()
    assert cardgen(fresh.folder, "install", "--uninstall").stdout == "nothing to do: it is not installed\n"


def test_for_all_repositories(fresh: CardRepository, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    variables = {"HOME": str(home), "XDG_CONFIG_HOME": ""}
    run = cardgen(fresh.folder, "install", "--global", **variables)
    assert run.returncode == 0, run.stderr
    assert "cardgen-evidence" in (home / ".gitconfig").read_text()
    assert (home / ".config" / "git" / "attributes").read_text().splitlines()[-len(ATTRIBUTES) :] == list(ATTRIBUTES)
    assert git(fresh, "status", "--porcelain").stdout == ""
    assert "cardgen" not in (fresh.folder / ".git" / "config").read_text()
    told = subprocess.run(
        ["git", "check-attr", "merge", "--", "cards/one/README.md"],
        cwd=fresh.folder,
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    ).stdout
    assert told == "cards/one/README.md: merge: cardgen-card\n"
    cardgen(fresh.folder, "install", "--global", "--uninstall", **variables)
    assert not (home / ".config" / "git" / "attributes").exists()
    assert "cardgen" not in (home / ".gitconfig").read_text()


def test_where_there_is_no_repository(tmp_path: Path, fresh: CardRepository) -> None:
    with pytest.raises(ComparisonError, match="is in no repository"):
        install(tmp_path)
    CardRepository.new(tmp_path / "bare.git", "--bare")
    with pytest.raises(UsageError, match="bare repository"):
        install(tmp_path / "bare.git")


def test_a_configuration_that_another_git_is_writing(fresh: CardRepository) -> None:
    fresh.write(".git/config.lock", "")
    with pytest.raises(UsageError, match="could not lock config file"):
        install(fresh.folder)


def test_a_diff_is_one_of_figures(repository: CardRepository) -> None:
    measured(onnx=0.9388)(repository)
    shown = git(repository, "diff", "--", "cards/one/evidence.json").stdout
    changed = [line for line in shown.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert "-scores.accuracy.value = 0.9401" in changed
    assert "+scores.accuracy.value = 0.9388" in changed
    assert all("." in line and "=" in line for line in changed), changed
    assert "@@ [evaluate onnx]" in shown
    repository.commit()
    assert "+scores.accuracy.value = 0.9388" in git(repository, "log", "-p", "-1", "--", "cards").stdout
    words = git(repository, "diff", "--word-diff", "HEAD~1", "--", "cards/one/evidence.json").stdout
    assert "scores.accuracy.value = [-0.9401-]{+0.9388+}" in words


@pytest.mark.parametrize("damage", ["", "{", "<<<<<<< HEAD\n", "\x1b[31mred"])
def test_a_diff_of_what_is_no_evidence_shows_it_as_it_is(repository: CardRepository, damage: str) -> None:
    (folder(repository) / "evidence.json").write_text(damage, encoding="utf-8")
    run = git(repository, "diff", "--", "cards/one/evidence.json")
    assert run.returncode == 0, run.stderr
    assert "+# cardgen cannot read this: " in run.stdout
    assert "\x1b" not in run.stdout
    assert damage.strip().replace("\x1b", "\N{SYMBOL FOR ESCAPE}") in run.stdout


def test_a_diff_says_where_somebody_typed(repository: CardRepository) -> None:
    path = folder(repository) / "evidence.json"
    path.write_text(path.read_text().replace('"parameters": 66372500', '"parameters": 1'), encoding="utf-8")
    shown = git(repository, "diff").stdout
    assert "+! edited by hand: records.export onnx" in shown
    assert "+parameters = 1" in shown


def test_a_diff_without_cardgen_is_one_of_text(repository: CardRepository) -> None:
    key = "diff.cardgen-evidence.textconv"
    repository.git("config", key, repository.git("config", key).replace(sys.executable, "/gone/python"))
    measured(onnx=0.9388)(repository)
    run = git(repository, "diff", "--", "cards/one/evidence.json")
    assert run.returncode == 0
    assert '+            "value": 0.9388,' in run.stdout
    assert "there is no cardgen at /gone/python any more" in run.stderr


@pytest.mark.parametrize("what", ["evidence", "card", "decisions"])
def test_what_cannot_be_read_stays_in_conflict(fresh: CardRepository, what: str) -> None:
    """As of a file that is larger than any evidence, or that somebody removed meanwhile."""
    before = fresh.contents()
    run = cardgen(fresh.folder, f"merge-{what}", "base", "ours", "theirs", "cards/one/it")
    assert run.returncode == 1
    assert "cards/one/it cannot be merged: No such file or directory" in run.stderr
    assert "`git show :3:cards/one/it` has theirs" in run.stderr
    assert fresh.contents() == before
