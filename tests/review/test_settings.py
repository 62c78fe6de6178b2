from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import SettingsError
from cardgen.review.diff.change import Severity
from cardgen.review.diff.rules import RULES, change
from cardgen.review.settings import FailOn, Settings, read_settings
from cardgen.review.settings_changes import settings_changes
from cardgen.review.sides.files import Disk
from tests.review.diff.mirror import mirrored

PYPROJECT = "[project]\nname = 'x'\n\n"


def read(folder: Path) -> Settings:
    return read_settings(Disk(), folder)


def written(folder: Path, text: str, name: str = "cardgen.toml") -> Settings:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder)


def faults(folder: Path, text: str, name: str = "cardgen.toml") -> list[str]:
    with pytest.raises(SettingsError) as caught:
        written(folder, text, name)
    assert caught.value.exit_code == 3
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["", "# nothing\n", "[review]\n", "[review.severities]\n"])
def test_without_settings_the_defaults_hold(tmp_path: Path, text: str) -> None:
    assert read(tmp_path) == written(tmp_path, text) == Settings()
    assert Settings().severity("score-worse") == RULES["score-worse"].severity


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cardgen.toml", '[review]\nfail_on = "notable"\n[review.severities]\nscore-worse = "note"\n'),
        ("cardgen.toml", '[review]\nfail_on = "notable"\nseverities = {score-worse = "note"}\n'),
        ("cardgen.toml", 'review.fail_on = "notable"\nreview.severities."score-worse" = "note"\n'),
        ("cardgen.toml", '\ufeff[review]\r\nfail_on = "notable"\r\nseverities.score-worse = "note"\r\n'),
        ("pyproject.toml", f'{PYPROJECT}[tool.cardgen.review]\nfail_on = "notable"\nseverities.score-worse = "note"\n'),
    ],
)
def test_settings_are_read_however_toml_writes_them(tmp_path: Path, name: str, text: str) -> None:
    settings = written(tmp_path, text, name)
    assert settings == Settings({"score-worse": "note"}, "notable")
    assert settings.severity("score-worse") == "note"


def test_what_fails_is_at_least_as_bad_as_the_project_says() -> None:
    breaking, notable, note = (change(rule, "card") for rule in ("card-gone", "variant-new", "card-new"))
    assert [each.severity for each in (breaking, notable, note)] == ["breaking", "notable", "note"]
    failing = {
        fail_on: [Settings(fail_on=fail_on).fails(each) for each in (breaking, notable, note)]
        for fail_on in ("breaking", "notable", "note", "never")
    }
    assert failing == {
        "breaking": [True, False, False],
        "notable": [True, True, False],
        "note": [True, True, True],
        "never": [False, False, False],
    }


