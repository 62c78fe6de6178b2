"""Rules on tables of runs: that nothing stands there unremarked which a reader must know before choosing a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cardgen.card.facts.consistency import COLLAPSE, NOMINAL_TIME_GAP, collapse, throughput_disagrees
from cardgen.inherit.document import Document, Table
from cardgen.inherit.facts.model import Figure, SweepRow
from cardgen.lint.finding import Found, Rule, Severity, Subject
from cardgen.lint.reading.quantities import (
    LATENCY,
    RATE,
    digits,
    higher_is_better,
    is_metric,
    paragraphs,
    prose,
    table_finder,
    written,
)
from cardgen.patterns import regex

_REMARK = regex(
    r"\b(?:collaps|degrad|breaks? down|broke|drop(?:s|ped)?\b|falls?\b|fell\b|fail|unusable|poor|worse)", re.IGNORECASE
)
_SPREAD = regex(
    r"\bp\d\d\b|percentile|median|std|standard deviation|min(?:imum)?\b|max(?:imum)?\b|±|interval|quantile",
    re.IGNORECASE,
)
_MEAN = regex(r"\b(?:mean|average|avg)\b", re.IGNORECASE)
_HARDWARE = regex(
    r"xeon|epyc|ryzen|core[ -]i\d|\bcpus?\b|\bgpus?\b|graviton|neoverse|nvidia|tesla|apple m\d|processor|instance"
    r"|\b[cmgrp]\d+[a-z]*\.\w+|raspberry|snapdragon|cortex",
    re.IGNORECASE,
)
_VERSIONS = regex(
    r"(?:torch|onnxruntime|onnx runtime|transformers|optimum[\w-]*|neural[- ]compressor|openvino|tensorrt)"
    r"[`*\"']{0,4}\s?(?:\||==|:|v|version)?\s?[`*\"']{0,4}v?\d+\.\d+",
    re.IGNORECASE,
)
_BASE = regex("fp32|float32|baseline|original", re.IGNORECASE)
_APPLIED = regex("quantiz|quantis|precision|dtype", re.IGNORECASE)
_NOT_APPLIED = frozenset({"false", "none", "no", "n/a", "fp32", "float32", "-", "\N{EN DASH}", "\N{EM DASH}"})
_OTHER_MODEL = regex(r"model|checkpoint|name_or_path|dataset|task|language", re.IGNORECASE)
_NUMERAL = regex(r"(?<![\d.-])-?\d+(?:\.\d+)?(?!\d)")
_MOST_PARAMETERS = 40
"""Columns up to which it is told in which one alone a run differs from another."""


def _check_collapse(subject: Subject) -> Iterator[Found]:
    rows = subject.facts.sweep
    remarks = _Remarks(subject.document)
    for quantity in dict.fromkeys(figure.quantity for row in rows for figure in row.figures if is_metric(figure)):
        better = higher_is_better(quantity)
        if better is None:
            continue
        for group in _like_for_like(rows):
            entries = [
                (row, figure)
                for row in group
                for figure in row.figures
                if figure.quantity == quantity and is_metric(figure)
            ]
            base = [figure.value for row, figure in entries if _unquantized(row, figure)]
            values = [figure.value for _row, figure in entries]
            baseline = min(base) if base and better else max(base) if base else None
            collapsed = collapse(values, baseline, higher_is_better=better)
            neighbours = _neighbours(group) if collapsed else {}
            for position in collapsed:
                row, figure = entries[position]
                if remarks.of(figure) or _unquantized(row, figure):
                    continue
                against = f"{digits(baseline)} unquantized" if baseline is not None else "the other rows"
                yield Found(
                    figure.span,
                    f"{quantity} collapses to {written(figure)}, against {against}, without a word"
                    + _difference(row, neighbours),
                    f"say beside the table that this row lost more than {COLLAPSE * 100:.0f} %, and is not to be used",
                    fault=quantity,
                )


def _like_for_like(rows: Sequence[SweepRow]) -> list[list[SweepRow]]:
    """Rows of one model on one dataset: others may differ for good reason."""
    groups: dict[tuple[str, ...], list[SweepRow]] = {}
    for row in rows:
        key = tuple(value for name, value in row.parameters.items() if _OTHER_MODEL.search(name))
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _unquantized(row: SweepRow, figure: Figure) -> bool:
    if figure.subject.baseline:
        return True
    applied = [value for name, value in row.parameters.items() if _APPLIED.search(name)]
    if any(value.strip().lower() in _NOT_APPLIED for value in applied):
        return True
    return not applied and any(_BASE.search(value) for value in row.parameters.values())


_Others = tuple[str, tuple[tuple[str, str], ...]]
"""A parameter's name, and the values of all others."""


def _neighbours(rows: Sequence[SweepRow]) -> dict[_Others, set[str]]:
    """The values that a parameter has in rows that are alike in all others."""
    found: dict[_Others, set[str]] = {}
    for row in rows:
        for others in _all_but_one(row):
            found.setdefault(others, set()).add(row.parameters[others[0]])
    return found


def _all_but_one(row: SweepRow) -> Iterator[_Others]:
    for name in row.parameters if len(row.parameters) <= _MOST_PARAMETERS else ():
        yield name, tuple((other, value) for other, value in row.parameters.items() if other != name)


