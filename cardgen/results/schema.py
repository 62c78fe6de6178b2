"""The JSON Schemas of what ``cardgen results --json`` prints of each file."""

from __future__ import annotations

import json

from cardgen.records.frozen import Frozen
from cardgen.records.results_file import ResultsFile
from cardgen.results.compare import Comparison


def results_schema_text() -> str:
    """The schema of what a file says, as text that ends with a newline."""
    return _text(ResultsFile, "A results file of an evaluation tool, as it says")


def comparison_schema_text() -> str:
    """The schema of what ``--against`` tells of a file, as text that ends with a newline."""
    return _text(Comparison, "A results file held against that of a baseline")


def _text(told: type[Frozen], title: str) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **told.model_json_schema(mode="serialization"),
        "title": title,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
