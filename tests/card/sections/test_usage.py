from __future__ import annotations

from typing import Any

import pytest

from cardgen.card.build import build_card
from cardgen.card.render import render_card
from cardgen.lint.rules import dropped, snippet_imports, snippets, usage
from cardgen.manifest.model import Manifest
from tests.factory import make_evidence, manifest_data
from tests.lint.asking import ask

NO_CODE = (
    "No class of optimum-intel 1.27.0 loads a model for image-classification that Intel Neural Compressor made, so "
    "that there is no code here that loads `pytorch`: ask those who made it."
)


def card(task: str, *names: str, family: str = "int8") -> str:
    data: dict[str, Any] = manifest_data(task=task, card=family)
    columns = {"image": "image", "label": "label"} if task == "image-classification" else data["evaluation"]["columns"]
    data["evaluation"] = {**data["evaluation"], "columns": columns, "metrics": ["accuracy"]}
    data["variants"] = {name: data["variants"][name] for name in names}
    source = {"name": "Its card", "url": "https://huggingface.co/acme/gull"}
    data["reported"] = [
        {"variant": name, "metric": "accuracy", "value": "0.91", "baseline": "0.92", "source": source} for name in names
    ]
    manifest = Manifest.model_validate(data)
    built = build_card(manifest, make_evidence(manifest), {}, manifest_file="model.yaml", evidence_file="evidence.json")
    return render_card(built, manifest.card)


@pytest.mark.parametrize("family", ["int8", "model-card"])
def test_no_code_is_printed_that_imports_a_class_which_is_not_there(family: str) -> None:
    text = card("image-classification", "pytorch", family=family)
    assert "INCModel" not in text
    assert text.count(NO_CODE) == 1
    assert "was not run" not in text
    assert ask((*usage.RULES, *snippets.RULES, *snippet_imports.RULES, *dropped.RULES), text) == []


def test_another_variant_of_the_same_task_has_its_code() -> None:
    text = card("image-classification", "pytorch", "onnx")
    assert "INCModel" not in text
    assert text.count(NO_CODE) == 1
    assert "ORTModelForImageClassification.from_pretrained" in text
    assert "The code for `onnx` was not run" in text


def test_a_task_whose_class_exists_has_its_code() -> None:
    text = card("text-classification", "pytorch")
    assert "INCModelForSequenceClassification.from_pretrained" in text
    assert "No class of" not in text
