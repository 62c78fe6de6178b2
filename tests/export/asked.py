"""Asks the formats' own schemas, and what their schemas cannot say, whether a document is one of theirs."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import jsonschema
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from cardgen.card.assemble import card_place
from cardgen.export.beside import export_evidence
from cardgen.export.model import Export
from cardgen.export.sources import dump_document
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.publish import ExportFormat
from cardgen.records.evidence import Evidence

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "every_eval_ever-0.3.0.json").read_text(encoding="utf-8"))
_EEE = jsonschema.Draft7Validator(SCHEMA)
_CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_7)
_TARGET = re.compile(
    r"data(/(?!(?i:data/|(?:con|aux|nul|com\d)[./]))[^/<>:\"\\|?*\x00-\x1f]*[^/<>:\"\\|?*\x00-\x1f. ]){3}"
    r"/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.json"
)


def exported(loaded: LoadedManifest, evidence: Evidence, name: ExportFormat) -> Export:
    """An export whose documents are all valid."""
    export = export_evidence(loaded, evidence, card_place(loaded), name)
    assert len({document.name for document in export.documents}) == len(export.documents)
    for document in export.documents:
        content = json.loads(dump_document(document.content))
        if name == "cyclonedx":
            check_cyclonedx(content)
        else:
            check_every_eval_ever(content)
            assert _TARGET.fullmatch(document.target), document.target
    return export


def check_every_eval_ever(document: dict[str, Any]) -> None:
    """Hold a document against the schema, and against what the format's own validator asks beyond that."""
    _EEE.validate(document)
    assert document["evaluation_results"]
    assert len({result["evaluation_result_id"] for result in document["evaluation_results"]}) == len(
        document["evaluation_results"]
    )
    for result in document["evaluation_results"]:
        metric, score = result["metric_config"], result["score_details"]["score"]
        assert math.isfinite(score)
        if metric.get("score_type") == "continuous":
            assert float(metric["min_score"]) <= score <= float(metric["max_score"])


def check_cyclonedx(document: dict[str, Any]) -> None:
    """Hold a bill against the schema, and its references against its components."""
    fault = _CYCLONEDX.validate_str(json.dumps(document))
    assert fault is None, fault
    refs = list(_refs(document))
    assert len(refs) == len(set(refs))
    needed = [ref for each in document["dependencies"] for ref in (each["ref"], *each["dependsOn"])]
    assert set(needed) <= set(refs)
    for each in _named(document, "datasets"):
        assert {data["ref"] for data in each} <= set(refs)
    for each in _named(document, "purl"):
        assert PackageURL.from_string(each).to_string() == each


def _refs(value: Any) -> list[str]:
    return [ref for ref in _named(value, "bom-ref") if isinstance(ref, str)]


def _named(value: Any, key: str) -> list[Any]:
    """Every value under a key, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value[key]] if isinstance(value, dict) and key in value else []
    return found + [each for one in inner for each in _named(one, key)]
