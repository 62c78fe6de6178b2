from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import cardgen
from cardgen.card.assemble import card_place
from cardgen.cli import main
from cardgen.errors import ComparisonError
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.write import write_card
from tests.factory import make_evidence
from tests.hub_server import HubServer
from tests.hub_server.fixtures import hub

__all__ = ["hub"]

MANIFEST = (Path(__file__).parent.parent / "golden" / "cards" / "two-variants" / "manifest.yaml").read_text("utf-8")


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def build(root: Path, text: str = MANIFEST, onnx: float = 0.9401) -> None:
    """Write a manifest, and the card that goes with it."""
    path = root / "manifests" / "model.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    loaded = load_manifest(path)
    evidence = make_evidence(loaded.manifest, {"onnx": onnx})
    place = card_place(loaded)
    write_card(loaded, place, card_files(loaded, evidence, place), evidence, overwrite=True, log=print)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which a variant got worse, and a licence changed, since its only commit."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cardgen.toml").touch()
    build(tmp_path)
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "Build a card")
    build(tmp_path, MANIFEST.replace("apache-2.0", "mit"), 0.90)
    return tmp_path


def test_two_states_are_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "HEAD:cards/model", "cards/model"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("model  HEAD:")
    assert "accuracy of onnx fell from 0.9401 to 0.9000 (−0.0401, −4.27 %), beyond noise" in " ".join(out.split())
    assert "the licence is mit, not apache-2.0" in out
    assert "\x1b" not in out
    assert err == ""


def test_every_card_that_differs_is_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--base", "main", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["comparisons"]
    assert found["name"] == "model"
    assert {change["rule"] for change in found["changes"]} >= {"score-worse", "license-changed"}
    git(project, "commit", "--all", "-m", "Change it")
    assert main(["diff", "--base", "main"]) == 0
    assert capsys.readouterr().out == "no cards to compare\n"
    assert main(["diff", "--base", "main~1..main", "manifests/model.yaml"]) == 1
    assert main(["diff", "main~1..main"]) == main(["diff", "main~1..."]) == 1
    assert main(["diff", "main..main"]) == 0


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "model  "),
        ("markdown", "### 1 of 1 card changed"),
        ("json", "{\n"),
        ("github", "::error "),
        ("html", "<!doctype html>"),
    ],
)
def test_each_format_begins_as_it_should(
    project: Path, capsys: pytest.CaptureFixture[str], form: str, start: str
) -> None:
    assert main(["diff", "--format", form, "HEAD:cards/model", "cards/model"]) == 1
    out = capsys.readouterr().out
    assert out.lower().startswith(start.lower())
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


def test_a_plot_alone_is_no_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "add", ".")
    git(project, "commit", "-m", "Change it")
    plot = project / "cards" / "model" / "assets" / "scores.svg"
    plot.write_text(plot.read_text(encoding="utf-8").replace("#0969da", "#0969db"), encoding="utf-8")
    assert main(["diff", "--base", "main"]) == 0
    assert main(["diff", "main:cards/model", "cards/model"]) == 0
    plot.unlink()
    assert main(["diff", "--base", "main"]) == 0
    assert capsys.readouterr().out == "no cards to compare\nnothing changed in 1 card\nno cards to compare\n"


def test_what_is_published_is_a_side(project: Path, hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    card = project / "cards" / "model"
    files = {path.name: path.read_bytes() for path in (*card.glob("*.*"), project / "manifests" / "model.yaml")}
    marker = b'{"format": 1, "manifest": "model", "files": {}}'
    hub.add("owner/model-int8", {**files, ".cardgen.json": marker})
    assert main(["diff", "hub:owner/model-int8", "cards/model"]) == 0
    assert capsys.readouterr().out == "nothing changed in 1 card\n"
    build(project)
    assert main(["diff", "hub:owner/model-int8", "manifests/model.yaml"]) == 1
    assert "the licence is apache-2.0, not mit" in capsys.readouterr().out
    assert not hub.writes


def test_no_changes_are_fine(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "cards/model", "manifests/model.yaml"]) == 0
    assert capsys.readouterr().out == "nothing changed in 1 card\n"


@pytest.mark.parametrize(
    ("settings", "arguments", "code"),
    [
        ("", [], 1),
        ("", ["--fail-on", "never"], 0),
        ('[review]\nfail_on = "never"\n', [], 0),
        ('[review]\nfail_on = "never"\n', ["--fail-on", "note"], 1),
        ('[review]\nseverities = {score-worse = "notable", license-changed = "note"}\n', [], 0),
        ('[review]\nseverities = {score-worse = "notable", license-changed = "note"}\n', ["--fail-on", "notable"], 1),
        ('[review]\nfail_on = "sometimes"\n', [], 3),
    ],
)
def test_what_fails_is_the_project_s_to_say(project: Path, settings: str, arguments: list[str], code: int) -> None:
    (project / "cardgen.toml").write_text(settings, encoding="utf-8")
    assert main(["diff", *arguments, "HEAD:cards/model", "cards/model"]) == code


