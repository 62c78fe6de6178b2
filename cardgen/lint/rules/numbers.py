"""Rules on scores: that one value is printed as one value, on one scale, wherever the card gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cardgen.card.facts.consistency import (
    same_quantity_other_scale,
)
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.words import Runtime, runtime_of
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.quantities import (
    agree,
    as_fraction,
    by_quantity,
    in_percent_by_unit,
    least_value,
    may_be_same_model,
    measure_of,
    metric_figures,
    same_measure,
    scale,
    written,
)
from cardgen.lint.rules import baselines, claims, columns, derived, labelled
from cardgen.patterns import regex

_NEAR = Decimal("0.1")

_MOST = 100
"""Figures of one metric that are compared one by one."""
_BEFORE = 60
_OTHER_SPLIT = regex(r"\b(?:validation|dev|training|train)\b[^.\n]*\Z", re.IGNORECASE)
"""Words before a figure that make it one of other samples than the table's."""
_VARIANT = regex(r"int8|int-8|8.?bit|quanti[sz]ed|static|dynamic|onnx|pytorch", re.IGNORECASE)


def _check_scales(subject: Subject) -> Iterator[Found]:
    """One finding a metric; a percent sign beside the figure makes its scale plain and needs none."""
    figures = [figure for figure in metric_figures(subject.facts) if scale(figure) and not in_percent_by_unit(figure)]
    for quantity, group in by_quantity(figures).items():
        fractions = [figure for figure in group if scale(figure) == "fraction"]
        percentages = [figure for figure in group if scale(figure) == "percent"]
        found = _same_on_both(fractions, percentages)
        same_value_twice = found is not None
        if found is None:
            tables = [[figure for figure in side if figure.place != "prose"] for side in (fractions, percentages)]
            if tables[0] and tables[1]:
                found = tables[0][0], tables[1][0]
        if found is None:
            continue
        fraction, percentage = found
        wrong, right = (fraction, percentage) if fraction.place == "metadata" else (percentage, fraction)
        what = "one value" if same_value_twice else "one metric"
        yield Found(
            wrong.span,
            f"{quantity} is {written(wrong)} {_place(wrong)} and {written(right)} {_place(right)}: "
            f"{what} on two scales",
            "write every value of a metric as a fraction, in tables, text and metadata alike",
        )


def _same_on_both(fractions: list[Figure], percentages: list[Figure]) -> tuple[Figure, Figure] | None:
    for percentage in sorted(percentages, key=lambda figure: figure.place != "metadata")[:_MOST]:
        for fraction in fractions[:_MOST]:
            if same_measure(fraction, percentage) and same_quantity_other_scale(fraction.value, percentage.value):
                return fraction, percentage
    return None


def _place(figure: Figure) -> str:
    return {"metadata": "in the metadata", "table": "in a table", "prose": "in the text"}[figure.place]


def _check_metadata_values(subject: Subject) -> Iterator[Found]:
    """A value of the metadata that no table has, or that only the baseline has."""
    tables = by_quantity(metric_figures(subject.facts, "table"))
    index = by_quantity(_model_index(subject))
    rivals_of = {quantity: _by_measure(group) for quantity, group in tables.items() if quantity in index}
    swept = {
        quantity: _different(group)
        for quantity, group in by_quantity(figure for row in subject.facts.sweep for figure in row.figures).items()
    }
    datasets = {quantity: {figure.dataset for figure in group} for quantity, group in index.items()}
    for figure in (figure for quantity in tables for figure in index.get(quantity, ())):
        if _runtime(figure) is None and len(datasets[figure.quantity]) < len(index[figure.quantity]):
            continue  # several values on one dataset, with nothing to tell what each belongs to
        by_dataset = rivals_of[figure.quantity].get(measure_of(figure), {})
        fitting: tuple[str | None, ...] = (figure.dataset,)
        if len(datasets[figure.quantity]) == 1:
            fitting = (None, figure.dataset) if figure.dataset else tuple(by_dataset)
        rivals = [other for dataset in dict.fromkeys(fitting) for other in by_dataset.get(dataset, ())]
        if len(rivals) > _MOST or len(swept.get(figure.quantity, ())) > _MOST:
            continue  # of so many, some are of what the card tells apart in another way
        rivals.sort(key=lambda other: other.span)
        model = figure.subject._replace(runtime=_runtime(figure))
        own = [other for other in rivals if may_be_same_model(model, other.subject)]
        if not own or any(agree(figure, other) for other in (*own, *swept.get(figure.quantity, ()))):
            continue
        baseline = next((other for other in rivals if other.subject.baseline and agree(figure, other)), None)
        if baseline:
            yield Found(
                figure.span,
                f"{figure.quantity} is {written(figure)} in the metadata, which is the FP32 model's value; "
                f"this model's is {_listing(own)}",
                f"write {_listing(own)}: the metadata speaks of the model in this repository",
            )
        elif any(_near(figure, other) for other in own):
            yield Found(
                figure.span,
                f"{figure.quantity} is {written(figure)} in the metadata and {_listing(own)} in the tables",
                "find out which is right, and write it in both places",
            )


