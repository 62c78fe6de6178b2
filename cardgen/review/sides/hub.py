"""The side of a comparison that is published on the Hub, which is only read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from cardgen.catalog.hub_names import id_fault, revision_fault
from cardgen.errors import ComparisonError, ManifestError
from cardgen.manifest.load import check_text, decode
from cardgen.manifest.places import Findings
from cardgen.review.sides.read import sha256_of, with_texts
from cardgen.review.state import State

HUB = "hub:"
"""What a side on the Hub begins with."""
_EVIDENCE, _CARD, _MARKER = "evidence.json", "README.md", ".cardgen.json"


class Hub(Protocol):
    """What is asked of the Hub; each method raises :class:`cardgen.errors.HubError`."""

    def commit_at(self, repo_id: str, revision: str | None) -> str:
        """The commit that a revision of a model repository is at; the default branch where none is given."""

    def texts(self, repo_id: str, commit: str, names: Collection[str]) -> Mapping[str, bytes]:
        """The content of those of the named files that a commit has."""


def state_on_hub(named: str, hub: Hub) -> State:
    """The state of a published card.

    Args:
        named: ``owner/name``, with ``@revision`` or without.
        hub: where to read.

    Raises:
        ComparisonError: where that is no name on the Hub, or what cardgen publishes is not there.
        EvidenceError: where the evidence cannot be read.
        HubError: where the Hub does not give it.
    """
    repo_id, at, revision = named.partition("@")
    label = f"{HUB}{named}"
    fault = id_fault(repo_id) or (revision_fault(revision) if at else None)
    if fault:
        raise ComparisonError(f"`{label}` {fault[0]}", remedy="Write `hub:owner/name` or `hub:owner/name@revision`.")
    commit = hub.commit_at(repo_id, revision or None)
    texts = hub.texts(repo_id, commit, (_EVIDENCE, _CARD, _MARKER))
    if _EVIDENCE not in texts:
        remedy = "Compare what `cardgen push` has published, or name another revision."
        raise ComparisonError(f"{label} has no evidence.json, so it is no card of cardgen's", remedy=remedy)
    name = _name(texts.get(_MARKER)) or repo_id.rpartition("/")[2]
    state = State(name, label)
    manifests = hub.texts(repo_id, commit, (f"{name}.yaml", f"{name}.yml"))
    for file, content in manifests.items():
        state = _with_manifest(state, f"{label}/{file}", content)
    state = with_texts(state, texts[_EVIDENCE], texts.get(_CARD), f"{label}/{_EVIDENCE}")
    return replace(state, card_edited=_edited(texts.get(_CARD), texts.get(_MARKER)))


def _with_manifest(state: State, file: str, content: bytes) -> State:
    """The state with its manifest, but for the prose in files, which are not published with it."""
    findings = Findings(file)
    text = decode(content, findings)
    if text is None:
        raise ManifestError(tuple(findings))
    manifest, _words = check_text(text, Path(), findings, read=None)
    return State(state.name, state.label, manifest=manifest, sha256={"manifest": sha256_of(content)})


def _edited(card: bytes | None, marker: bytes | None) -> bool:
    """Whether a card is another one than was pushed: what is published has no hash of its own."""
    kept = _in_marker(marker, "files", _CARD, "sha256")
    return card is not None and kept is not None and kept != hashlib.sha256(card).hexdigest()


def _name(marker: bytes | None) -> str | None:
    """The name of the manifest that was published, by the file that cardgen knows its own work by."""
    name = _in_marker(marker, "manifest")
    return name if name is not None and name.isprintable() and "/" not in name else None


def _in_marker(marker: bytes | None, *keys: str) -> str | None:
    """A text in the file that a push leaves; ``None`` where there is none."""
    try:
        found: Any = json.loads(marker or b"")
    except ValueError:
        return None
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None
