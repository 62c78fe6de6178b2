"""What a user of `cardgen lint` sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cardgen.cli import boundary
from cardgen.cli.lint import command
from cardgen.errors import ModelFilesError, UsageError
from cardgen.lint.registry import RULES
from tests.lint.asking import ROOT

GOOD = "---\nlicense: mit\npipeline_tag: fill-mask\n---\n\n# A small model\n\nIt predicts masked words.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "warned.md").write_text(GOOD.replace("license: mit\n", ""), encoding="utf-8")
    (tmp_path / "wrong.md").write_text(GOOD.replace("license: mit", "license: mitt"), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    code: int = result.return_value
    return code, result.stdout, result.stderr


def test_a_good_card(folder: Path) -> None:
    assert run("good.md") == (0, "", "1 card: nothing found\n")


def test_an_error_fails(folder: Path) -> None:
    code, out, err = run("wrong.md")
    assert code == 1
    assert out.startswith(
        "wrong.md:2:10: error: license: `mitt` is not a licence identifier of the Hub [license-unknown]\n"
    )
    assert "    did you mean `mit`?" in out
    assert err == "1 card: 1 error\n"


def test_a_warning_fails_only_strictly(folder: Path) -> None:
    assert run("warned.md")[0] == 0
    assert run("--strict", "warned.md")[0] == 1
    assert run("--strict", "good.md")[0] == 0


@pytest.mark.parametrize("arguments", [("--json",), ("--format", "json")])
def test_json_of_several_cards(folder: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments, "good.md", "wrong.md", "good.md")
    assert code == 1
    assert [(report["name"], report["errors"]) for report in json.loads(out)] == [("good.md", 0), ("wrong.md", 1)]
    assert err == "2 cards: 1 error\n"


def test_annotations_for_github(folder: Path) -> None:
    _code, out, _err = run("--format", "github", "wrong.md")
    assert out.startswith("::error file=wrong.md,line=2,col=10,title=license-unknown::")


def test_one_log_for_code_scanning_has_places_from_the_root_of_the_checkout(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").mkdir()
    (folder / "inner").mkdir()
    monkeypatch.chdir(folder / "inner")
    code, out, err = run("--format", "sarif", "../wrong.md", "../good.md")
    assert (code, err) == (1, "2 cards: 1 error\n")
    (result,) = json.loads(out)["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "wrong.md", "uriBaseId": "%SRCROOT%"}
    assert run("--format", "github", "../wrong.md")[1].startswith("::error file=wrong.md,line=2,")


def test_one_page_for_all_cards(folder: Path) -> None:
    code, out, _err = run("--format", "html", "wrong.md", "good.md")
    assert code == 1
    assert out.startswith("<!DOCTYPE html>")
    assert out.count("</html>") == 1


def test_the_rules_are_listed() -> None:
    code, out, _err = run("--rules")
    assert (code, len(out.splitlines())) == (0, len(RULES))
    assert len(json.loads(run("--rules", "--json")[1])) == len(RULES)


@pytest.mark.parametrize("arguments", [(), ("absent.md",), (".",), ("latin.md",)])
def test_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "latin.md").write_bytes("# Modèle\n".encode("latin-1"))
    with pytest.raises(UsageError):
        run(*arguments)
    assert boundary.guard(lambda: run(*arguments), ["lint", *arguments]) == 2


def test_a_card_is_held_against_the_files_of_its_model(folder: Path) -> None:
    (folder / "card.md").write_text(GOOD.replace("# A small model", "# gull-4b-FP8"), encoding="utf-8")
    model = ROOT / "tests/weights/inspect/models/ct-w8a8"
    code, out, _err = run("card.md", "--weights", str(model))
    assert code == 1
    assert "calls the model FP8, and its files hold W8A8 (7 linear) [weights-scheme]" in out
    assert run("good.md", "--weights", str(model))[0] == 0


def test_files_are_of_one_card(folder: Path) -> None:
    with pytest.raises(UsageError, match="those of one card"):
        run("good.md", "warned.md", "--weights", ".")


def test_files_that_are_not_there_are_told(folder: Path) -> None:
    with pytest.raises(ModelFilesError, match="holds no weights"):
        run("good.md", "--weights", ".")
