from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given

from cardgen.cli.schema import command
from cardgen.manifest.schema import TARGET, manifest_schema, schema_text
from tests.strategies import manifests

FOLDER = Path(__file__).parents[2] / "manifests"
VALIDATOR = jsonschema.Draft202012Validator(manifest_schema())


def test_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(manifest_schema())


def test_committed_schema_is_fresh() -> None:
    committed = (FOLDER / TARGET).read_text(encoding="utf-8")
    assert json.loads(committed) == manifest_schema(), f"run: cardgen schema > manifests/{TARGET}"


def test_command_prints_it() -> None:
    result = CliRunner().invoke(command)
    assert result.exit_code == 0
    assert result.stdout == schema_text()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_committed_manifests_fit(path: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@given(manifests())
def test_what_the_loader_takes_fits(value: dict[str, Any]) -> None:
    VALIDATOR.validate(value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("titel",), "x"),
        (("task",), "summarisation"),
        (("card",), "int9"),
        (("repo_id",), "no-owner"),
        (("variants", "Bad Name"), {"backend": "onnxruntime", "approach": "dynamic"}),
        (("variants", "onnx", "backend"), "onyx"),
        (("variants", "onnx", "approach"), "sometimes"),
        (("evaluation", "metrics"), ["acuracy"]),
        (("evaluation", "metrics"), [{"type": "acuracy"}]),
        (("evaluation", "columns", "txt"), "x"),
        (("evaluation", "dataset"), {}),
        (("base_model"), {}),
        (("metadata", "license"), "apache"),
        (("prose", "sumary"), "x"),
    ],
)
def test_editors_see_mistakes(path: tuple[str, ...], value: Any) -> None:
    manifest = yaml.safe_load((FOLDER / "distilbert-sst2.yaml").read_text(encoding="utf-8"))
    path = (path,) if isinstance(path, str) else path
    parent = manifest
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = value
    assert not VALIDATOR.is_valid(manifest)


def test_every_key_is_described() -> None:
    schema = manifest_schema()
    for part in (schema, *schema["$defs"].values()):
        for name, value in part["properties"].items():
            assert value.get("description") or "$ref" in value, name  # a section is described where it is defined
        assert part.get("description")
