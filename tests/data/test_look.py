from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.data.draw import drawn_rows
from cardgen.data.look import Seen, look_at_file
from cardgen.data.needs import Need
from cardgen.records.inputs import DatasetSlice, Source

LOCAL = Source(origin="local", sha256="0" * 64)
Rows = list[dict[str, Any]]
LABELS = ("bad", "good")
EVALUATED = {
    "text-classification": {"text": "text", "label": "label"},
    "multi-label-classification": {"text": "text", "labels": "labels"},
    "text-regression": {"text": "text", "score": "score"},
    "token-classification": {"text": "words", "labels": "tags"},
    "question-answering": {"question": "q", "context": "c", "answers": "a"},
    "summarization": {"text": "text", "summary": "short"},
    "multiple-choice": {"text": "text", "choices": "answers", "label": "right"},
    "sentence-similarity": {"text": "one", "text_pair": "other", "score": "score"},
    "text-generation": {"text": "text"},
}


def look(folder: Path, content: str | Rows, task: str = "text-classification", **asked: Any) -> Seen:
    """At a file of rows, or of CSV."""
    path = folder / "data"
    path.write_text(content if isinstance(content, str) else "\n".join(map(json.dumps, content)))
    fields = {"columns": EVALUATED[task], "expected": "samples" not in asked, **asked}
    labels = fields.pop("model", LABELS)
    data = DatasetSlice(source=LOCAL, format="csv" if isinstance(content, str) else "json")
    need = Need(name="evaluation", data=data, task=task, **fields)
    return look_at_file(need, path, labels)


def told(seen: Seen) -> list[tuple[str, str]]:
    return [(".".join(fault.key), fault.message) for fault in seen.faults]


def test_data_that_are_right_are_fine(tmp_path: Path) -> None:
    assert look(tmp_path, "text,label\na,good\nb,bad\n") == Seen((), whole=True)


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    rows: Rows = [
        {"text": "a", "label": "god"},
        {"text": None, "label": None},
        {"text": 7, "label": "bad"},
        {"label": ""},
    ]
    assert told(look(tmp_path, rows, labels={"neutral": "goood"})) == [
        (
            "columns.text",
            (
                "Column `text` should hold text, but 3 of 4 rows do not (rows 1, 2, 3, counted from 0); "
                "the first holds nothing (null)."
            ),
        ),
        (
            "columns.label",
            "2 of 4 rows have no label in column `label` (null, empty or -1; rows 1, 3, counted from 0).",
        ),
        ("labels.neutral", "`evaluation.labels` maps `neutral` to `goood`, which is not a label of the model."),
        ("labels", "Labels of the dataset are not the model's: `god`. The model's labels: `bad`, `good`."),
    ]


@pytest.mark.parametrize(
    ("task", "rows", "key", "says"),
    [
        ("text-classification", [{"txt": "a", "label": "bad"}] * 2, "columns.text", "has no column `text`, which"),
        ("text-classification", [{"text": "a", "label": 1}] * 2, "labels", "are bare numbers"),
        ("text-classification", [{"text": "a", "label": -1}] * 2, "columns.label", "labels below 0"),
        ("text-classification", [{"text": "a", "label": at / 2} for at in (1, 2)], "columns.label", "holds float"),
        ("text-classification", [{"text": "a", "label": ["bad"]}] * 2, "columns.label", "holds list values"),
        ("text-classification", [{"text": "a", "label": "bad"}], "dataset", "only one sample"),
        ("token-classification", [{"words": ["a"], "tags": ["bad", "bad"]}] * 2, "columns.labels", "has 1 words and 2"),
        ("token-classification", [{"words": ["a"], "tags": 3}] * 2, "columns.labels", "and no list of labels"),
        ("token-classification", [{"words": [], "tags": []}] * 2, "columns.text", "2 of 2 rows hold none"),
        ("token-classification", [{"words": ["a"], "tags": ["B-LOC"]}] * 2, "labels", "not the model's: `B-LOC`"),
        ("token-classification", [{"words": "a b", "tags": "bad 1"}] * 2, "labels", "not the model's: `1`"),
        ("question-answering", [{"q": "a", "c": "b", "a": {"text": [1]}}] * 2, "columns.answers", "hold answers"),
        ("question-answering", [{"q": ["a"], "c": "b", "a": []}] * 2, "columns.question", "['a'], which is not text"),
        ("summarization", [{"text": "a", "short": None}] * 2, "columns.summary", "nothing (null)"),
        ("multiple-choice", [{"text": "a", "answers": "b", "right": 0}] * 2, "columns.choices", "holds text, not"),
        ("multiple-choice", [{"text": "a", "answers": ["b"], "right": 0}] * 2, "columns.choices", "of two or more"),
        ("multiple-choice", [{"text": "a", "answers": ["b", "c"], "right": 2}] * 2, "columns.label", "number 2 in row"),
        ("multiple-choice", [{"text": "a", "answers": ["b", "c"], "right": "B"}] * 2, "columns.label", "'B', which is"),
        ("multiple-choice", [{"text": "a", "answers": ["b", "c"], "right": -1}] * 2, "columns.label", "no label"),
        ("multi-label-classification", [{"text": "a", "labels": 3}] * 2, "columns.labels", "a list of labels"),
        ("multi-label-classification", [{"text": "a", "labels": ["god"]}] * 2, "labels", "not the model's: `god`"),
        ("multi-label-classification", [{"text": "a", "labels": [1.0]}] * 2, "columns.labels", "mark 1 labels"),
        ("text-regression", [{"text": "a", "score": "near"}] * 2, "columns.score", "not a number"),
        ("sentence-similarity", [{"one": "a", "other": "b", "score": "near"}] * 2, "columns.score", "not a number"),
        ("sentence-similarity", [{"one": "a", "other": 3, "score": 1}] * 2, "columns.text_pair", "3, which is not"),
    ],
)  # fmt: skip
def test_each_kind_of_column_is_looked_at(tmp_path: Path, task: str, rows: Rows, key: str, says: str) -> None:
    (only,) = told(look(tmp_path, rows, task))
    assert only[0] == key
    assert says in only[1]


