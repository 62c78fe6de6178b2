"""Metadata that the Hub rejects are refused at the line of the manifest that decides them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import assemble_card, card_place
from cardgen.errors import ManifestError, Problem
from cardgen.manifest.load import load_manifest
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.inputs import Source
from tests.factory import make_evidence

MANIFEST = """\
version: 1
repo_id: owner/model-int8
card: {family}
title: A model
task: text-classification
base_model: {{id: owner/model{card}}}
metadata:
  language: [en]
{metadata}variants:
  onnx: {{backend: onnxruntime, approach: {approach}}}
evaluation:
  dataset: {{id: owner/data, split: test}}
  columns: {{text: sentence, label: label}}
  metrics: [accuracy]
"""


def problems(folder: Path, metadata: str, base_card: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with a manifest whose metadata also hold some lines."""
    family, approach, card = (
        ("int8", "dynamic", "") if base_card is None else ("onnx-export", "none", ", card: base.md")
    )
    path = folder / "model.yaml"
    path.write_text(MANIFEST.format(family=family, approach=approach, card=card, metadata=metadata), encoding="utf-8")
    loaded = load_manifest(path)
    evidence = make_evidence(loaded.manifest)
    if base_card is not None:
        evidence = with_card(evidence, base_card)
    try:
        assemble_card(loaded, evidence, card_place(loaded))
    except ManifestError as error:
        return error.problems
    return ()


def with_card(evidence: Evidence, text: str) -> Evidence:
    inherited = InheritedCard(source=Source(origin="local", sha256="ab" * 32), text=text)
    return evidence.model_copy(update={"inherited": inherited})


def test_good_metadata_pass(tmp_path: Path) -> None:
    assert problems(tmp_path, "  license: mit\n  thumbnail: https://example.org/x.png\n") == ()


@pytest.mark.parametrize(
    ("line", "key", "column", "says"),
    [
        ("thumbnail: 5", "thumbnail", 14, "must be text, not the number 5"),
        ("new_version: a b", "new_version", 16, "`a b` is not a Hub id"),
        ("widget: words", "widget", 11, "must be a list, not the text `words`"),
    ],
)
def test_a_fault_stands_at_its_line(tmp_path: Path, line: str, key: str, column: int, says: str) -> None:
    (problem,) = problems(tmp_path, f"  license: mit\n  {line}\n")
    assert (problem.line, problem.column, problem.key) == (10, column, key)
    assert problem.message == says
    assert problem.remedy.endswith(f"(decided by `metadata.{key}`)")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "  license: mit\n  widget: words\n  thumbnail: 5\n")
    assert {(problem.key, problem.line) for problem in found} == {("widget", 10), ("thumbnail", 11)}


def test_what_the_hub_only_warns_of_passes(tmp_path: Path) -> None:
    assert problems(tmp_path, "  license: mit\n  tags: [text-clasification]\n") == ()


@pytest.mark.parametrize(
    ("head", "key", "says", "remedy"),
    [
        ("license: other", "license_name", "is missing", "(write `metadata.license_name`)"),
    ],
)
def test_a_fault_of_the_base_models_card(tmp_path: Path, head: str, key: str, says: str, remedy: str) -> None:
    problem = problems(tmp_path, "", f"---\n{head}\n---\n# T\n")[0]
    assert (problem.key, problem.message) == (key, says)
    assert problem.remedy.endswith(remedy)


def test_what_the_base_models_card_has_wrong_is_left_out(tmp_path: Path) -> None:
    assert problems(tmp_path, "", "---\nlicense: mit\ndatasets: [a b]\nlanguage: [english]\n---\n# T\n") == ()


def test_the_manifest_comes_before_the_base_models_card(tmp_path: Path) -> None:
    assert problems(tmp_path, "  license: mit\n  datasets: [a/b]\n", "---\ndatasets: [a b]\n---\n# T\n") == ()
