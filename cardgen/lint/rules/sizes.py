"""Rules on sizes: that a model of this shape, with these modules in FP32, can be as large as the card says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cardgen.card.facts.consistency import (
    SizeReading,
    fp32_bytes,
    fp32_reading,
    least_int8_bytes,
    same_value,
    saves_nothing,
    size_below,
    size_readings,
)
from cardgen.card.facts.shapes import fp32_weights
from cardgen.card.words.numbers import megabytes
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.words import Runtime
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.naming import names_another
from cardgen.lint.reading.pairs import pairs
from cardgen.lint.reading.quantities import fitting_runtimes, prose, size_figures, written
from cardgen.lint.reading.shapes import Fallbacks, is_plain_int8, known_architecture
from cardgen.lint.rules import parameters

_MOST = 100
"""Different sizes in tables that a size in running text is held against."""


def _check_bound(subject: Subject) -> Iterator[Found]:
    """A lower bound that no file can undercut: see :func:`cardgen.card.facts.consistency.least_int8_bytes`."""
    shape = known_architecture(subject.facts)
    sizes = [figure for figure in size_figures(subject.facts) if not figure.subject.baseline]
    if shape is None or not sizes or not is_plain_int8(prose(subject.document)):
        return
    fallbacks = Fallbacks(subject.facts)
    weights: dict[frozenset[str], int] = {}
    for figure in _first_of_each(sizes):
        names = fallbacks.modules(figure.subject)
        if names not in weights:
            weights[names] = fp32_weights(shape, names)
        least = least_int8_bytes(shape.parameters, weights[names])
        if not size_below(figure.value, figure.unit, least) or names_another(figure.subject.label, shape.id):
            continue
        modules = f" with {_modules(len(names))} in FP32" if names else ""
        yield Found(
            figure.span,
            f"{written(figure)} is too small: {_millions(shape.parameters)} million parameters of {shape.id}{modules} "
            f"take at least {_whole_megabytes(least)} in INT8",
            "measure the published weight files, or correct the list of modules in FP32",
        )


def _check_fp32(subject: Subject) -> Iterator[Found]:
    shape = known_architecture(subject.facts)
    if shape is None:
        return
    expected = fp32_bytes(shape.parameters)
    for figure in _first_of_each(_baselines(subject)):
        value, unit = figure.value, figure.unit
        if not size_readings(value, unit) or fp32_reading(value, unit, shape.parameters):
            continue
        if fp32_reading(value, unit, shape.parameters // 2):
            continue  # an original in half precision
        if figure.subject.runtime == "onnx" and not size_below(figure.value, figure.unit, expected):
            continue  # an exported graph may hold a weight twice
        yield Found(
            figure.span,
            f"{written(figure)} is not the size of {shape.id} in FP32: {_millions(shape.parameters)} million "
            f"parameters of 4 bytes are {megabytes(expected)}",
            "measure the FP32 weight files, or say what else this size counts",
        )


def _check_mebibytes(subject: Subject) -> Iterator[Found]:
    shape = known_architecture(subject.facts)
    if shape is None:
        return
    for figure in _first_of_each(_baselines(subject)):
        reading = fp32_reading(figure.value, figure.unit, shape.parameters)
        if reading is None or reading.system == "decimal" or "i" in figure.unit:
            continue
        in_bytes = int((reading.low + reading.high) / 2)
        yield Found(
            figure.span,
            f"{written(figure)} counts MiB, for in MB that is {megabytes(in_bytes)}: "
            f"{shape.id} takes {megabytes(fp32_bytes(shape.parameters))} in FP32",
            "write MiB, or count MB of 1000000 bytes as the Hub does",
        )


def _check_larger(subject: Subject) -> Iterator[Found]:
    compared = pairs(subject.document, size_figures(subject.facts))
    if not compared or not is_plain_int8(prose(subject.document)):
        return
    for pair in compared:
        own, base = _readings(pair.figure), _readings(pair.baseline)
        if not own or not base:
            continue
        # One card counts in one way, where it writes both in one unit.
        low, high = own[0].low, base[0 if pair.figure.unit == pair.baseline.unit else -1].high
        if saves_nothing(low, high):
            less = "more than" if low > high else "next to nothing less than"
            yield Found(
                pair.figure.span,
                f"the INT8 model's {written(pair.figure)} are {less} the FP32 model's {written(pair.baseline)}",
                "look whether columns are swapped, or whether files of several variants were counted together; else "
                "quantize the modules that hold the weights, or publish the FP32 model",
            )


def _check_agreement(subject: Subject) -> Iterator[Found]:
    """A size in running text that is not the table's, for what can only be the same model."""
    sizes = size_figures(subject.facts)
    tables = [figure for figure in sizes if figure.place == "table"]
    different = list({(figure.value, figure.unit): figure for figure in tables}.values())
    if len(different) > _MOST:
        return  # a card with so many has more models than it tells apart
    of_model: dict[tuple[bool, Runtime | None], dict[tuple[Decimal, str], Figure]] = {}
    for figure in tables:
        there = of_model.setdefault((figure.subject.baseline, figure.subject.runtime), {})
        there.setdefault((figure.value, figure.unit), figure)
    for figure in sizes:
        if figure.place != "prose":
            continue
        fitting = (of_model.get((figure.subject.baseline, runtime), {}) for runtime in _runtimes(figure))
        own = list({size: other for there in fitting for size, other in there.items()}.values())
        if len(own) != 1 or any(_same_size(figure, other) for other in different):
            continue
        yield Found(
            figure.span,
            f"the size is {written(figure)} in the text and {written(own[0])} in a table",
            "find out which is right, and write it in both places",
        )


def _runtimes(figure: Figure) -> tuple[Runtime | None, ...]:
    return fitting_runtimes(figure.subject.runtime)


def _same_size(first: Figure, second: Figure) -> bool:
    if same_value(first.value, second.value):
        return True
    readings = [(one, other) for one in _readings(first) for other in _readings(second)]
    return not readings or any(one.low <= other.high and other.low <= one.high for one, other in readings)


def _readings(figure: Figure) -> tuple[SizeReading, ...]:
    return size_readings(figure.value, figure.unit)


def _baselines(subject: Subject) -> list[Figure]:
    return [figure for figure in size_figures(subject.facts) if figure.subject.baseline]


def _first_of_each(figures: list[Figure]) -> list[Figure]:
    """Without what is said again of the same model: one finding each is enough. Tables come first."""
    seen: dict[tuple[object, ...], Figure] = {}
    for figure in sorted(figures, key=lambda figure: figure.place != "table"):
        seen.setdefault((figure.value, figure.unit or "MB"), figure)
    return list(seen.values())


def _modules(count: int) -> str:
    return "1 module" if count == 1 else f"{count} modules"


def _millions(count: int) -> str:
    return f"{count / 1e6:.1f}" if count < 1e7 else f"{count / 1e6:.0f}"


def _whole_megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count >= 10**8 else megabytes(count)


RULES: tuple[Rule, ...] = (
    Rule("size-bound", "error", "An INT8 size that its parameters and FP32 modules rule out.", _check_bound),
    Rule("fp32-size", "warning", "An FP32 size that is not four bytes a parameter.", _check_fp32),
    Rule("mebibytes", "note", "A size in MB that counts MiB.", _check_mebibytes),
    Rule("larger-than-fp32", "warning", "An INT8 model that is no smaller than its baseline.", _check_larger),
    *parameters.RULES,
    Rule("size-value", "warning", "A size in running text that is not the table's one.", _check_agreement),
)
