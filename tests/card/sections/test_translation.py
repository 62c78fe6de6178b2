from __future__ import annotations

import pytest

from cardgen.card.build import build_card
from cardgen.card.render import render_card
from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results.export import ExportResult
from tests.factory import make_evidence, make_manifest, manifest_data

WRITTEN = ("config.json: rope_theta: 500000.0", "tokenizer_config.json: tokenizer_class: PreTrainedTokenizerFast")
EXPORT = {"variants": {"onnx": {"backend": "onnxruntime", "approach": "none"}}, "card": "onnx-export"}


def translated(manifest: Manifest) -> Evidence:
    evidence = make_evidence(manifest)
    return evidence.model_copy(update={"records": tuple(map(changed, evidence.records))})


def changed(record: DoneRecord) -> DoneRecord:
    if not isinstance(record.result, ExportResult):
        return record
    result = record.result.model_copy(update={"translated": WRITTEN})
    return record.model_copy(update={"result": result, "versions": {"transformers": "4.57.6"}})


def card(manifest: Manifest, evidence: Evidence) -> str:
    built = build_card(manifest, evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")
    return render_card(built, manifest.card)


@pytest.mark.parametrize("family", ["int8", "onnx-export"])
def test_a_card_tells_what_a_model_of_transformers_5_was_run_with(family: str) -> None:
    data = manifest_data(**EXPORT) if family == "onnx-export" else manifest_data()
    if family == "onnx-export":
        data["evaluation"] = {**data["evaluation"], "metrics": []}
    manifest = Manifest.model_validate(data)
    text = card(manifest, translated(manifest))
    said = (
        "transformers 4.57.6 does not read what a newer one wrote into the base model's configuration. It was run with "
        f"the same in its own terms: `{WRITTEN[0]}` and `{WRITTEN[1]}`."
    )
    assert text.count(said) == 1


def test_a_padding_token_that_was_written_is_told() -> None:
    manifest = make_manifest()
    evidence = make_evidence(manifest)
    records = [
        record.model_copy(update={"result": record.result.model_copy(update={"pad_token_id": 7})})
        if isinstance(record.result, ExportResult)
        else record
        for record in evidence.records
    ]
    text = card(manifest, (evidence.model_copy(update={"records": tuple(records)})))
    assert text.count("that of its tokenizer was written there (`pad_token_id: 7`)") == 1


def test_nothing_is_said_of_others() -> None:
    manifest = make_manifest()
    assert "a newer one wrote" not in card(manifest, make_evidence(manifest))