def test_columns_by_a_pattern(tmp_path: Path) -> None:
    columns = {"text": "text", "choices": "end*", "label": "right"}
    fine = "text,end0,end1,right\na,b,c,0\na,b,c,1\n"
    assert look(tmp_path, fine, "multiple-choice", columns=columns) == Seen((), whole=True)
    ((key, message),) = told(look(tmp_path, fine.replace("end1", "stop"), "multiple-choice", columns=columns))
    assert (key, "only one column that `end*` stands for" in message) == ("columns.choices", True)
    ((key, message),) = told(look(tmp_path, fine.replace(",1\n", ",2\n"), "multiple-choice", columns=columns))
    assert (key, "number 2 in row 1" in message) == ("columns.label", True)
    late = [{"text": "a", "end0": "b", "end1": "c", "right": 0}] * 2000 + [{"text": "a", "end0": "b", "end2": "c"}]
    found = told(look(tmp_path, late, "multiple-choice", columns=columns))
    assert [key for key, _message in found] == ["columns.choices", "columns.choices", "columns.label"]
    assert "but 2000 of 2001 rows do not (rows 0, 1, 2, 3, 4," in found[1][1]


def test_only_the_rows_that_a_limit_draws_matter(tmp_path: Path) -> None:
    good: Rows = [{"text": "a", "label": "bad"}, {"text": "b", "label": "good"}]
    assert told(look(tmp_path, good, limit=1)) == [
        ("limit", "There is only one sample, which is too few to evaluate on.")
    ]
    rows: Rows = good * 3000
    left, drawn = (next(row for row in range(4000, 6000) if (row in drawn_rows(6000, 50, 7)) is within)
                   for within in (False, True))  # fmt: skip
    rows[left] = {"text": None, "label": "?"}
    assert look(tmp_path, rows, limit=50, seed=7) == Seen((), whole=True)
    assert len(look(tmp_path, rows, limit=6000, seed=7).faults) == 2
    rows[drawn] = {"text": None, "label": "good"}
    ((key, message),) = told(look(tmp_path, rows, limit=50, seed=7))
    assert key == "columns.text"
    assert f"1 of 50 rows do not (rows {drawn}, counted from 0)" in message


@pytest.mark.parametrize("limit", [100, 500])
def test_a_limit_of_sorted_rows_draws_every_label(tmp_path: Path, limit: int) -> None:
    rows: Rows = [{"text": "a", "label": label} for label in ("bad", "good") for _ in range(500)]
    assert look(tmp_path, rows, limit=limit) == Seen((), whole=True)
    assert look(tmp_path, rows, limit=limit, labels={"bad": "bad"}, model=("bad", "x")).faults, "of `good`"


@pytest.mark.parametrize(
    ("limit", "key", "says"),
    [
        (10, "limit", "All 10 samples that are drawn have the label `bad`"),
        (None, "dataset", "All 1000 samples have the label `bad`"),
        (5000, "dataset", "All 1000 samples have the label `bad`"),
    ],
)
def test_one_label_alone_is_refused(tmp_path: Path, limit: int | None, key: str, says: str) -> None:
    rows: Rows = [{"text": "a", "label": "bad"}] * 1000
    ((told_of, message),) = told(look(tmp_path, rows, limit=limit))
    assert told_of == key
    assert says in message
    tags: Rows = [{"words": ["a", "b"], "tags": ["bad", "bad"]}] * 1000
    assert [key for key, _message in told(look(tmp_path, tags, "token-classification", limit=limit))] == [key]