def _check_text_values(subject: Subject) -> Iterator[Found]:
    """A value in running text that is near the table's for the same model, and is not it."""
    told = metric_figures(subject.facts, "prose")
    in_prose = {figure.quantity for figure in told}
    rivals_of: dict[object, dict[str | None, list[Figure]]] = {}
    for quantity, group in by_quantity(metric_figures(subject.facts, "table")).items():
        if quantity not in in_prose:
            continue
        rivals_of |= {(quantity, measure): there for measure, there in _by_measure(group).items()}
    for figure in told:
        by_dataset = rivals_of.get((figure.quantity, measure_of(figure)), {})
        fitting = (None, figure.dataset) if figure.dataset else tuple(by_dataset)
        rivals = [other for dataset in fitting for other in by_dataset.get(dataset, ())[: _MOST + 1]]
        own = [
            other
            for other in rivals
            if other.dataset == figure.dataset and may_be_same_model(figure.subject, other.subject)
        ]
        if len(rivals) > _MOST or len({as_fraction(other) for other in own}) != 1:
            continue
        if any(agree(figure, other) for other in rivals):
            continue
        before = subject.document.source[max(0, figure.span.start - _BEFORE) : figure.span.start]
        if _near(figure, own[0]) and not _OTHER_SPLIT.search(before):
            yield Found(
                figure.span,
                f"{figure.quantity} is {written(figure)} in the text and {written(own[0])} in a table",
                "find out which is right, and write it in both places",
            )


def _by_measure(figures: Iterable[Figure]) -> dict[object, dict[str | None, list[Figure]]]:
    """Figures by what they measure and on what, those alike in model and value once."""
    found: dict[object, dict[str | None, list[Figure]]] = {}
    for figure in _different(figures):
        found.setdefault(measure_of(figure), {}).setdefault(figure.dataset, []).append(figure)
    return found


def _different(figures: Iterable[Figure]) -> list[Figure]:
    """Without those that say again what another says of a model on a dataset."""
    return list({(f.label, f.subject, f.value, f.unit, f.dataset): f for f in reversed(list(figures))}.values())[::-1]


def _near(first: Figure, second: Figure) -> bool:
    one, other = as_fraction(first), as_fraction(second)
    return abs(one - other) <= _NEAR * max(abs(one), abs(other))


def _listing(figures: Iterable[Figure]) -> str:
    return " or ".join(dict.fromkeys(written(figure) for figure in figures))


def _model_index(subject: Subject) -> list[Figure]:
    figures = metric_figures(subject.facts, "metadata")
    return [figure for figure in figures if figure.metadata_path[:1] == ("model-index",)]


def _runtime(figure: Figure) -> Runtime | None:
    """Of a value in model-index, whose own name tells it; what the rest of the card speaks of does not."""
    return runtime_of(figure.label)


def _check_variants_listed(subject: Subject) -> Iterator[Found]:
    """A variant's figure that model-index leaves out although it has another variant's for the same measure."""
    index = by_quantity(_model_index(subject))
    tables = by_quantity(figure for figure in metric_figures(subject.facts, "table") if not figure.subject.baseline)
    entries = [
        (figure, [other for other in values if same_measure(figure, other)])
        for quantity, values in index.items()
        if len(values) <= _MOST
        for figure in tables.get(quantity, [])[:_MOST]
    ]
    is_listed = [any(agree(figure, value) for value in rivals) for figure, rivals in entries]
    known = [figure for (figure, _rivals), there in zip(entries, is_listed, strict=True) if there]
    reported = set()
    for (figure, rivals), there in zip(entries, is_listed, strict=True):
        listed = [
            other
            for other in known
            if same_measure(figure, other) and other.dataset == figure.dataset and other.subject != figure.subject
        ]
        key = (figure.quantity, figure.subject)
        if there or not listed or key in reported:
            continue
        if not (figure.subject.runtime or _VARIANT.search(figure.subject.label)):
            continue
        if any(_runtime(value) and _runtime(value) == figure.subject.runtime for value in rivals):
            continue  # it is listed, with another value: that is another rule's finding
        reported.add(key)
        yield Found(
            figure.span,
            f"the {figure.quantity} of {_called(figure)} ({written(figure)}) is missing from model-index, "
            f"which lists that of {_called(listed[0])}",
            "list every variant there, each under a metric name of its own",
        )


def _called(figure: Figure) -> str:
    """A variant by its label, and by its runtime, where that tells it from others of the same label."""
    runtime = {"onnx": "ONNX", "pytorch": "PyTorch", None: ""}[figure.subject.runtime]
    known = not runtime or runtime.lower() in figure.subject.label.lower()
    return figure.subject.label if known else f"{figure.subject.label} in {runtime}"


def _check_ranges(subject: Subject) -> Iterator[Found]:
    for group in by_quantity(metric_figures(subject.facts)).values():
        values = {figure.value for figure in group}
        no_fractions = {figure.value for figure in group if figure.value and scale(figure) != "fraction"}
        for figure in group:
            least = least_value(figure.quantity)
            if least is None or least <= figure.value <= 1:
                continue
            if figure.value > 100 or figure.value < least * 100:
                end = f"beyond {least:f} to 1, and beyond {least * 100:f} to 100 in percent"
            elif scale(figure) is None and figure.value > 1 and len(values) > 1 and no_fractions == {figure.value}:
                end = f"above 1, and the other values of {figure.quantity} are fractions"
            else:
                continue
            yield Found(
                figure.span,
                f"{figure.quantity} cannot be {written(figure)}: it is {end}",
                "correct the value",
            )


RULES: tuple[Rule, ...] = (
    Rule("two-scales", "error", "A metric in percent in one place and as a fraction in another.", _check_scales),
    Rule("metadata-value", "error", "A score in model-index that is not the tables' one.", _check_metadata_values),
    Rule("text-value", "warning", "A score in running text that is not the table's one.", _check_text_values),
    Rule("variant-unlisted", "warning", "A variant whose score model-index leaves out.", _check_variants_listed),
    Rule("metric-range", "error", "A score outside the range of its metric.", _check_ranges),
    *baselines.RULES,
    *derived.RULES,
    *claims.RULES,
    *labelled.RULES,
    *columns.RULES,
)
