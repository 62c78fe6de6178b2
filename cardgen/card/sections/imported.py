"""What evaluation tools measured: tables for each variant, beside the base model where both were measured alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cardgen.card.facts.imported import (
    ImportedRow,
    Measured,
    apart_from_groups,
    imported_rows,
    leading_row,
    measured,
    shown_first,
)
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.model import Imported, ImportedTable
from cardgen.card.sections.imported_files import conditions_table, file_notes, files
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, folded, table
from cardgen.card.words.wording import measure_title, sentence_list
from cardgen.patterns import regex
from cardgen.results.compare import Estimate

_ROWS: Final = 20
"""That a table shows before the rest opens on a click."""
_MACHINE: Final = ("processor", "GPU")
_QUANTILE = regex(r"(?:\d+(?:\.\d+)?%|Maximum|Minimum) ")
"""Of a figure of single tokens, of which llama.cpp prints ten for each: they stand in the evidence."""
Row = list[Markdown]


def build_imported(facts: Facts) -> Imported | None:
    """What is told of results files; ``None`` where there are none."""
    if not facts.base_imported and not any(fact.imported for fact in facts.variants):
        return None
    told = [(fact, imported_rows(facts, fact)) for fact in facts.variants if fact.imported]
    tables = [each for fact, rows in told for each in _tables(facts, fact, rows)]
    if not told:
        rows = tuple(ImportedRow(one, None, None) for one in measured(facts.base_imported))
        tables = [ImportedTable(Markdown("Base model"), _scores(rows, ("Base model",)))]
    return Imported(
        note=_note([row for _fact, rows in told for row in rows]),
        tables=tuple(each for each in tables if each.table),
        files=files(facts),
        conditions=conditions_table(facts),
        notes=(*_comparison_notes(facts, told), *file_notes(facts)),
    )


def imported_headline(facts: Facts, fact: VariantFacts) -> Markdown | None:
    """What quantizing cost, as a tool measured it; ``None`` where none did."""
    row = leading_row(imported_rows(facts, fact))
    if row is None:
        return None
    figure, results = row.of.figure, row.of.record.results
    of = f" on {code(figure.task)}" if figure.task else ""
    text = f"{code(fact.name)}: {_measure(row.of)}{of} {numbers.tool_value(figure.value)}"
    if row.base is not None and row.compared is not None and not row.compared.differs:
        text += f" against {numbers.tool_value(row.base.figure.value)} of the base model"
        if row.compared.recovery:
            text += f" (recovery {_percent(row.compared.recovery)})"
        elif row.compared.increase:
            text += f" ({_percent(row.compared.increase, '+')}; lower is better)"
    return Markdown(f"{text}, as {escape(results.tool)} measured.")


def _tables(facts: Facts, fact: VariantFacts, rows: Sequence[ImportedRow]) -> Iterable[ImportedTable]:
    stated = facts.manifest.base_model.precision or any(each.elsewhere for each in facts.variants)
    base = facts.baseline if stated and facts.baseline != "Baseline" else "Base model"

    def heads(rows: Sequence[ImportedRow]) -> tuple[str, ...]:
        return (fact.name, base) if any(row.base for row in rows) else (fact.name,)

    scores = [row for row in rows if row.of.kind == "score"]
    lower = [row for row in scores if row.higher_is_better is False]
    higher = [row for row in scores if row not in lower]
    yield ImportedTable(code(fact.name), _scores(higher, heads(higher)))
    yield ImportedTable(Markdown(f"{code(fact.name)}: lower is better"), _scores(lower, heads(lower), lower=True))
    far = [row for row in rows if row.of.kind == "divergence"]
    yield ImportedTable(Markdown(f"{code(fact.name)}: how far from the base model"), _divergence(far, fact.name))
    speeds = [row for row in rows if row.of.kind == "speed"]
    yield ImportedTable(Markdown(f"{code(fact.name)}: speed and memory"), _speeds(speeds, heads(speeds)))


def _scores(rows: Sequence[ImportedRow], heads: Sequence[str], *, lower: bool = False) -> Markdown:
    """A row for each figure; with the base model's beside it where ``heads`` names two columns."""
    header = ["Task", "Measure", *heads]
    if len(heads) > 1:
        header += ["Difference", "Increase" if lower else "Recovery"]
    return _folding(
        [escape(text) for text in header],
        *_first(rows),
        lambda row: _score_row(row, len(heads) > 1),
    )


