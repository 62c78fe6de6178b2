"""Variants that somebody else made, whose files say what they are."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from cardgen.catalog.backends import ADOPTED
from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.schema import manifest_schema

MANIFEST = """version: 1
repo_id: acme/gull-gguf
card: {card}
title: gull
task: text-generation
base_model: {{id: acme/gull{base}}}
variants:
  q4: {{made: {made}{more}}}
  q8: {{made: {{path: models, file: gull-Q8_0.gguf}}}}
"""
PLACE = "{path: models, file: gull-Q4_K_M.gguf}"


def write(folder: Path, **parts: str) -> Path:
    path = folder / "gull.yaml"
    given = {"card": "quantized", "base": "", "made": PLACE, "more": "", **parts}
    path.write_text(MANIFEST.format(**given), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "made",
    [
        PLACE,
        "{path: ../models}",
        "{id: acme/gull-w4a16}",
        "{id: acme/gull-w4a16, revision: main, file: sub/model.safetensors}",
        "{id: acme/gull, file: q4.gguf}",
        "{path: models, by: {name: Acme}}",
        '{path: models, by: {name: Acme, url: "https://example.org"}}',
    ],
)
def test_files_stand_in_the_place_of_backend_and_approach(made: str, tmp_path: Path) -> None:
    path = write(tmp_path, made=made, base=", precision: BF16")
    manifest = load_manifest(path).manifest
    assert {variant.backend for variant in manifest.variants.values()} == {ADOPTED.name}
    assert manifest.adopted_variants == ("q4", "q8")
    jsonschema.validate(yaml.safe_load(path.read_text()), manifest_schema())


@pytest.mark.parametrize(
    "more",
    [
        ", backend: onnxruntime",
        ", backend: elsewhere",
        ", backend: adopted",
        ", approach: static",
        ", approach: not-stated",
        ", scheme: W4A16",
        ", format: GGUF",
        ", fallback: {modules: [lm_head]}",
        ", calibration: {samples: 8}",
        ", options: {per_channel: true}",
    ],
)
def test_what_files_say_is_not_said_beside_them(more: str, tmp_path: Path) -> None:
    path = write(tmp_path, more=more)
    with pytest.raises(ManifestError, match="does not go with `made`") as caught:
        load_manifest(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (8, f"variants.q4.{more[2:].partition(':')[0]}")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(path.read_text()), manifest_schema())


def test_nobody_names_what_stands_for_adopted_models(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text().replace(f"made: {PLACE}", "backend: adopted, approach: not-stated")
    path.write_text(text)
    with pytest.raises(ManifestError, match="`adopted` is not a backend"):
        load_manifest(path)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"made": "{file: a.gguf}"}, "names no model"),
        ({"made": "{by: {name: Acme}}"}, "names no model"),
        ({"made": "{id: acme/gull-gguf, path: models}"}, "is given beside `id`"),
        ({"made": "{path: /models}"}, "is not relative"),
        ({"made": "{path: models, revision: main}"}, "known by its content"),
        ({"made": "{path: models, file: ../a.gguf}"}, "leads out of the folder"),
        ({"made": "{path: models, file: /a.gguf}"}, "is not relative"),
        ({"made": r"{path: models, file: sub\a.gguf}"}, "holds a backslash"),
        ({"made": "{id: acme/gull/q4}"}, "`acme/gull/q4`"),
        ({"made": "{id: acme/gull}"}, "is the base model's own repository"),
        ({"made": "{path: models, file: ./gull-Q8_0.gguf}"}, "is the same model as `q4`"),
        ({"made": "{path: other/../models, file: gull-Q8_0.gguf}"}, "is the same model as `q4`"),
        ({"made": "{path: models, by: {name: Acme, url: example.org}}"}, "is not an address"),
        ({"made": "models/q4"}, "must be a mapping"),
        ({"made": "[models]"}, "must be a mapping"),
        ({"made": "{path: models, nmae: x}"}, "is not a key"),
        ({"made": "{path: 3}"}, "must be text"),
        ({"card": "onnx-export"}, "does not belong in an onnx-export card"),
    ],
)
def test_what_is_wrong_is_told_once(parts: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=says) as caught:
        load_manifest(write(tmp_path, **parts))
    assert len(caught.value.problems) == (2 if "card" in parts else 1), str(caught.value)


def test_a_variant_without_a_maker_still_needs_backend_and_approach(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text().replace(f"{{made: {PLACE}}}", "{}").replace(f"made: {PLACE}", ""))
    with pytest.raises(ManifestError) as caught:
        load_manifest(path)
    assert {"variants.q4.approach", "variants.q4.backend"} <= {problem.key for problem in caught.value.problems}
