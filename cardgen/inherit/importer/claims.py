"""What a card says of calibration, modules in FP32 and tolerated loss, as a reported entry has it."""

from __future__ import annotations

from cardgen.inherit.document import Span
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.variants import VariantDraft
from cardgen.inherit.manifest_text import Value


def add_claims(card: SourceCard, variant: VariantDraft, entry: dict[str, Value]) -> tuple[dict[str, str], list[Span]]:
    """Add a variant's calibration and fallback to an entry.

    Returns:
        What is to be remarked beside their keys; and where the claims stand that were taken.
    """
    remarks: dict[str, str] = {}
    places: list[Span] = []
    for fallback in card.facts.fallbacks:
        if not variant.owns(fallback.subject) or "fallback_modules" in entry or variant.approach == "none":
            continue
        names = list(dict.fromkeys(name for name, _span in fallback.modules))
        if names:
            entry["fallback_modules"] = names
            places += [span for _name, span in fallback.modules]
            if fallback.count is not None:
                remarks["fallback_modules"] = f"{fallback.count}, by the card's own count"
            if fallback.count not in (None, len(names)):
                counts = f"the card counts {fallback.count} modules in FP32 and lists {len(names)}"
                entry["note"] = f"{entry['note']}; {counts}" if "note" in entry else counts
        if fallback.total is not None and fallback.total >= max(len(names), 1):
            entry["total_modules"] = fallback.total
    for loss in card.facts.losses:
        if variant.owns(loss.subject) and loss.relative and 0 < loss.limit < 1 and "tolerance" not in entry:
            entry["tolerance"] = loss.limit
            places.append(loss.span)
            remarks["tolerance"] = f"{(loss.limit * 100).normalize():f} %, relative"
    for claim in card.facts.calibrations:
        if not variant.owns(claim.subject) or "calibration" in entry:
            continue
        if variant.made is None and variant.approach in ("dynamic", "none"):  # files tell of activations alone
            continue
        told: dict[str, Value] = {
            key: getattr(claim, key) for key in ("split", "asked", "seen", "batch_size") if getattr(claim, key)
        }
        if told:
            entry["calibration"] = told
            places.append(claim.span)
    return remarks, places