@pytest.mark.parametrize(
    ("tags", "model", "labels", "told_of"),
    [
        (["O", "B-PER"], ("LABEL_0", "LABEL_1"), {"O": "LABEL_0", "B-PER": "LABEL_1"}, []),
        ([0, 1], ("O", "B-PER"), {"0": "O", "1": "B-PER"}, []),
        ([0, 1], ("LABEL_0", "LABEL_1"), {"0": "LABEL_0", "1": "LABEL_1"}, ["metrics"]),
        (["NOUN", "VERB"], ("NOUN", "VERB"), None, ["metrics"]),
    ],
)
def test_labels_that_are_no_spans_are_told_where_spans_are_scored(
    tmp_path: Path, tags: list[Any], model: tuple[str, ...], labels: dict[str, str] | None, told_of: list[str]
) -> None:
    rows: Rows = [{"words": ["a", "b"], "tags": tags}] * 2
    fields = {"model": model, "labels": labels}
    assert [
        key for key, _message in told(look(tmp_path, rows, "token-classification", spans=True, **fields))
    ] == told_of
    assert told(look(tmp_path, rows, "token-classification", **fields)) == [], "of words, any labels can be scored"


def test_columns_that_come_late_are_told_of_where_they_lack(tmp_path: Path) -> None:
    columns = {"text": "text", "choices": "end*", "label": "right"}
    rows: Rows = [{"text": "a", "end0": "b", "end1": "c", "right": 0}] * 2000 + [{"text": "a", "end2": "c"}] * 2000
    drawn = drawn_rows(4000, 40, 3)
    found = told(look(tmp_path, rows, "multiple-choice", columns=columns, limit=40, seed=3))
    late = next(message for _key, message in found if "`end2`" in message)
    assert f"(rows {', '.join(map(str, drawn[:5]))}, counted from 0)" in late


def test_a_corpus_may_be_one_text(tmp_path: Path) -> None:
    assert look(tmp_path, [{"text": "a"}], "text-generation") == Seen((), whole=True)


@pytest.mark.parametrize(
    ("samples", "faults", "whole"),
    [
        (2, [], False),  # the two that are right may be drawn
        (3, ["columns.text"], True),
        (4, ["columns.text"], True),
        (5, ["samples", "columns.text"], True),
    ],
)
def test_rows_that_may_not_be_drawn_are_left_open(tmp_path: Path, samples: int, faults: list[str], whole: bool) -> None:
    rows = [{"text": text} for text in ("a", "b", None, None)]
    seen = look(tmp_path, rows, columns={"text": "text"}, samples=samples)
    assert [".".join(fault.key) for fault in seen.faults] == faults
    assert seen.whole == whole


def test_labels_are_left_open_where_the_model_is_not_at_hand(tmp_path: Path) -> None:
    assert look(tmp_path, "text,label\na,x\nb,y\n", model=None) == Seen((), whole=False)
    assert look(tmp_path, [{"text": "a"}] * 2, "text-generation", model=None) == Seen((), whole=True)


def test_what_takes_a_library_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "data.parquet").write_bytes(b"")
    data = DatasetSlice(source=LOCAL, format="parquet")
    need = Need(name="evaluation", data=data, task="text-generation", columns={"text": "text"})
    assert look_at_file(need, tmp_path / "data.parquet", None) == Seen((), whole=False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("text,label\n", "The dataset's file data has no rows."),
        ("", "The file data cannot be read as csv: it is empty, where the first line should name the columns."),
        ("a,b\na\n", "The file data cannot be read as csv: line 2 has 1 value, and the first line names 2 columns."),
    ],
)
def test_a_file_that_holds_nothing_is_told(tmp_path: Path, content: str, says: str) -> None:
    assert told(look(tmp_path, content)) == [("dataset", says)]


def test_a_column_of_texts_named_as_labels(tmp_path: Path) -> None:
    rows = [{"text": "a", "label": f"text {at}"} for at in range(60_000)]
    ((key, message),) = told(look(tmp_path, rows))
    assert key == "columns.label"
    assert message == "Column `label` holds more than 50000 different values, which are no labels."


@pytest.mark.parametrize(("separator", "called"), [(";", "`;`"), ("\t", "tabs"), ("|", "`|`")])
def test_columns_that_are_separated_by_something_else_are_told_so(tmp_path: Path, separator: str, called: str) -> None:
    seen = look(tmp_path, f"text{separator}label\na{separator}good\nb{separator}bad\n")
    remedies = {fault.remedy for fault in seen.faults}
    assert remedies == {f"Its columns are separated by {called}: save it with commas instead."}


def test_one_column_of_another_name_is_no_question_of_separators(tmp_path: Path) -> None:
    assert "Did you mean `texts`?" in look(tmp_path, "texts\na\nb\n").faults[0].remedy
