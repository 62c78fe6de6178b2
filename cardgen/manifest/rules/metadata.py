"""What must hold for a card's front matter."""

from __future__ import annotations

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.languages import language_fault
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.manifest.model import Metadata
from cardgen.manifest.places import Findings, Path

WRITTEN_BY_CARDGEN = {
    "base_model": "it is what `base_model` at the top level says",
    "base_model_relation": "it follows from what was done to the base model",
    "metrics": "they are those of `evaluation.metrics`",
    "model-index": "its figures are those that were measured",
    "pipeline_tag": "it is what `task` says",
}
"""Keys of front matter that a manifest may not hold, with the reason."""

PASSED_ON = ("inference", "language_bcp47", "library_name", "new_version", "thumbnail", "widget")
"""Keys that the Hub knows and cardgen passes on; other keys are passed on too, unless they look like a slip."""

_LIKE_A_SLIP = 0.8
"""Likeness from which an unknown key counts as a misspelt one: `licence`, `languages`, `tag`."""


def check_metadata(metadata: Metadata, findings: Findings) -> None:
    """Check the front matter."""
    path: Path = ("metadata",)
    _check_license(metadata, findings)
    for index, code in enumerate(metadata.language):
        if fault := language_fault(code):
            findings.add((*path, "language", index), f"`{code}` {fault[0]}", fault[1])
    for index, dataset in enumerate(metadata.datasets):
        if fault := id_fault(dataset):
            findings.add((*path, "datasets", index), f"`{dataset}` {fault[0]}", fault[1])
    for key in ("language", "datasets", "tags"):
        seen: set[str] = set()
        for index, item in enumerate(getattr(metadata, key)):
            if item in seen:
                findings.add((*path, key, index), f"`{item}` is given twice", "keep one")
            seen.add(item)
    own = tuple(Metadata.model_fields)
    for key in metadata.model_extra or {}:
        meant = nearest(key, (*own, *WRITTEN_BY_CARDGEN, *PASSED_ON), cutoff=_LIKE_A_SLIP)
        if meant in WRITTEN_BY_CARDGEN:
            findings.add((*path, key), f"is written by cardgen: {WRITTEN_BY_CARDGEN[meant]}", "leave it out", at="key")
        elif meant is not None and meant != key:
            findings.add((*path, key), "is not a key that the Hub knows", f"did you mean `{meant}`?", at="key")


def _check_license(metadata: Metadata, findings: Findings) -> None:
    path: Path = ("metadata", "license")
    if metadata.license is not None and metadata.license not in LICENSES:
        message = f"`{metadata.license}` is not a licence identifier of the Hub"
        remedy = remedy_for(metadata.license, LICENSES)
        findings.add(path, message, remedy or "one that is not listed there is `other`, with license_name")
    for key in ("license_name", "license_link"):
        given = getattr(metadata, key) is not None
        at: Path = ("metadata", key)
        if metadata.license == "other" and not given:
            findings.add(at, "is missing", "`license: other` needs license_name and license_link")
        elif given and metadata.license is None:
            findings.add(at, "only goes with a `license`", "name the licence, or leave it out", at="key")
        elif given and key == "license_name" and metadata.license != "other" and findings.sound(path):
            findings.add(at, "only goes with `license: other`", "leave it out, or change the licence", at="key")
