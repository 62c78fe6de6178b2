"""Compares two states that people name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cardgen.errors import ComparisonError
from cardgen.review.diff.change import Comparison, Severity
from cardgen.review.diff.compare import DEFAULTS, compare
from cardgen.review.settings import Settings, read_settings
from cardgen.review.sides.files import Disk
from cardgen.review.sides.hub import Hub
from cardgen.review.sides.named import state_of


def project_settings() -> Settings:
    """The settings of the project here.

    Raises:
        SettingsError: where they are faulty.
    """
    disk = Disk()
    return read_settings(disk, disk.project_root(Path.cwd() / "manifest"))


def _no_hub() -> Hub:
    raise ComparisonError("no Hub was given to read from", remedy="Pass `hub`, such as `cardgen.publish.hub.Hub`.")


def diff(
    old: str | Path,
    new: str | Path,
    severities: Mapping[str, Severity] = DEFAULTS,
    *,
    hub: Callable[[], Hub] = _no_hub,
) -> Comparison:
    """What changed in meaning between two states of a card.

    Args:
        old: a card's folder, an evidence file, a manifest, ``REV:path`` or ``hub:owner/name[@revision]``.
        new: the same.
        severities: the project's own, by rule; else those of the table of rules.
        hub: gives the Hub, where a side is on it.

    Returns:
        The changes, the worst first; an error in the comparison where both can be read but not be compared.

    Raises:
        ComparisonError: where there is nothing of that name, or it is no card.
        EvidenceError: where the evidence cannot be read.
        ManifestError: where the manifest is faulty.
        HubError: where the Hub does not give it.
    """
    return compare(state_of(str(old), hub), state_of(str(new), hub), severities)
