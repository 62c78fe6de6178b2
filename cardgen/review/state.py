"""A state of a card: what is compared, wherever it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence


@dataclass(frozen=True)
class State:
    """One card as it is, or was, at one place: in a folder, at a revision of git, on the Hub.

    It is nothing but data: all that lay in files was read, so that what compares two states asks nobody for more.
    """

    name: str
    """The manifest's stem, which is the name of the card's folder; the repository's name for what lies on the Hub."""
    label: str
    """What the reader called it: ``cards/bart-cnn``, ``main:manifests/bart-cnn.yaml``, ``hub:owner/name@v2``."""
    manifest: Manifest | None = None
    """``None`` where there is only what was made from it."""
    prose: Mapping[str, str] | None = None
    """The manifest's words by section of the card, those in files read at the same place; ``None`` where nobody can
    say, as there is no manifest, or it lies on the Hub without the files that it names."""
    template: str | None = None
    """Text of the manifest's own template, where it names one."""
    evidence: Evidence | None = None
    """``None`` where the card was not built yet, or is none of cardgen's."""
    evidence_edited: bool = False
    """Whether the evidence has not the hash that it was written with: somebody typed in it."""
    card: str | None = None
    """Text of README.md as it lies there, with LF line ends."""
    card_edited: bool = False
    """Whether the card has not the hash that it was written with; a card that is not there is edited by nobody."""
    path: Path | None = None
    """The manifest as a user here would name it, by which findings are placed; it need not lie on the disk."""
    root: Path | None = None
    """The project root, in whose store answers may be; ``None`` where there is no project."""
    sha256: Mapping[str, str] = field(default_factory=dict)
    """``manifest``, ``evidence`` and ``card`` to SHA-256 of the file's text, in UTF-8 with LF line ends."""