def test_a_project_can_ask_for_reviews_before_it_publishes(tmp_path: Path) -> None:
    assert written(tmp_path, "[review]\nbefore_push = true\n") == Settings(before_push=True)
    strict, mild = Settings(before_push=True), Settings()
    (milder,), (stricter,) = settings_changes(strict, mild), settings_changes(mild, strict)
    assert (milder.rule, stricter.rule) == ("settings-milder", "settings-stricter")
    assert milder.arguments == {"setting": "before_push", "old": "true", "new": "false"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[review]\nbefore_push = 1\n", "cardgen.toml:2:15: review.before_push: must be true or false"),
        ('[review]\nfail-on = "notable"\n', "cardgen.toml:2:1: review.fail-on: is not a key that cardgen knows"),
        ("[reveiw]\n", "cardgen.toml:1:2: reveiw: is not a key that cardgen knows\n    did you mean `review`?"),
        ('[review]\nfail_on = "braking"\n', "cardgen.toml:2:11: review.fail_on: `braking` is not known"),
        (
            "[review]\nfail_on = true\n",
            "cardgen.toml:2:11: review.fail_on: must be one of breaking, notable, note, never",
        ),
        (
            '[review.severities]\nscore-wrose = "note"\n',
            "cardgen.toml:2:1: review.severities.score-wrose: is no rule\n    did you mean `score-worse`?",
        ),
        (
            '[review.severities]\n"score-worse" = "never"\n',
            "cardgen.toml:2:17: review.severities.score-worse: `never` is not known",
        ),
        ('[review]\nseverities = "note"\n', "cardgen.toml:2:14: review.severities: must be a table of rules"),
        ("review = 3\n", "cardgen.toml:1:10: review: must be a table"),
        ("[[review]]\n", "cardgen.toml:1:3: review: must be a table"),
        ("[review\n", "cardgen.toml:1:8: not valid TOML: Expected ']'"),
        ("[review]\nfail_on =", "cardgen.toml: not valid TOML: Invalid value"),
        (
            '[review]\nfail_on = "note"\nfail_on = "note"\n',
            "cardgen.toml:3:17: not valid TOML: Cannot overwrite a value",
        ),
        ("a = " + "[" * 5000, "cardgen.toml: is nested too deeply"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = faults(tmp_path, text)
    assert found.startswith(expected)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path, '[review]\nfail_on = "x"\nother = 1\n[review.severities]\nno-rule = "note"\nscore-worse = 1\n'
    )
    assert [line.split(": ")[0] for line in found] == [
        f"cardgen.toml:{place}" for place in ("2:11", "3:1", "5:1", "6:15")
    ]


def test_what_pyproject_says_of_others_is_theirs_to_judge(tmp_path: Path) -> None:
    assert written(tmp_path, "[tool.ruff]\nx = 1\n", "pyproject.toml") == Settings()
    assert written(tmp_path, "[tool.ruff\n", "pyproject.toml") == Settings()
    (found,) = faults(tmp_path, "[tool.cardgen]\n[tool.ruff\n", "pyproject.toml")
    assert "pyproject.toml:2" in found
    (found,) = faults(tmp_path, "[tool]\ncardgen = 1\n", "pyproject.toml")
    assert found.startswith("pyproject.toml:2:11: tool.cardgen: must be a table")
    (found,) = faults(tmp_path, "[tool.cardgen]\nfail_on = 'note'\n", "pyproject.toml")
    assert found.startswith("pyproject.toml:2:1: tool.cardgen.fail_on: is not a key that cardgen knows")


def test_settings_in_both_files_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "cardgen.toml").write_text("[review]\n")
    (found,) = faults(tmp_path, "[tool.cardgen.review]\n", "pyproject.toml")
    assert found.startswith("pyproject.toml:1:2: tool.cardgen.review: is given in")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "cardgen.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read(tmp_path)
    (tmp_path / "cardgen.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(SettingsError, match="is larger than"):
        read(tmp_path)


@pytest.mark.parametrize("fail_on", ["note", "notable", "never"])
def test_settings_the_other_way_round_are_the_mirror(fail_on: FailOn) -> None:
    old, new = Settings(), Settings({"score-worse": "note", "card-new": "breaking"}, fail_on)
    there, back = settings_changes(old, new), settings_changes(new, old)
    assert {each.place for each in there} == {
        "review.fail_on",
        "review.severities.score-worse",
        "review.severities.card-new",
    }
    assert {mirrored(each).fingerprint for each in there} == {each.fingerprint for each in back}
    milder = {each.place for each in there if each.rule == "settings-milder"}
    assert milder == {"review.severities.score-worse"} | ({"review.fail_on"} if fail_on == "never" else set())


def test_severities_that_are_those_of_the_table_change_nothing() -> None:
    assert settings_changes(Settings(), Settings({"score-worse": RULES["score-worse"].severity})) == ()


def test_the_settings_of_the_documentation_are_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    severities: dict[str, Severity] = {"license-changed": "note", "size-grew": "breaking"}
    assert written(tmp_path, example) == Settings(severities, "breaking", before_push=True)
