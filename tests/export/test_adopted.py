"""A model that somebody else made is exported with what its files show."""

from __future__ import annotations

from pathlib import Path

from tests.adopted import built, gguf_set
from tests.export.asked import exported


def test_files_and_what_they_show_are_in_the_bill(tmp_path: Path) -> None:
    loaded, evidence, _card = built(gguf_set(tmp_path))
    (document,) = exported(loaded, evidence, "cyclonedx").documents
    variants = [each for each in document.content["components"] if each["bom-ref"] in ("variant:q4", "variant:q2")]
    for variant, record in zip(variants, evidence.inspected, strict=True):
        hashes = {each["name"]: each["hashes"][0]["content"] for each in variant["components"]}
        assert hashes == {file.path: file.sha256 for file in record.files}
        told = {each["name"]: each["value"] for each in variant["modelCard"]["properties"]}
        assert told["cardgen:inspected:format"] == "gguf"
        assert told["cardgen:inspected:bits_per_weight"] == f"{record.bits_per_weight:.3f}"
        assert {"name": "cardgen:precision", "value": record.method} in variant["properties"]


def test_without_a_score_there_is_no_document_of_results_and_that_is_said(tmp_path: Path) -> None:
    loaded, evidence, _card = built(gguf_set(tmp_path))
    export = exported(loaded, evidence, "every-eval-ever")
    assert export.documents == ()
    assert {each.why for each in export.left_out} == {"nobody gives a score or time"}
