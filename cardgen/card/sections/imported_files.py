"""Who measured with what: the results files behind a card, and under which conditions their figures came about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cardgen.card.facts.imported import Measured, apart_from_groups, measured
from cardgen.card.facts.joined import Facts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, folded, link, table
from cardgen.card.words.wording import HUB, lowered, sentence_list
from cardgen.records.imported import ImportedRecord
from cardgen.records.results_file import ALL, Data

_ROWS: Final = 20
"""That the table of conditions shows before the rest opens on a click."""
_HEADER: Final = (
    "Tool",
    "Task",
    "Version",
    "Data",
    "Few-shot",
    "Chat template",
    "Limit",
    "Samples",
    "Also set",
    "Measured of",
)


def files(facts: Facts) -> tuple[Markdown, ...]:
    """A line for each file: of which model, by which tool, and where it can be read."""
    return tuple(_file(record) for record in _records(facts))


def file_notes(facts: Facts) -> Iterable[Markdown]:
    """What the files hold that is no figure, or bears on those that are."""
    for record in _records(facts):
        for finding in record.results.findings:
            yield Markdown(f"Of {code(_name(record))}, of {_subject(record)}: {escape(finding)}.")


def conditions_table(facts: Facts) -> Markdown:
    """A row for each task and each set of conditions, with all models that were measured so.

    A column that no file fills is left out, and named below.
    """
    every = tuple(measured(_records(facts)))
    apart = apart_from_groups(every)
    leading = _rows(apart)
    rest = [row for row in _rows([one for one in every if one not in apart]) if row not in leading]
    filled = [at for at in range(len(_HEADER)) if any(row[at] != numbers.NOT_STATED for row in (*leading, *rest))]
    leading, rest = ([[row[at] for at in filled] for row in rows] for rows in (leading, rest))
    header = [Markdown(_HEADER[at]) for at in filled]
    text = table(header, leading[:_ROWS])
    if more := [*leading[_ROWS:], *rest]:
        text = Markdown(f"{text}\n\n{folded(table(header, more), summary=f'{len(more)} more')}")
    if unfilled := [lowered(name) for at, name in enumerate(_HEADER) if at not in filled]:
        stated = "it" if len(unfilled) == 1 else "them"
        text = Markdown(f"{text}\n\nLeft out of this table, since no file states {stated}: {sentence_list(unfilled)}.")
    return text


def _records(facts: Facts) -> tuple[ImportedRecord, ...]:
    return (*facts.base_imported, *(record for fact in facts.variants for record in fact.imported))


def _file(record: ImportedRecord) -> Markdown:
    results = record.results
    name = code(_name(record))
    shown = link(name, record.copy_at) if record.copy_at else name
    parts = [
        escape(f"{results.tool} {results.tool_version or '(version not stated)'}"),
        f"model {code(results.model)}" if results.model else "model not stated",
        *([f"file {code(results.model_file)}"] if results.model_file else []),
        f"revision {code(results.revision)}" if results.revision else "revision not stated",
        *([f"computed in {escape(results.computed_in)}"] if results.computed_in else []),
        f"SHA-256 {code(results.sha256)}",
    ]
    if not record.copy_at:
        parts.append("the file itself is not published")
    return Markdown(f"{_capital(_subject(record))}: {shown}, {', '.join(parts)}")


def _name(record: ImportedRecord) -> str:
    return record.path.rpartition("/")[2]


def _subject(record: ImportedRecord) -> str:
    return code(record.variant) if record.variant else "the base model"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rows(figures: Sequence[Measured]) -> list[list[Markdown]]:
    found: dict[tuple[Markdown, ...], dict[str, None]] = {}
    for one in figures:
        found.setdefault(_conditions(one), {})[_subject(one.record)] = None
    return [[*cells, Markdown(sentence_list([*subjects]))] for cells, subjects in found.items()]


def _conditions(one: Measured) -> tuple[Markdown, ...]:
    figure = one.figure
    template = {True: "applied", False: "not applied", None: numbers.NOT_STATED}[figure.chat_template]
    limit = "none" if figure.limit == ALL else _stated(figure.limit)
    settings = [f"{setting.name} {_short(setting.value)}" for setting in figure.settings]
    return (
        escape(one.record.results.tool),
        code(figure.task) if figure.task else Markdown(numbers.NOT_STATED),
        escape(_stated(figure.task_version)),
        _data(figure.data),
        Markdown(_stated(figure.few_shot)),
        Markdown(template),
        Markdown(limit),
        Markdown(numbers.NOT_STATED if one.kind == "speed" else _stated(figure.samples)),
        escape("; ".join(settings) or "nothing"),
    )


def _data(data: Data | None) -> Markdown:
    """The dataset that a task is made of, on the Hub."""
    if data is None:
        return Markdown(numbers.NOT_STATED)
    named = {"configuration": data.config, "split": data.split, "revision": data.revision}
    parts = [f"{name} {code(value)}" for name, value in named.items() if value]
    return Markdown(", ".join([link(escape(data.id), f"{HUB}/datasets/{data.id}"), *parts]))


def _short(value: str) -> str:
    """A value, of a hash its first digits."""
    return value[:12] if len(value) >= 40 and value.isalnum() else value


def _stated(value: object) -> str:
    return numbers.NOT_STATED if value is None else str(value)
