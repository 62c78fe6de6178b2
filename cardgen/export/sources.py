"""What exports are told apart by, made of the evidence alone: no clock and no chance goes into a document."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cardgen.card.facts.joined import Facts
from cardgen.records.canonical import fingerprint

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:cardgen:export")


def content_uuid(content: Mapping[str, Any]) -> uuid.UUID:
    """A UUID (version 5, RFC 9562) of what a document says: another one wherever it says anything else."""
    return uuid.uuid5(_NAMESPACE, fingerprint(content))


def content_uuid4(content: Mapping[str, Any]) -> uuid.UUID:
    """The same in the form of version 4, for formats that take no other: its digits come from a hash."""
    return uuid.UUID(bytes=hashlib.sha256(fingerprint(content).encode()).digest()[:16], version=4)


def last_measured(facts: Facts) -> str | None:
    """When the last step of the evidence began, as it stands there; ``None`` where nothing was measured."""
    return max((record.started for record in facts.evidence.records), default=None)


def epoch(moment: str | None) -> str | None:
    """A time of ISO 8601 in seconds since 1970; ``None`` of what is no whole date."""
    if moment is None:
        return None
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return str(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))


def given(content: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of some keys: absent, empty ones are left out."""
    return {key: value for key, value in content.items() if value is not None and value not in ("", [], {})}


def dump_document(content: Mapping[str, Any]) -> str:
    """A document as text."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
