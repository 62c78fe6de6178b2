"""What a reader found of a document, as one frozen whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.values import finite, model_id, name_of

Found = Figure | str
"""A figure, or a finding in the place of one, or beside some."""

PATH_AS_MODEL = "the model is named by a path of the machine that measured, which is not told"


def gather(
    document: Document,
    found: Iterable[Found],
    *,
    tool: str,
    tool_version: str | None,
    model: str | None = None,
    model_file: str | None = None,
    computed_in: str | None = None,
    revision: str | None = None,
) -> ResultsFile:
    """All that was found."""
    told = tuple(found)
    figures = tuple(one for one in told if isinstance(one, Figure))
    findings = tuple(dict.fromkeys(one for one in told if isinstance(one, str)))
    if not figures and not findings:
        findings = ("the file holds no value of a metric",)
    return ResultsFile(
        tool=tool,
        tool_version=tool_version,
        model=model,
        model_file=model_file,
        computed_in=computed_in,
        revision=revision,
        sha256=document.sha256,
        figures=figures,
        findings=findings,
    )


def no_number(metric: str, task: str | None, value: object) -> str:
    """What to say of a value that is no finite number."""
    where = f"{task}: " if task else ""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{where}{metric} is " + ("not a finite number" if number else "no number")


def hidden_model(value: object, parts: int = 2) -> tuple[str, ...]:
    """The finding that a model's name is a path, where it is one."""
    stated = isinstance(value, str) and bool(value.strip())
    return (PATH_AS_MODEL,) if stated and model_id(value, parts) is None else ()


def settings_of(content: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Setting, ...]:
    """Conditions that a file states.

    Args:
        content: where they stand.
        names: keys of the file, and what people call them.
    """
    return tuple(
        Setting(name=name, value=text) for key, name in names.items() if (text := setting_text(content.get(key)))
    )


def setting_text(value: object) -> str | None:
    """A flag, a number or a name as text; ``None`` where it is none of them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    number = finite(value)
    if number is not None:
        return str(int(number)) if number.is_integer() else repr(number)
    return name_of(value)
