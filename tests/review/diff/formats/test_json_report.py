from __future__ import annotations

import json

import jsonschema
from click.testing import CliRunner
from hypothesis import given, settings

from cardgen.cli.schema import command
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.diff.formats.json_report import as_json, diff_schema, diff_schema_text
from cardgen.review.diff.rules import change
from tests.review.diff.mutated import Recipe, recipes

VALIDATOR = jsonschema.Draft202012Validator(diff_schema())


def test_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(diff_schema())


def test_command_prints_it() -> None:
    result = CliRunner().invoke(command, ["diff"])
    assert result.exit_code == 0
    assert result.stdout == diff_schema_text()


@settings(max_examples=50, deadline=None)
@given(recipes, recipes)
def test_what_is_told_fits_the_schema(one: Recipe, other: Recipe) -> None:
    told = json.loads(as_json([compare(one.state(), other.state()), compare(None, other.state())]))
    VALIDATOR.validate(told)


def test_a_change_in_full() -> None:
    told = change("modules-to-fp32", "variants.onnx.modules", variant="onnx", modules=("a", "b"))
    found = Change(told.rule, told.place, "note", told.arguments, {"risen": 1})
    report = json.loads(as_json([Comparison("model", "old", None, (found,), None)], lambda _name, _change: "accepted"))
    assert report == {
        "version": 1,
        "counts": {"breaking": 0, "notable": 0, "note": 1},
        "comparisons": [
            {
                "name": "model",
                "old": "old",
                "new": None,
                "headline": "two modules of onnx newly FP32: a, b",
                "error": None,
                "changes": [
                    {
                        "rule": "modules-to-fp32",
                        "area": "modules",
                        "severity": "note",
                        "place": "variants.onnx.modules",
                        "fingerprint": told.fingerprint,
                        "sentence": "two modules of onnx newly FP32: a, b",
                        "arguments": {"variant": "onnx", "modules": ["a", "b"]},
                        "beside": {"risen": 1},
                        "decision": "accepted",
                    }
                ],
            }
        ],
    }


def test_numbers_keep_every_digit() -> None:
    told = change("baseline-size-changed", "variants.a.baseline.size", variant="a", old=1, new=0.1 + 0.2)
    (found,) = json.loads(as_json([Comparison("model", "old", "new", (told,))]))["comparisons"]
    assert found["changes"][0]["arguments"]["new"] == 0.30000000000000004