def _score_row(row: ImportedRow, beside: bool) -> Row:
    figure = row.of.figure
    cells = [
        code(figure.task) if figure.task else Markdown(numbers.NOT_STATED),
        _measure(row.of),
        Markdown(f"**{numbers.tool_value(figure.value)}**{_sure(row.of)}"),
    ]
    if not beside:
        return cells
    if row.base is None or row.compared is None:
        return [*cells, Markdown("not measured"), Markdown(numbers.NOT_APPLICABLE), Markdown(numbers.NOT_APPLICABLE)]
    cells.append(Markdown(f"{numbers.tool_value(row.base.figure.value)}{_sure(row.base)}"))
    if row.compared.differs:
        why = escape(f"not compared: {'; '.join(row.compared.differs)}")
        return [*cells, why, Markdown(numbers.NOT_APPLICABLE)]
    difference, change = row.compared.difference, row.compared.recovery or row.compared.increase
    plus = "" if row.compared.recovery else "+"
    return [
        *cells,
        Markdown(_difference(difference, figure.value) if difference else numbers.NOT_APPLICABLE),
        Markdown(_percent(change, plus) if change else numbers.NOT_APPLICABLE),
    ]


def _divergence(rows: Sequence[ImportedRow], name: str) -> Markdown:
    told = [row for row in rows if not _QUANTILE.match(row.of.figure.metric)]
    header = [Markdown("Measure"), escape(name)]
    return _folding(header, *_first(told), lambda row: [_measure(row.of), _with_unit(row.of, sure=True)])


def _speeds(rows: Sequence[ImportedRow], heads: Sequence[str]) -> Markdown:
    header = [Markdown("Measure"), *(escape(head) for head in heads)]
    beside = len(heads) > 1
    if beside:
        header.append(Markdown("Ratio"))
    return _folding(header, *_first(rows), lambda row: _speed_row(row, beside))


def _speed_row(row: ImportedRow, beside: bool) -> Row:
    cells = [_measure(row.of), _with_unit(row.of)]
    if not beside:
        return cells
    if row.base is None or row.compared is None:
        return [*cells, Markdown("not measured"), Markdown(numbers.NOT_APPLICABLE)]
    cells.append(_with_unit(row.base))
    if row.compared.differs:
        return [*cells, escape(f"not compared: {'; '.join(row.compared.differs)}")]
    if row.base.figure.value <= 0:
        return [*cells, Markdown(numbers.NOT_APPLICABLE)]
    return [*cells, Markdown(f"{row.of.figure.value / row.base.figure.value:.3f}")]


def _first(rows: Sequence[ImportedRow]) -> tuple[list[ImportedRow], list[ImportedRow]]:
    """What a table begins with, and the rest."""
    first = {id(one) for one in shown_first([row.of for row in rows])}
    return [row for row in rows if id(row.of) in first], [row for row in rows if id(row.of) not in first]


def _folding(
    header: Row, shown: Sequence[ImportedRow], parts: Sequence[ImportedRow], cells: Callable[[ImportedRow], Row]
) -> Markdown:
    """A table of what matters first, and one of the rest that opens on a click."""
    shown, rest = shown[:_ROWS], [*shown[_ROWS:], *parts]
    if not shown:
        shown, rest = rest, []
    if not shown:
        return Markdown("")
    text = table(header, [cells(row) for row in shown])
    if rest:
        more = folded(table(header, [cells(row) for row in rest]), summary=f"{len(rest)} more")
        text = Markdown(f"{text}\n\n{more}")
    return text


def _measure(one: Measured) -> Markdown:
    return escape(measure_title(one.figure))


def _sure(one: Measured) -> str:
    """`` ± 0.0123``, the standard error; `` [0.1, 0.2]``, the interval that the tool computed."""
    figure = one.figure
    if figure.low is not None and figure.high is not None:
        low, high = (numbers.tool_value(end, beside=figure.value) for end in (figure.low, figure.high))
        return f" [{low}, {high}]"
    error = figure.standard_error
    return f" ± {numbers.tool_value(error, beside=figure.value)}" if error is not None else ""


def _with_unit(one: Measured, *, sure: bool = False) -> Markdown:
    unit = f" {one.figure.unit}" if one.figure.unit else ""
    return escape(f"{numbers.tool_value(one.figure.value)}{_sure(one) if sure else ''}{unit}")


def _difference(estimate: Estimate, value: float) -> str:
    low, high = (None if end is None else numbers.tool_value(end, "+", beside=value) for end in _ends(estimate))
    return _bracketed(numbers.tool_value(estimate.value, "+", beside=value), low, high)


def _percent(estimate: Estimate, plus: str = "") -> str:
    low, high = (None if end is None else numbers.tool_percent(end, plus).removesuffix(" %") for end in _ends(estimate))
    return _bracketed(numbers.tool_percent(estimate.value, plus), low, high)


