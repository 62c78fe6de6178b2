"""The JSON Schema of what ``cardgen inspect --json`` prints."""

from __future__ import annotations

import json

from cardgen.records.inspection import Inspection


def inspection_schema_text() -> str:
    """The schema as text that ends with a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Inspection.model_json_schema(mode="serialization"),
        "title": "A model, as its files say",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
