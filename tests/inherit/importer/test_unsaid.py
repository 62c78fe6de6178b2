from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.inherit.importer.make import Imported, Overrides, import_card
from tests.inherit.importer.test_make import load, told_of

GIVEN = Overrides("shop/gull-int8", None, "text-classification", "dynamic")


def imported(front: str) -> Imported:
    return import_card(f"---\n{front}---\n# INT8 gull\n\nOf PyTorch.\n", "card", "card", GIVEN)


@pytest.mark.parametrize(
    ("front", "left_out"),
    [
        ("base_model: [acme/gull, acme/tern]\n", "base_model: `acme/tern`, which a manifest does not say"),
        ("base_model: [acme/gull, a b c]\n", "base_model: a b c, which is not a Hub id"),
        (
            "base_model: acme/gull\nlicense: of-gulls\nlicense_link: https://example.org/L\n",
            "license_link: https://example.org/L, which goes with a licence of the Hub only",
        ),
        (
            "base_model: acme/gull\nlicense: mit\nlicense_name: mine\n",
            "license_name: mine, which goes with `license: other` only",
        ),
        ("base_model: acme/gull\nbase_model_relation: merge\n", "base_model_relation: `merge`, which"),
        ("base_model: acme/gull\nspeed: .nan\n", "the key speed of the front matter"),
        ("base_model: acme/gull\npipeline_tag: fill-mask\n", "pipeline_tag: `fill-mask`, which"),
    ],
)
def test_what_the_head_says_and_the_manifest_does_not_is_told(front: str, left_out: str) -> None:
    assert any(text.startswith(left_out) for text in told_of(imported(front), "left out"))


def test_a_link_to_a_licence_is_kept_beside_its_identifier(tmp_path: Path) -> None:
    made = imported("base_model: acme/gull\nlicense: apache-2.0\nlicense_link: https://example.org/L\n")
    assert load(made, tmp_path).manifest.metadata.license_link == "https://example.org/L"


INDEX = """\
base_model: acme/gull
model-index:
- name: gull-int8
  results:
  - task: {type: text-classification, name: Moods of gulls}
    dataset: {type: acme/gulls, name: Gulls, split: test, args: {depth: 3}}
    metrics:
    - {type: accuracy, value: 0.91, name: this model, verified: true, verifyToken: abc}
    - {type: f1, value: 0.9, name: F1}
    - {type: wer, value: 20.0 ± 1.2, name: WER}
    source: {name: A board, url: https://example.org/board}
"""


def test_of_a_model_index_every_value_is_kept_or_told() -> None:
    made = imported(INDEX)
    told = told_of(made, "left out")
    assert told == [
        "results.task.name of model-index: `Moods of gulls`, which a manifest does not say",
        "results.dataset.args.depth of model-index: `3`, which a manifest does not say",
        "results.metrics.verified of model-index: `True`, which a manifest does not say",
        "results.metrics.verifyToken of model-index: `abc`, which a manifest does not say",
    ]
    assert "this model" in made.text
    assert "A board" in made.text


def test_many_values_of_one_key_are_told_together() -> None:
    results = "".join(f"  - task: {{type: fill-mask, name: Task {letter}}}\n" for letter in "ABCDE")
    made = imported(f"base_model: acme/gull\nmodel-index:\n- name: gull-int8\n  results:\n{results}")
    text = "results.task.name of model-index: `Task A`, `Task B`, `Task C` and 2 more, which a manifest does not say"
    assert text in told_of(made, "left out")


@pytest.mark.parametrize(
    ("front", "key", "kept"),
    [
        ("language: no", "language", ["no"]),
        ("language: [en, no]", "language", ["en", "no"]),
        ("tags: [on, 1.10, 2024-01-01, 0x10]", "tags", ["on", "1.10", "2024-01-01", "0x10"]),
        ("datasets: [2024]", "datasets", ["2024"]),
    ],
)
def test_text_that_yaml_takes_for_something_else_is_text(front: str, key: str, kept: list[str], tmp_path: Path) -> None:
    made = imported(f"base_model: acme/gull\n{front}\n")
    assert list(getattr(load(made, tmp_path).manifest.metadata, key)) == kept


def test_lists_of_anything_but_text_are_told() -> None:
    told = told_of(imported("base_model: acme/gull\ndatasets: [{name: glue}]\ntags: [a, [b]]\n"), "left out")
    assert told == ["datasets: {'name': 'glue'}, which is not one text", "tags: ['b'], which is not one text"]
