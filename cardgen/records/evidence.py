"""The set of outcomes that one card is rendered from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from cardgen.records.environment import Environment
from cardgen.records.frozen import Frozen
from cardgen.records.imported import ImportedRecord
from cardgen.records.inputs import Resolution, Source
from cardgen.records.inspected import InspectedRecord
from cardgen.records.record import DoneRecord, ReportedRecord

FORMAT: Final = 4
"""Version of the JSON of evidence."""


class InheritedCard(Frozen):
    """The base model's card, as it was taken over."""

    source: Source
    text: str


class Evidence(Frozen):
    """Everything that one card is rendered from."""

    format: Literal[3, 4] = FORMAT
    """Of the file that it was read from."""
    cardgen: str
    """Version of cardgen that gathered it."""
    resolutions: dict[str, Resolution] = {}
    """``base_model``, ``evaluation`` and ``calibration.<variant>`` to what they meant; empty where nothing was run."""
    environments: dict[str, Environment] = {}
    """Backend name to the environment that ran it."""
    measured: tuple[str, ...] = ()
    """Names of the variants that were run, and ``benchmark.grid`` where its runs were."""
    records: tuple[DoneRecord, ...] = ()
    """In plan order when they were gathered; those of a variant together when they were read."""
    reported: tuple[ReportedRecord, ...] = ()
    """In the manifest's order."""
    inspected: tuple[InspectedRecord, ...] = ()
    """Of the variants that somebody else made, in the manifest's order, and of their base model first."""
    imported: tuple[ImportedRecord, ...] = ()
    """Of results files: the base model's first, then those of each variant, in the manifest's order."""
    inherited: InheritedCard | None = None
    written: Mapping[str, str] = {}
    """Of a file of format 3, and else empty: path, relative to the card's folder, to SHA-256 of the text (UTF-8, LF) of
    each file that was written with it. What is written now has its hash itself (``cardgen.records.signed``)."""

    def inspected_of(self, variant: str | None) -> InspectedRecord | None:
        """What was read in a variant's files; with ``None``, in the base model's."""
        return next((record for record in self.inspected if record.variant == variant), None)
