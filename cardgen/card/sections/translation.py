"""That a base model was saved by a newer transformers than the one that ran it, and what it was run with for that."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts
from cardgen.card.words.markdown import Markdown, code
from cardgen.card.words.wording import sentence_list
from cardgen.records.record import DoneRecord
from cardgen.records.results.export import ExportResult


def translation_notes(facts: Facts) -> list[Markdown]:
    """What was written anew for the transformers that ran the base model, where something was."""
    by_version = {
        record.versions.get("transformers"): record.result.translated
        for record in facts.evidence.records
        if isinstance(record, DoneRecord) and isinstance(record.result, ExportResult) and record.result.translated
    }
    return [
        Markdown(
            f"transformers {version or 'of that time'} does not read what a newer one wrote into the base model's "
            f"configuration. It was run with the same in its own terms: "
            f"{sentence_list([code(each) for each in written])}."
        )
        for version, written in by_version.items()
    ]
