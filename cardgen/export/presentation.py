"""What ``cardgen export --json`` prints: frozen types, which are also the published schema."""

from __future__ import annotations

import json
from typing import Any, Literal

from cardgen.export.formats import FOLDER, FORMATS
from cardgen.export.model import Document, Export
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.publish import ExportFormat
from cardgen.records.frozen import Frozen


class ExportedDocument(Frozen):
    """One file of the format."""

    path: str
    """Where it lies beside the card, and in the repository, if the manifest publishes it."""
    target: str
    """Where ``--output`` writes it, relative to that folder."""
    document: dict[str, Any]
    """The file, whose own format says what it holds."""


class LeftOutOfFormat(Frozen):
    """What the card says and the format has no place for."""

    what: str
    why: str


class ExportReport(Frozen):
    """The evidence of one repository in one format."""

    version: Literal[1] = 1
    manifest: str
    """Name of the manifest."""
    repo_id: str
    format: ExportFormat
    format_version: str
    documents: tuple[ExportedDocument, ...]
    left_out: tuple[LeftOutOfFormat, ...]


def target_of(part: LoadedManifest, document: Document) -> str:
    """Where a document goes in a folder, which may take those of several manifests."""
    own = f"{part.name}-{part.variant}" if part.variant else part.name
    return document.target or f"{own}.{document.name.partition('.')[2]}"


def report_of(part: LoadedManifest, name: ExportFormat, export: Export) -> ExportReport:
    """An export for programs."""
    return ExportReport(
        manifest=part.name,
        repo_id=part.repo_id,
        format=name,
        format_version=FORMATS[name].version,
        documents=tuple(
            ExportedDocument(path=f"{FOLDER}/{each.name}", target=target_of(part, each), document=each.content)
            for each in export.documents
        ),
        left_out=tuple(LeftOutOfFormat(what=each.what, why=each.why) for each in export.left_out),
    )


def export_schema_text() -> str:
    """The JSON Schema of an entry of the list, as text that ends with a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ExportReport.model_json_schema(mode="serialization"),
        "title": "Evidence in another format",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
