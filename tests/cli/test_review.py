from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cardgen.cli import main
from tests.review.conftest import repository
from tests.review.repository import CardRepository

__all__ = ["repository"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["review", *arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call


@pytest.fixture
def changed(repository: CardRepository) -> CardRepository:
    repository.git("checkout", "--quiet", "-b", "change")
    repository.card("two", {"onnx": 0.5}, metadata={"license": "mit"})
    return repository


def test_nothing_to_review_is_fine(repository: CardRepository, run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (0, "")
    assert re.fullmatch(r"0 changes since [0-9a-f]{12}, 0 to be decided on, 0 rejected, 0 accepted\n", err)


def test_what_is_open_is_listed_with_its_fingerprints(changed: CardRepository, run: Run) -> None:
    code, out, err = run()
    assert code == 1
    name, *lines = out.splitlines()
    assert name == "two"
    assert all(re.fullmatch(r"  [0-9a-f]{12}  breaking  \S.*", line) for line in lines)
    assert f"{len(lines)} to be decided on" in err


def test_accepted_changes_no_longer_fail(changed: CardRepository, run: Run) -> None:
    _code, out, _err = run()
    given = [line.split()[0] for line in out.splitlines()[1:]]
    code, out, err = run("accept", *given, "--reason", "known")
    assert (code, out) == (0, f"reviews/two.yaml: {len(given)} changes accepted\n")
    assert err == "nothing more is open in two\n"
    code, out, err = run()
    assert (code, out) == (0, "")
    assert f"{len(given)} accepted" in err


def test_rejected_changes_fail_and_say_so(changed: CardRepository, run: Run) -> None:
    assert run("reject", "--all", "-m", "no")[0] == 0
    code, out, err = run()
    assert code == 1
    assert all("rejected: " in line for line in out.splitlines()[1:])
    assert " 0 to be decided on" in err


def test_all_of_it_as_json(changed: CardRepository, run: Run) -> None:
    run("accept", "--all", "--reason", "known")
    code, out, _err = run("--json")
    assert code == 0
    told = json.loads(out)
    assert told["base"] == changed.git("rev-parse", "main")
    (card,) = told["cards"]
    assert (card["name"], card["old"], card["decisions"]) == ("two", "main:manifests/two.yaml", "reviews/two.yaml")
    accepted = [change for change in card["changes"] if change["decision"] == "accepted"]
    assert accepted
    assert all((change["severity"], change["reason"]) == ("breaking", "known") for change in accepted)
    assert not any(change["open"] for change in card["changes"])


@pytest.mark.parametrize("arguments", [["--base", "HEAD~1", "accept"], ["accept", "--base", "HEAD~1"]])
def test_the_base_may_be_named_before_or_behind(changed: CardRepository, run: Run, arguments: list[str]) -> None:
    changed.commit()
    assert run(*arguments, "--all", "--reason", "known")[0] == 0
    assert run("--base", "HEAD")[0] == 0
    assert run("--base", "HEAD~1")[0] == 0


def test_the_remotes_main_branch_is_what_is_compared_with(changed: CardRepository, run: Run) -> None:
    changed.commit()
    changed.git("branch", "--force", "main")  # what was merged here and not there is yet to be reviewed there
    changed.git("update-ref", "refs/remotes/origin/trunk", "main~1")
    changed.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert run()[0] == 1


@pytest.mark.parametrize(("single", "expected"), [("--single-branch", 3), ("--no-single-branch", 1)])
def test_a_branch_is_not_compared_with_itself(
    single: str,
    expected: int,
    changed: CardRepository,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed.git("checkout", "--quiet", "-B", "topic")
    changed.commit()
    changed.git("branch", "--force", "main", "topic~1")
    clone = tmp_path / "clone"
    changed.git("clone", "--quiet", single, "--branch", "topic", f"file://{changed.folder}", str(clone))
    monkeypatch.chdir(clone)
    if expected == 1:
        changed.git("-C", str(clone), "remote", "set-head", "origin", "main")
    code, _out, err = run()
    assert code == expected
    assert ("knows no other branch of the remote than topic" in err) == (expected == 3)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["accept", "--reason", "r"], "name the changes to decide on, or --all"),
        (["accept", "--all", "abcdef", "--reason", "r"], "name the changes to decide on, or --all"),
        (["accept", "--all"], "--reason"),
        (["accept", "abc", "--reason", "r"], "`abc` is too short"),
        (["accept", "--all", "--reason", ""], "needs a reason"),
        (["approve", "--all"], "No such command"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    changed: CardRepository, run: Run, arguments: list[str], told: str
) -> None:
    code, _out, err = run(*arguments)
    assert code == 2
    assert told in err


def test_nobody_decides_without_a_name(changed: CardRepository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("user.name", "user.email"):
        changed.git("config", "--unset", name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for variable in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(variable, raising=False)
    code, _out, err = run("accept", "--all", "--reason", "r")
    assert code == 3
    assert "git config user.name" in err
    assert not (changed.folder / "reviews").exists()


def test_a_decision_on_what_is_gone_is_a_note(changed: CardRepository, run: Run) -> None:
    run("accept", "--all", "--reason", "known")
    changed.git("checkout", "--quiet", "main", "--", "manifests", "cards")
    code, out, err = run()
    assert (code, out) == (0, "")
    assert "note: reviews/two.yaml: " in err
    assert "is on a change that is not there any more: " in err


def test_what_cannot_be_compared_is_told_and_the_rest_is_listed(changed: CardRepository, run: Run) -> None:
    changed.write("cards/one/evidence.json", "{")
    code, out, err = run()
    assert code == 3
    assert out.startswith("two\n")
    assert "error: one could not be compared: cards/one/evidence.json:1" in err
    assert "1 card could not be compared" in err


def test_where_nothing_is_committed_there_is_nothing_to_compare_with(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CardRepository.new(tmp_path / "empty").folder)
    code, _out, err = run()
    assert code == 3
    assert "has no commit yet" in err


def test_a_faulty_file_of_decisions_is_told(changed: CardRepository, run: Run) -> None:
    changed.write("reviews/two.yaml", "<<<<<<< HEAD\n")
    code, _out, err = run()
    assert code == 3
    assert "reviews/two.yaml:1:1: is a line that git left there" in err
