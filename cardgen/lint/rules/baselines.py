"""Rules on the FP32 model: that there is one of it, and that what is said of the loss against it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import islice

from cardgen.card.facts.consistency import (
    SIZE_OVERHEAD,
    least_loss,
    loss_exceeds,
    relative_loss,
    same_value,
    size_readings,
    sizes_apart,
)
from cardgen.inherit.document import Span
from cardgen.inherit.facts.model import Figure, LossClaim
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.pairs import Pair, pairs
from cardgen.lint.reading.quantities import (
    as_fraction,
    by_quantity,
    digits,
    higher_is_better,
    is_metric,
    label_words,
    least_value,
    lower_prose,
    measure_of,
    metric_figures,
    size_figures,
    table_finder,
    written,
)
from cardgen.patterns import regex

LARGE_GAIN = Decimal("0.05")
"""Relative gain of INT8 over FP32 beyond which a slip is likelier than luck."""
_MOST = 100
"""Earlier figures that one is held against."""
_EXPLAINED = regex(
    r"\b(?:same|each|own|respective(?:ly)?|per)\b[^.\n]{0,40}\b(?:runtime|framework|format|baseline)s?\b"
)


def _check_baselines(subject: Subject) -> Iterator[Found]:
    """Two figures for one FP32 model, in two tables or for two runtimes, without a word on why."""
    figures = (*metric_figures(subject.facts, "table"), *size_figures(subject.facts))
    baselines = [figure for figure in figures if figure.subject.baseline and figure.place == "table"]
    if len(baselines) < 2 or _EXPLAINED.search(lower_prose(subject.document)):
        return
    table_of = table_finder(subject.document)
    for quantity, group in by_quantity(baselines).items():
        found = _first_apart(group, table_of)
        if found:
            figure, other = found
            yield Found(
                figure.span,
                f"the FP32 model's {quantity} is {written(figure)} here and {written(other)} elsewhere, "
                f"unexplained{_in_mebibytes(figure, other)}",
                "say how the two were measured, such as each in its own runtime, or give one of them",
            )


def _first_apart(group: Iterable[Figure], table_of: Callable[[Span], int]) -> tuple[Figure, Figure] | None:
    """The first figure that an earlier one of its measure contradicts, in another table or for another runtime.

    Of what one table says in many ways, what stands first is held against the others.
    """
    earlier: dict[object, dict[tuple[int, object], dict[tuple[Decimal, str], Figure]]] = {}
    for figure in group:
        measure = figure.dataset, measure_of(figure), label_words(figure)
        place = table_of(figure.span), figure.subject.runtime
        places = earlier.setdefault(measure, {})
        others = (known for there, said in places.items() if there != place for known in said.values())
        for other in islice(others, _MOST):
            if _apart(other, figure):
                return figure, other
        places.setdefault(place, {}).setdefault((figure.value, figure.unit), figure)
    return None


def _apart(first: Figure, second: Figure) -> bool:
    if first.value == second.value and (first.unit, first.label) == (second.unit, second.label):
        return False  # as nearly all are, where many tables repeat a baseline
    if is_metric(first):
        one, other = as_fraction(first), as_fraction(second)
        return not same_value(one, other)
    return first.unit.lower() == second.unit.lower() and sizes_apart(first.value, second.value)


def _in_mebibytes(first: Figure, second: Figure) -> str:
    """Why two sizes differ, where it is that one of them counts MiB."""
    if is_metric(first):
        return ""
    less, more = sorted((first, second), key=lambda figure: figure.value)
    read = size_readings(less.value, less.unit)[-1:]
    if not read or read[0].system != "binary" or first.unit != second.unit:
        return ""
    fits = any(
        reading.system == "decimal"
        and read[0].high >= reading.low * (1 - SIZE_OVERHEAD)
        and read[0].low <= reading.high * (1 + SIZE_OVERHEAD)
        for reading in size_readings(more.value, more.unit)
    )
    return f": {digits(less.value)} seems to count MiB" if fits else ""


def _check_losses(subject: Subject) -> Iterator[Found]:
    compared = pairs(subject.document, metric_figures(subject.facts))
    kindest: dict[tuple[object, bool], tuple[Pair, Pair] | None] = {}
    """By what a claim speaks of: the first pair that it is of, and the one that breaks it last."""
    for claim in subject.facts.losses:
        key = claim.subject.runtime, claim.relative
        if key not in kindest:
            meant = [pair for pair in compared if _claim_speaks_of(claim, pair)]
            kindest[key] = (meant[0], min(meant, key=partial(_least_loss, claim))) if meant else None
        told = kindest[key]
        if told is None or not _breaks(claim, told[1]):
            continue
        pair = told[0]
        better = higher_is_better(pair.figure.quantity)
        assert better is not None
        value, baseline = as_fraction(pair.figure), as_fraction(pair.baseline)
        loss = relative_loss(value, baseline, higher_is_better=better) if claim.relative else abs(baseline - value)
        sort = "relative" if claim.relative else "absolute"
        yield Found(
            claim.span,
            f"a {sort} loss of at most {_percent(claim.limit)} is claimed, and {pair.figure.quantity} "
            f"{written(pair.figure)} against {written(pair.baseline)} is a loss of {_percent(loss)}",
            "correct the claim or the figures",
        )


def _claim_speaks_of(claim: LossClaim, pair: Pair) -> bool:
    runtime = pair.figure.subject.runtime
    quantity = pair.figure.quantity
    known = higher_is_better(quantity) is not None and pair.baseline.value != 0
    points = claim.relative or least_value(quantity) is not None
    return known and points and (claim.subject.runtime is None or runtime is None or claim.subject.runtime == runtime)


def _breaks(claim: LossClaim, pair: Pair) -> bool:
    better = higher_is_better(pair.figure.quantity)
    value, baseline = as_fraction(pair.figure), as_fraction(pair.baseline)
    return better is not None and loss_exceeds(
        value, baseline, claim.limit, relative=claim.relative, higher_is_better=better
    )


def _least_loss(claim: LossClaim, pair: Pair) -> Decimal:
    better = higher_is_better(pair.figure.quantity)
    assert better is not None
    value, baseline = as_fraction(pair.figure), as_fraction(pair.baseline)
    return least_loss(value, baseline, relative=claim.relative, higher_is_better=better)


def _percent(fraction: Decimal) -> str:
    return f"{digits(fraction * 100, places=2)} %"


def _check_gains(subject: Subject) -> Iterator[Found]:
    for pair in pairs(subject.document, metric_figures(subject.facts)):
        better = higher_is_better(pair.figure.quantity)
        value, baseline = as_fraction(pair.figure), as_fraction(pair.baseline)
        least = least_value(pair.figure.quantity)
        if better is None or baseline == 0 or (least is not None and not least <= value <= 1):
            continue  # a score that cannot be is another rule's finding
        if loss_exceeds(baseline, value, LARGE_GAIN, relative=True, higher_is_better=better):
            gain = -relative_loss(value, baseline, higher_is_better=better)
            yield Found(
                pair.figure.span,
                f"{pair.figure.quantity} is {written(pair.figure)} quantized and {written(pair.baseline)} not: "
                f"quantization rarely improves a model by as much as {_percent(gain)}",
                "look whether columns are swapped, or whether the two were scored on the same samples",
            )


RULES: tuple[Rule, ...] = (
    Rule("baselines-differ", "warning", "Two figures for one FP32 model, unexplained.", _check_baselines),
    Rule("loss-claim", "error", "A claimed bound on the loss that the figures break.", _check_losses),
    Rule("implausible-gain", "warning", "A quantized model that scores far better than its baseline.", _check_gains),
)
