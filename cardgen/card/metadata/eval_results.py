"""``.eval_results/*.yaml``: results that the Hub lists on the leaderboard of a benchmark dataset.

Format: eval_results.yaml in huggingface/hub-docs.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cardgen.card.metadata.front_matter import Quoted, dump_yaml
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.suggest import remedy_for
from cardgen.errors import ProblemsError
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.scalars import Written
from cardgen.manifest.yaml import read_yaml

FOLDER = ".eval_results"
"""Where the Hub looks for such files in a model's repository."""

_RESULT = ("dataset", "value", "verifyToken", "date", "source", "notes")
_DATASET = ("id", "task_id", "revision")
_SOURCE = ("url", "name", "user", "org")


class EvalResultsError(ProblemsError):
    """A file of results cannot be read or does not make sense."""


@dataclass(frozen=True)
class EvalDataset:
    """The benchmark."""

    id: str
    """Hub id of its dataset."""
    task_id: str
    """Which of its tasks, as the dataset's ``eval.yaml`` names it."""
    revision: str | None = None


@dataclass(frozen=True)
class EvalSource:
    """Where the result can be looked up."""

    url: str
    name: str | None = None
    user: str | None = None
    """Hub user to whom it is credited."""
    org: str | None = None
    """Hub organisation to which it is credited."""


@dataclass(frozen=True)
class EvalResult:
    """One model's score on one task of a benchmark."""

    dataset: EvalDataset
    value: Decimal
    """Finite; every digit is written."""
    verify_token: str | None = None
    date: str | None = None
    """When it was evaluated: a date or time of ISO 8601."""
    source: EvalSource | None = None
    notes: str | None = None
    """Of the setup, such as ``INT8, dynamic``."""


def dump_eval_results(results: Iterable[EvalResult]) -> str:
    """The file's text, which :func:`parse_eval_results` reads back equal.

    Raises:
        ValueError: for a value that is not finite, or a date that is not one of ISO 8601.
    """
    return dump_yaml([_dump_result(result) for result in results])


def parse_eval_results(text: str, file: str = f"{FOLDER}/results.yaml") -> tuple[EvalResult, ...]:
    """Read a file of results.

    Args:
        text: the file's text.
        file: its path, for messages.

    Raises:
        EvalResultsError: with everything that is wrong, and where.
    """
    findings = Findings(file)
    data = read_yaml(text, findings)
    if findings:
        raise EvalResultsError(tuple(findings))
    if isinstance(data, list):
        for index, item in enumerate(data):
            _check_result((index,), item, findings)
    else:
        findings.add((), "must be a list of results", "start each with `- dataset:`")
    if findings:
        raise EvalResultsError(tuple(findings))
    return tuple(_parse_result(item) for item in data)


def _dump_result(result: EvalResult) -> dict[str, Any]:
    if result.date is not None and not _is_date(result.date):
        raise ValueError(f"{result.date!r} is not a date of ISO 8601")
    dataset, source = result.dataset, result.source
    dumped = {
        "dataset": _given({"id": dataset.id, "task_id": dataset.task_id, "revision": dataset.revision}),
        "value": result.value,
        "verifyToken": result.verify_token,
        "date": None if result.date is None else Quoted(result.date),
        "source": source and _given({"url": source.url, "name": source.name, "user": source.user, "org": source.org}),
        "notes": result.notes,
    }
    return _given(dumped)


def _parse_result(data: Mapping[str, Any]) -> EvalResult:
    dataset, source, value = data["dataset"], data.get("source"), data["value"]
    return EvalResult(
        dataset=EvalDataset(dataset["id"], dataset["task_id"], dataset.get("revision")),
        value=Decimal(value.text if isinstance(value, Written) else value),
        verify_token=data.get("verifyToken"),
        date=data.get("date"),
        source=source and EvalSource(source["url"], source.get("name"), source.get("user"), source.get("org")),
        notes=data.get("notes"),
    )


def _check_result(path: Path, data: Any, findings: Findings) -> None:
    if not _check_keys(path, data, _RESULT, ("dataset", "value"), findings):
        return
    for key in ("verifyToken", "date", "notes"):
        _check_text((*path, key), data, findings)
    date = data.get("date")
    if isinstance(date, str) and not _is_date(date):
        findings.add((*path, "date"), "is not a date of ISO 8601", 'write such as "2026-11-05"')
    value = data.get("value")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        findings.add((*path, "value"), "must be a number", "give the score without a unit")
    for key, known, needed in (("dataset", _DATASET, ("id", "task_id")), ("source", _SOURCE, ("url",))):
        at = (*path, key)
        if data.get(key) is not None and _check_keys(at, data[key], known, needed, findings):
            for inner in known:
                _check_text((*at, inner), data[key], findings)
    benchmark = data["dataset"].get("id") if isinstance(data.get("dataset"), dict) else None
    if isinstance(benchmark, str) and (fault := id_fault(benchmark)):
        findings.add((*path, "dataset", "id"), f"`{benchmark}` {fault[0]}", fault[1])


def _check_keys(path: Path, data: Any, known: tuple[str, ...], needed: tuple[str, ...], findings: Findings) -> bool:
    """Whether ``data`` is a mapping; what it lacks and what does not belong there is noted."""
    if not isinstance(data, dict):
        findings.add(path, "must be a mapping", f"its keys are: {', '.join(known)}")
        return False
    for key in data:
        if key not in known:
            findings.add((*path, key), "is not a key of this format", remedy_for(key, known), at="key")
    for key in needed:
        if data.get(key) is None:
            findings.add((*path, key), "is empty" if key in data else "is missing", f"add `{key}: …`")
    return True


def _check_text(path: Path, data: Mapping[str, Any], findings: Findings) -> None:
    key = path[-1]
    value = data.get(str(key))
    if key in data and value is None:
        findings.add(path, "is empty", "write a value, or leave the key out")
    elif value is not None and not isinstance(value, str):
        findings.add(path, "must be text", "put it in quotes")


def _is_date(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}