def test_what_was_accepted_no_longer_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "config", "user.name", "Somebody")
    git(project, "config", "user.email", "somebody@example.com")
    assert main(["review", "accept", "--all", "--reason", "Meant so.", "--base", "main"]) == 0
    capsys.readouterr()
    assert main(["diff", "--base", "main"]) == 0
    assert "(accepted)" in capsys.readouterr().out


def test_what_was_rejected_fails_however_mild_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "config", "user.name", "Somebody")
    git(project, "config", "user.email", "somebody@example.com")
    (project / "cardgen.toml").write_text('[review]\nseverities = {license-changed = "note"}\n', encoding="utf-8")
    git(project, "commit", "cardgen.toml", "-m", "Take licences lightly")
    assert main(["review", "accept", "--all", "--reason", "Meant so.", "--base", "main"]) == 0
    capsys.readouterr()
    assert main(["diff", "--base", "main", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["comparisons"]
    (mild,) = (change["fingerprint"] for change in found["changes"] if change["rule"] == "license-changed")
    assert main(["review", "reject", mild, "--reason", "Not so.", "--base", "main"]) == 0
    assert main(["diff", "--base", "main"]) == 1
    assert main(["diff", "--base", "main", "--fail-on", "never"]) == 0


def test_a_comment_counts_as_open_what_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def counts(*arguments: str) -> list[str]:
        main(["diff", "--base", "main", "--format", "markdown", *arguments])
        return [cell.strip(" *") for cell in capsys.readouterr().out.splitlines()[4].split("|")[3:-1]]

    breaking, notable, notes, failing = counts()
    assert failing == breaking != "0"
    assert counts("--fail-on", "never") == [breaking, notable, notes, ""]
    assert counts("--fail-on", "note")[3] == str(sum(int(number or 0) for number in (breaking, notable, notes)))


def test_annotations_are_at_files_as_the_repository_has_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = project / "inner"
    inner.mkdir()
    for name in ("manifests", "cards", "cardgen.toml"):
        (project / name).rename(inner / name)
    git(project, "add", "--all")
    git(project, "commit", "-m", "Move")
    build(inner, MANIFEST.replace("apache-2.0", "gpl-3.0"))
    monkeypatch.chdir(inner)
    main(["diff", "--base", "HEAD", "--format", "github"])
    assert "::error file=inner/manifests/model.yaml,line=" in capsys.readouterr().out


def test_evidence_that_was_edited_is_breaking(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(project, "commit", "--all", "-m", "Change it")
    evidence = project / "cards" / "model" / "evidence.json"
    evidence.write_text(evidence.read_text("utf-8").replace("0.9432", "0.9999"), encoding="utf-8")
    assert main(["diff", "--base", "main"]) == 1
    assert "breaking" in capsys.readouterr().out


def test_a_comparison_that_fails_is_no_comparison_without_changes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "cards" / "model" / "evidence.json").write_text("{", encoding="utf-8")
    assert main(["diff", "--base", "main"]) == 3
    out = capsys.readouterr().out
    assert "could not be compared" in out
    assert "is not JSON" in out
    assert main(["diff", "--base", "main", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["comparisons"][0]["error"] is not None
    assert main(["diff", "HEAD:cards/model", "cards/model"]) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "two states are compared, and none named"),
        (["cards/model"], 2, "two states are compared, and 1 named"),
        (["../cards/model"], 2, "two states are compared, and 1 named"),
        (["cards/../cards/model"], 2, "two states are compared, and 1 named"),
        ([".."], 2, "two states are compared, and 1 named"),
        (["cards/model"] * 3, 2, "two states are compared, and 3 named"),
        (["cards/model", "cards/other"], 3, "cards/other"),
        (["HEAD~7:cards/model", "cards/model"], 3, "HEAD~7"),
        (["--base", "nowhere"], 3, "nowhere"),
        (["main..nowhere"], 3, "nowhere"),
        (["--format", "xml", "cards/model", "cards/model"], 2, "xml"),
    ],
)
def test_what_cannot_be_compared_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    assert main(["diff", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err


def test_the_public_name_is_silent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = cardgen.diff("HEAD:cards/model", project / "cards" / "model")
    assert {change.rule for change in found.changes} >= {"score-worse", "license-changed"}
    with pytest.raises(ComparisonError, match="no Hub was given"):
        cardgen.diff("hub:owner/name", "cards/model")
    assert capsys.readouterr() == ("", "")
