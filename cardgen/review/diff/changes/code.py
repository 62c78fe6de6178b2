"""The code that a card prints to load a variant."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.catalog.snippets import has_snippet
from cardgen.plan.layout import printed_snippet
from cardgen.review.diff.change import Change
from cardgen.review.diff.changes.moved import in_both, replaced
from cardgen.review.diff.facts.picture import Picture, Subject


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """How variants are loaded, and were: what was run, where something was."""
    for one, other in in_both(old, new):
        if one.fits is False or other.fits is False:
            continue  # nothing is printed of what nothing stands behind
        code = [_run(each) for each in (one, other)]
        if None in code:
            code = [_printed(old, one), _printed(new, other)]
        yield from replaced("code-changed", f"{one.place}.code", *code, variant=one.name)


def _run(subject: Subject) -> str | None:
    return subject.chain.code if subject.chain else None


def _printed(picture: Picture, subject: Subject) -> str | None:
    """Whatever repository it loads from: that it is another one is told once."""
    manifest, evidence = picture.state.manifest, picture.evidence
    if manifest is None or subject.is_run or subject.name not in manifest.variants:
        return None
    if not has_snippet(manifest.task, manifest.variants[subject.name].backend):
        return None
    base = evidence.resolutions.get("base_model") if evidence else None
    return printed_snippet(manifest, subject.name, base, "owner/repository", own_layout=subject.chain is not None)
