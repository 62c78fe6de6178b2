"""What the Hub does not take of a card's metadata, at the manifest's line that decides it."""

from __future__ import annotations

from cardgen.card.metadata.manifest_keys import EVIDENCE, manifest_key
from cardgen.errors import HubError, Problem, shown
from cardgen.manifest.load import place_of_key
from cardgen.manifest.model import LoadedManifest
from cardgen.patterns import regex
from cardgen.publish.hub.errors import MetadataRejectedError

_FAULT = regex(r'"([^"\s]+)" (.+)')
"""As the Hub writes one: a path in quotes, then what is wrong there."""


def at_its_line(loaded: LoadedManifest, rejected: MetadataRejectedError) -> HubError:
    """The same refusal, each fault with the file, line and key that decide what the Hub does not take."""
    problems = tuple(_problem(loaded, " ".join(fault.split())) for fault in rejected.faults)
    lines = "\n".join(str(problem) for problem in problems)
    return HubError(
        f"The Hub does not accept the metadata of {loaded.repo_id}. Nothing was changed.\n{lines}",
        remedy=f"Correct it and build again: cardgen build {shown(loaded.path)}",
    )


def _problem(loaded: LoadedManifest, fault: str) -> Problem:
    found = _FAULT.fullmatch(fault)
    key = manifest_key(found[1]) if found else None
    if found is None or key is None:
        return Problem(shown(loaded.path), None, None, "", f"the Hub says: {fault}")
    line, column = place_of_key(loaded, key) or (None, None)
    remedy = "" if key == EVIDENCE else f"`{key}` decides it."
    return Problem(shown(loaded.path), line, column, found[1], f"the Hub says: {found[2]}", remedy)
