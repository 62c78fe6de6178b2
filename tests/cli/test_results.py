from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cardgen.cli import main

FILES = Path(__file__).parents[1] / "results" / "files"
READABLE = sorted(
    str(file)
    for file in FILES.iterdir()
    if file.suffix not in (".eval", ".md") and not file.name.endswith("-config.json")
)


def test_a_file_is_told_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", str(FILES / "inspect_ai-greetings.json")]) == 0
    out = capsys.readouterr().out
    assert "  tool      inspect_ai 0.3.285\n" in out
    assert "  task greetings, version 3\n    samples 4, limit 4\n    few-shot not stated" in out
    assert "    accuracy (includes)  0.5    0.288675        not stated\n" in out


def test_what_is_printed_as_json_fits_the_published_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "results"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert main(["results", "--json", *READABLE]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told) == len(READABLE)
    for one in told:
        jsonschema.validate(one, schema)


def test_no_path_user_or_host_of_a_file_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--json"]):
        assert main(["results", *options, *READABLE]) == 0
        assert not {word for word in ("/home", "someone", "somewhere") if word in capsys.readouterr().out}


def test_every_file_that_cannot_be_read_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.json").write_text('{"results": {"t": {')
    damaged = [tmp_path / "cut.json", tmp_path / "absent", FILES / "inspect_ai-greetings.eval"]
    assert main(["results", *map(str, damaged), READABLE[0]]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    for message in ("is cut: it ends before its JSON does", "No such file", "inspect log convert --to json"):
        assert message in captured.err


def test_control_characters_of_a_file_reach_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = {"_evaluate_version": "0.4.6", "acc\x1b[2Juracy": 0.5, "model": "org/m"}
    (tmp_path / "mine.json").write_text(json.dumps(content))
    assert main(["results", str(tmp_path / "mine.json")]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_two_files_are_compared_where_they_were_measured_alike(capsys: pytest.CaptureFixture[str]) -> None:
    whole, limited = (str(FILES / f"lm_eval-{name}.json") for name in ("whole", "limited"))
    assert main(["results", whole, "--against", whole]) == 0
    out = capsys.readouterr().out
    assert "0 (-0.412 to 0.412)    100 % (1.115 to 198.9)\n" in out
    assert "  ! neither file states few-shot count\n" in out
    assert main(["results", limited, "--against", whole]) == 0
    out = capsys.readouterr().out
    assert "    colours  acc       0.416667  0.6    not compared  not compared\n" in out
    assert "  ! colours acc was not measured alike: few-shot count (2, 0); limit (all, 5); samples (12, 5)" in out
    assert main(["results", limited, "--against", whole, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    ((figure, *_),) = [one["figures"] for one in told]
    assert (figure["difference"], figure["recovery"]) == (None, None)
    assert main(["schema", "comparison"]) == 0
    jsonschema.validate(told[0], json.loads(capsys.readouterr().out))
