"""CSV files that evaluators of sentence-transformers write (6.2): one row an evaluation, the newest last.

The kind of evaluation and the name of its data stand in the name of the file alone. Headers turn the names of metrics
round: ``cosine_pearson`` is what the evaluator calls ``pearson_cosine``, which is how it is told here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from cardgen.patterns import regex
from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, no_number
from cardgen.results.values import finite, name_of

TOOL: Final = "sentence-transformers"
_HEAD: Final = ("epoch", "steps")
_FILE = regex(r"(.+?)(?:_evaluation|Evaluator)(?:_(.+))?_results(?:_@\d+)?\.csv")
_FUNCTION = regex(r"(cosine|dot|euclidean|manhattan|hamming)[-_](.+)", re.IGNORECASE)
_OUTSIDE_TRAINING: Final = "-1"


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    if document.content[:2] not in (b"ep", b"\xef\xbb"):
        return False
    return document.text.lower().startswith(("epoch,steps,", "epoch,steps\n"))


def read(document: Document) -> ResultsFile:
    """What it says.

    Raises:
        ResultsError: where its rows do not fit its header.
    """
    return gather(document, _found(document), tool=TOOL, tool_version=None)


def _found(document: Document) -> Iterator[Found]:
    try:
        rows = [row for row in csv.reader(io.StringIO(document.text)) if row]
    except csv.Error as error:
        raise document.error(f"is no CSV: {error}", remedy="Fetch it again.") from None
    header, *rows = rows
    if not rows:
        yield "the file has a header and no evaluation"
        return
    last = rows[-1]
    if len(last) != len(header) or not document.text.endswith("\n"):
        raise document.error(
            "is cut: its last row does not end", remedy="Fetch it again.", line=document.text.count("\n") + 1
        )
    if len(set(header)) < len(header):
        raise document.error("has two columns of one name", remedy="Fetch it again.", line=1)
    if len(rows) > 1:
        yield f"the file holds {len(rows)} evaluations, of which the last is told"
    named = _FILE.fullmatch(document.name)
    for column, stated in zip(header, last, strict=True):
        if column.lower() not in _HEAD:
            yield _figure(column, stated, dict(zip(header, last, strict=True)), named and (named[1], named[2]))


def _figure(column: str, stated: str, row: dict[str, str], named: tuple[str, str | None] | None) -> Found:
    turned = _FUNCTION.fullmatch(column)
    metric = name_of(f"{turned[2]}_{turned[1]}" if turned else column) or "a metric"
    try:
        value = finite(float(stated))
    except ValueError:
        return no_number(metric, None, stated)
    if value is None:
        return no_number(metric, None, float("nan"))
    return Figure(
        metric=metric,
        variant=name_of(named[0]) if named else None,
        value=value,
        task=name_of(named[1]) if named and named[1] else None,
        settings=tuple(
            Setting(name=name, value=at)
            for name in _HEAD
            if (at := name_of(row.get(name))) is not None and at != _OUTSIDE_TRAINING
        ),
    )
