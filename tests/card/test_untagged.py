"""A card of a task that the Hub has no pipeline tag for, from its manifest to what lint says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cardgen.card.assemble import CardPlace, render_manifest
from cardgen.card.metadata.index_rules import index_faults
from cardgen.lint.rules import metadata
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.model import Manifest
from tests.factory import load, make_evidence, manifest_data
from tests.lint.asking import ask


def manifest_of(task: str) -> dict[str, Any]:
    data = manifest_data(task=task)
    columns = {"text": "sent1", "choices": "ending*", "label": "label"}
    return {**data, "evaluation": {**data["evaluation"], "columns": columns, "metrics": ["accuracy"]}}


def test_a_manifest_may_name_it() -> None:
    text = yaml.safe_dump(manifest_of("multiple-choice"), sort_keys=False)
    assert parse_manifest(text, Path("manifests/here.yaml")).manifest.task == "multiple-choice"


def test_its_card_has_no_pipeline_tag_and_nobody_misses_it(tmp_path: Path) -> None:
    manifest = Manifest.model_validate(manifest_of("multiple-choice"))
    card = render_manifest(load(manifest, tmp_path), make_evidence(manifest), CardPlace(tmp_path))
    front = yaml.safe_load(card.split("---\n")[1])
    assert "pipeline_tag" not in front
    assert front["tags"][0] == "multiple-choice"
    assert front["model-index"][0]["results"][0]["task"] == {"type": "multiple-choice", "name": "Multiple choice"}
    assert [answer for answer in ask(metadata.RULES, card) if "pipeline" in answer.rule] == []


def test_model_index_may_name_it_but_no_other() -> None:
    for task, faults in (("multiple-choice", 0), ("fill-mask", 0), ("multiple-choices", 1)):
        result = {
            "task": {"type": task},
            "dataset": {"type": "owner/data", "name": "Data"},
            "metrics": [{"type": "accuracy", "value": 0.9}],
        }
        assert len(list(index_faults([{"name": "model", "results": [result]}]))) == faults
