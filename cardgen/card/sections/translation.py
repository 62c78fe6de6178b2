"""How a base model's configuration was completed before it was run, where that was needed."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import sentence_list
from cardgen.records.record import DoneRecord
from cardgen.records.results.export import ExportResult


def translation_notes(facts: Facts) -> list[Markdown]:
    """What was written anew for the transformers that ran the base model, and a padding token that it did not name."""
    exports = [
        (record.versions.get("transformers", "of that time"), record.result)
        for record in facts.evidence.records
        if isinstance(record, DoneRecord) and isinstance(record.result, ExportResult)
    ]
    by_version = {version: result.translated for version, result in exports if result.translated}
    notes = [
        Markdown(
            f"transformers {version} does not read what a newer one wrote into the base model's configuration. It was "
            f"run with the same in its own terms: {sentence_list([code(each) for each in written])}."
        )
        for version, written in by_version.items()
    ]
    padding = next((result.pad_token_id for _version, result in exports if result.pad_token_id is not None), None)
    if padding is not None:
        notes.append(
            Markdown(
                "The base model's configuration names no padding token; that of its tokenizer was written there "
                f"({code(f'pad_token_id: {padding}')})."
            )
        )
    return notes
