"""The JSON Schema of a manifest, for editors.

It says what a schema can say; :func:`cardgen.manifest.load.load_manifest` checks the rest. Descriptions and names come
from the types and the catalog, so that the schema cannot fall behind.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from cardgen.catalog.backends import BACKENDS, ELSEWHERE
from cardgen.catalog.families import FAMILIES, FORMER_NAMES, PROSE_SECTIONS, TEMPLATE_SUFFIXES
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.metrics import METRICS
from cardgen.catalog.tasks import TASK_NAMES, TASKS
from cardgen.manifest.made import NOT_OF_MADE
from cardgen.manifest.model import Manifest

TARGET = "manifest.schema.json"
"""Name of the schema's file beside the manifests; their first line names it for editors."""


def manifest_schema() -> dict[str, Any]:
    """The schema, by JSON Schema draft 2020-12."""
    schema = Manifest.model_json_schema()
    _drop_titles(schema)
    parts = schema["$defs"]
    top = schema["properties"]
    top["repo_id"]["pattern"] = "^[^/]+/[^/]+$"
    endings = "|".join(suffix.lstrip(".") for suffix in TEMPLATE_SUFFIXES)
    top["card"]["anyOf"] = [{"enum": [*FAMILIES, *FORMER_NAMES]}, {"pattern": rf"\.({endings})$"}]
    top["task"]["enum"] = list(TASK_NAMES)
    top["variants"]["propertyNames"] = {"pattern": "^[a-z0-9][a-z0-9_-]*$"}
    top["prose"]["properties"] = {name: {"type": "string", "description": use} for name, use in PROSE_SECTIONS.items()}
    top["prose"]["additionalProperties"] = False
    parts["Variant"]["properties"]["repo_id"]["anyOf"][0]["pattern"] = "^[^/]+/[^/]+$"
    parts["Variant"]["properties"]["backend"]["enum"] = [*BACKENDS, ELSEWHERE.name]
    parts["Variant"]["oneOf"] = _ways(parts["Variant"].pop("required"))
    parts["Made"]["oneOf"] = [{"required": ["id"]}, {"required": ["path"]}]
    parts["BaseModelRef"]["anyOf"] = [{"required": ["id"]}, {"required": ["path"]}]
    parts["DatasetRef"]["oneOf"] = [{"required": ["id"]}, {"required": ["path"]}]
    _one_of_names(parts["Metadata"]["properties"]["license"], LICENSES)
    parts["Metric"]["properties"]["type"]["enum"] = list(METRICS)
    metrics = parts["Evaluation"]["properties"]["metrics"]
    metrics["items"] = {"anyOf": [{"type": "string", "enum": list(METRICS)}, metrics["items"]]}
    for part in ("BaseModelRef", "Variant"):
        results = parts[part]["properties"]["results"]
        results["items"] = {"anyOf": [{"type": "string"}, results["items"]]}
    parts["Evaluation"]["properties"]["limit"]["anyOf"].insert(0, {"type": "integer", "minimum": 1})
    _one_of_names(parts["Evaluation"]["properties"]["primary"], METRICS)
    columns = parts["Evaluation"]["properties"]["columns"]
    roles = {role: use for task in TASKS.values() for role, use in task.columns.items()}
    columns["properties"] = {role: {"type": "string", "description": use} for role, use in roles.items()}
    columns["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cardgen manifest",
        **schema,
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"


def _ways(required: Collection[str]) -> list[dict[str, Any]]:
    """A variant is made here, or somebody else made it and its files say how."""
    return [
        {"required": list(required), "properties": {"made": False}},
        {"required": ["made"], "properties": dict.fromkeys(NOT_OF_MADE, False)},
    ]


def _one_of_names(value: dict[str, Any], names: Collection[str]) -> None:
    """Restrict the text in a value that may also be null."""
    for choice in value["anyOf"]:
        if choice.get("type") == "string":
            choice["enum"] = list(names)


def _drop_titles(part: Any) -> None:
    """Remove pydantic's titles, which repeat the names; a property called ``title`` is a mapping, and stays."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        for inner in part.values():
            _drop_titles(inner)
    elif isinstance(part, list):
        for inner in part:
            _drop_titles(inner)
