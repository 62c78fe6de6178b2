"""The JSON Schema of what ``cardgen results --json`` prints."""

from __future__ import annotations

import json

from cardgen.results.figure import ResultsFile


def results_schema_text() -> str:
    """The schema as text that ends with a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ResultsFile.model_json_schema(mode="serialization"),
        "title": "A results file of an evaluation tool, as it says",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