def _ends(estimate: Estimate) -> tuple[float | None, float | None]:
    return estimate.low, estimate.high


def _bracketed(text: str, low: str | None, high: str | None) -> str:
    return text if low is None or high is None else f"{text} [{low}, {high}]"


def _note(rows: Sequence[ImportedRow]) -> Markdown:
    """How to read the tables."""
    parts = [
        "These figures were measured by the tools that are named below, and not by cardgen, which read their files."
    ]
    if any(row.of.figure.standard_error is not None for row in rows):
        parts.append("After ± stands the standard error that a tool gives.")
    compared = [row.compared for row in rows if row.compared and row.of.kind == "score"]
    if any(one.difference and one.difference.low is not None for one in compared):
        parts.append(
            "Brackets after a difference hold its 95 % interval, as if both models had answered different samples: "
            "it is wider than need be where they answered the same."
        )
    if any(one.differs for one in compared):
        parts.append(
            "Where something was not the same, it stands in the place of a difference, the base model's first."
        )
    if any(one.recovery for one in compared):
        parts.append("Recovery is the value in percent of the base model's.")
    if any(one.increase for one in compared):
        parts.append("Increase is by how much the value is above the base model's.")
    parts += _unknown_data([row.of for row in rows if row.of.kind == "score" and row.of.figure.task])
    return Markdown(" ".join(parts))


def _unknown_data(figures: Sequence[Measured]) -> Iterable[str]:
    """What files do not say of the data of their tasks."""
    data = [one.figure.data for one in figures if not one.figure.group]
    lacking = {}
    if not all(each and each.split for each in data):
        lacking["split-missing"] = "the split"
    if not all(each and each.revision for each in data):
        lacking["revision-missing"] = "the state of the data"
    if lacking:
        yield (
            f"Not stated: {sentence_list([*lacking.values()])}, which a tool's own definition of a task decides. "
            f"<!-- cardgen:disclosed {', '.join(sorted(lacking))} -->"
        )


def _comparison_notes(facts: Facts, told: Sequence[tuple[VariantFacts, Sequence[ImportedRow]]]) -> Iterable[Markdown]:
    for fact, rows in told:
        if speeds := [row for row in rows if row.of.kind == "speed"]:
            yield _machine_note(fact.name, speeds)
        scores = [row for row in rows if row.of.kind == "score"]
        alike = [row.compared for row in scores if row.compared and not row.compared.differs]
        unstated = list(dict.fromkeys(name for one in alike for name in one.unstated))
        if unstated:
            what = sentence_list([escape(name) for name in unstated])
            yield Markdown(
                f"Of {code(fact.name)} and the base model no file states {what} for what is compared: nobody knows "
                "whether they were the same."
            )
        versions = dict.fromkeys(
            (row.of.record.results.tool, row.base.record.results.tool_version, row.of.record.results.tool_version)
            for row in rows
            if row.base and row.compared and not row.compared.differs
        )
        for tool, base, own in versions:
            if base != own:
                yield escape(
                    f"{fact.name} was measured with {tool} {own or '(version not stated)'}, the base model with "
                    f"{base or '(version not stated)'}."
                )
    alone = _alone(facts, [row for _fact, rows in told for row in rows])
    if told and alone:
        yield Markdown(f"Measured of the base model alone: {sentence_list(alone)}.")


def _machine_note(name: str, rows: Sequence[ImportedRow]) -> Markdown:
    """On which machine times were measured, since they are of no other."""
    stated = {
        f"{setting.name} {setting.value}"
        for row in rows
        for setting in row.of.figure.settings
        if setting.name in _MACHINE
    }
    tools = {f"{row.of.record.results.tool} {row.of.record.results.tool_version or ''}".strip() for row in rows}
    by = escape(sentence_list(sorted(tools)))
    if stated:
        return Markdown(f"Speeds of {code(name)} are of this machine: {escape(', '.join(sorted(stated)))}; by {by}.")
    return Markdown(
        f"No file says on which machine the speeds of {code(name)} were measured; by {by}. "
        "<!-- cardgen:disclosed setting-missing -->"
    )


def _alone(facts: Facts, rows: Sequence[ImportedRow]) -> list[str]:
    """What only the base model's files hold."""
    used = [row.base.figure for row in rows if row.base]
    return list(
        dict.fromkeys(
            f"{_measure(one)} of {code(one.figure.task)}" if one.figure.task else str(_measure(one))
            for one in apart_from_groups(tuple(measured(facts.base_imported)))
            if one.figure not in used and one.kind != "divergence"
        )
    )
