"""What others report of models whose files were read, beside scores: told apart from what the files show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.sections.quantization import reported_calibration_data, reported_calibration_samples
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape
from cardgen.card.words.wording import told
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported


def adopted_report_notes(facts: Facts) -> tuple[Markdown, ...]:
    """What each source says of such a variant beside its files: maker, calibration, loss, size of the base model."""
    notes = []
    for fact in facts.variants:
        for entries in _by_source(fact) if fact.inspected is not None else ():
            texts = dict.fromkeys(text for entry in entries for text in _texts(facts.manifest, entry))
            if texts:
                lead = f"Of {code(fact.name)}, {told(entries, 'report')} what was not checked against its files"
                notes.append(Markdown(f"{lead}: {'; '.join(texts)}."))
    return tuple(notes)


def _by_source(fact: VariantFacts) -> Iterable[list[Reported]]:
    found: dict[str, list[Reported]] = {}
    for entry in fact.reported:
        found.setdefault(entry.source.name, []).append(entry)
    return found.values()


def _texts(manifest: Manifest, entry: Reported) -> Iterator[str]:
    if entry.made_with:
        yield f"made with {escape(entry.made_with)}"
    if (calibration := entry.calibration) is not None:
        if calibration.dataset or calibration.split:
            yield f"calibration data: {reported_calibration_data(manifest, calibration)}"
        if calibration.asked is not None:
            yield f"calibration samples: {reported_calibration_samples(calibration)}"
    if entry.tolerance is not None:
        yield f"relative loss kept within {100 * entry.tolerance:g} %"
    if entry.baseline_size_mb is not None and entry.size_mb is None:
        yield f"size of the base model: {numbers.reported_megabytes(entry.baseline_size_mb)}"
