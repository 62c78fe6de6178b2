"""Canonical JSON and the fingerprints taken over it.

The form follows RFC 8785 in what cardgen uses of JSON: keys sorted, no white space, UTF-8, no NaN or infinity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """The one byte string that stands for ``value``.

    Raises:
        ValueError: for NaN or an infinity, which JSON cannot say.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(value: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of ``value``, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