def _difference(row: SweepRow, neighbours: Mapping[_Others, set[str]]) -> str:
    """The parameter whose value alone sets the row apart from another."""
    for others in _all_but_one(row):
        if len(neighbours[others]) > 1:
            return f"; the row differs from another in {others[0]} alone"
    return ""


class _Remarks:
    """What the running text says of runs that lost much."""

    def __init__(self, document: Document) -> None:
        texts = [paragraph.text for paragraph in paragraphs(document)]
        self._any = any(_REMARK.search(text) for text in texts)
        self._numbers = {_without_zeros(number) for text in texts for number in _NUMERAL.findall(text)}

    def of(self, figure: Figure) -> bool:
        """Whether the text names the figure, or any loss at all."""
        return self._any or _without_zeros(f"{figure.value:f}") in self._numbers


def _without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _check_throughput(subject: Subject) -> Iterator[Found]:
    """One finding a table: what is wrong with one row is wrong with all, as they were measured alike."""
    wrong: dict[int, list[tuple[Figure, Figure, Decimal]]] = {}
    compared: dict[int, int] = {}
    table_of = table_finder(subject.document)
    for row in subject.facts.sweep:
        latency, rate = _figure(row, LATENCY), _figure(row, RATE)
        if latency is None or rate is None or row.batch_size is None or latency.unit.lower() not in ("", "ms"):
            continue
        table = table_of(row.span)
        compared[table] = compared.get(table, 0) + 1
        expected = throughput_disagrees(latency.value, rate.value, row.batch_size)
        if expected is not None:
            wrong.setdefault(table, []).append((latency, rate, expected))
    for table, rows in wrong.items():
        latency, rate, expected = max(rows, key=lambda entry: abs(entry[1].value / entry[2] - 1))
        gap = abs(rate.value / expected - 1)
        severity: Severity = "note" if gap <= NOMINAL_TIME_GAP else "warning"
        why = " (runs over a nominal duration, it seems)" if severity == "note" else ""
        yield Found(
            rate.span,
            f"in {len(rows)} of {compared[table]} rows throughput is not what the mean latency gives{why}: "
            f"{digits(latency.value)} ms would be {digits(expected, places=2)}/s, not {digits(rate.value)}/s",
            "say how throughput was counted, or divide the samples by the time that they took",
            severity=severity,
        )


def _figure(row: SweepRow, quantity: str) -> Figure | None:
    found = [figure for figure in row.figures if figure.quantity == quantity and figure.value.is_finite()]
    if len(found) > 1:  # beside percentiles, the mean is what a rate follows from
        found = [figure for figure in found if _MEAN.search(figure.label.replace("_", " "))]
    return found[0] if len(found) == 1 else None


def _check_spread(subject: Subject) -> Iterator[Found]:
    times = [figure for row in subject.facts.sweep for figure in row.figures if figure.quantity == LATENCY]
    if not times:
        return
    heads = " ".join(
        cell.text for block in subject.document.blocks if isinstance(block, Table) for cell in block.header
    )
    labels = " ".join({figure.label for figure in times})
    if not _SPREAD.search(f"{heads} {labels}".replace("_", " ")):
        yield Found(
            times[0].span,
            "of latency only one figure a row is given, so that nobody can tell its spread",
            "give the median and a high percentile beside the mean",
        )


def _check_none(subject: Subject) -> Iterator[Found]:
    """One finding a card, at the first such row."""
    rows = subject.facts.sweep
    printed = {name for row in rows for name, value in row.parameters.items() if value.strip() == "None"}
    mixed = [name for name in printed if any(row.parameters.get(name, "None").strip() != "None" for row in rows)]
    if mixed:
        first = next(row for row in rows if any(row.parameters.get(name, "").strip() == "None" for name in mixed))
        names = ", ".join(sorted(mixed))
        yield Found(
            first.span,
            f"`None` is printed for {names} where there seems to be nothing to set",
            "print n/a where a parameter does not apply",
        )


def _check_setting(subject: Subject) -> Iterator[Found]:
    swept = [
        row.span for row in subject.facts.sweep if any(figure.quantity in (LATENCY, RATE) for figure in row.figures)
    ]
    timed = swept or [
        figure.span
        for figure in subject.facts.figures
        if figure.quantity in (LATENCY, RATE) and figure.place == "table"
    ]
    if not timed:
        return
    text = prose(subject.document)
    missing = [what for what, words in (("the hardware", _HARDWARE), ("versions", _VERSIONS)) if not words.search(text)]
    if missing:
        yield Found(
            timed[0],
            f"times are given without {' and '.join(missing)}",
            "name the processor, the threads, and the versions of the libraries",
        )


RULES: tuple[Rule, ...] = (
    Rule("collapse", "error", "A run whose score collapsed, unremarked.", _check_collapse),
    Rule("throughput", "warning", "Throughput that does not follow from latency.", _check_throughput),
    Rule("spread-missing", "note", "Latency without any measure of its spread.", _check_spread),
    Rule("none-printed", "note", "`None` for a parameter that does not apply.", _check_none),
    Rule(
        "setting-missing",
        "warning",
        "Times without the hardware or versions that they were measured with.",
        _check_setting,
    ),
)
