from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
import yaml
from huggingface_hub import parse_eval_result_entries
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.metadata.eval_results import (
    EvalDataset,
    EvalResult,
    EvalResultsError,
    EvalSource,
    dump_eval_results,
    parse_eval_results,
)
from tests.card.metadata.test_front_matter import NASTY
from tests.strategies import commits, hub_ids

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])) | st.sampled_from(
    [text for text in NASTY if not _UNSEEN.search(text)]
)
VALUES = st.decimals(-(10**6), 10**6, places=6) | st.integers(-(10**9), 10**9).map(Decimal)
DATES = (
    st.dates().map(str)
    | st.datetimes(timezones=st.none() | st.timezones()).map(lambda time: time.isoformat())
    | st.sampled_from(["2026-W45-4", "20261105", "20261105T101112Z", "2026-11-05T10:11:12Z"])
)
results = st.builds(
    EvalResult,
    dataset=st.builds(EvalDataset, id=hub_ids, task_id=TEXTS, revision=st.none() | commits | TEXTS),
    value=VALUES | st.sampled_from([Decimal("0.490"), Decimal("1E-7"), Decimal("4.20E+12"), Decimal("-0.0")]),
    verify_token=st.none() | TEXTS,
    date=st.none() | DATES,
    source=st.none()
    | st.builds(EvalSource, url=TEXTS, name=st.none() | TEXTS, user=st.none() | TEXTS, org=st.none() | TEXTS),
    notes=st.none() | TEXTS,
)

FULL = EvalResult(
    dataset=EvalDataset("cais/hle", "default", "0123456789abcdef0123456789abcdef01234567"),
    value=Decimal("20.90"),
    verify_token="eyJ",
    date="2026-11-05",
    source=EvalSource("https://huggingface.co/owner/model", "cardgen", "owner", "org"),
    notes="INT8, dynamic",
)


@given(st.lists(results, max_size=3).map(tuple))
def test_what_is_written_is_read_back_equal(written: tuple[EvalResult, ...]) -> None:
    read = parse_eval_results(dump_eval_results(written))
    assert read == written
    assert dump_eval_results(read) == dump_eval_results(written)


@given(results, DATES)
def test_a_date_stays_text_for_every_reader(result: EvalResult, date: str) -> None:
    text = dump_eval_results([EvalResult(result.dataset, result.value, date=date)])
    assert f'\n  date: "{date}"\n' in text
    assert yaml.safe_load(text)[0]["date"] == date


def test_the_file_has_the_formats_keys_in_its_order() -> None:
    assert dump_eval_results([FULL, EvalResult(EvalDataset("owner/data", "t"), Decimal(1))]) == (
        "- dataset:\n"
        "    id: cais/hle\n"
        "    task_id: default\n"
        "    revision: 0123456789abcdef0123456789abcdef01234567\n"
        "  value: 20.90\n"
        "  verifyToken: eyJ\n"
        '  date: "2026-11-05"\n'
        "  source:\n"
        "    url: https://huggingface.co/owner/model\n"
        "    name: cardgen\n"
        "    user: owner\n"
        "    org: org\n"
        "  notes: INT8, dynamic\n"
        "- dataset:\n"
        "    id: owner/data\n"
        "    task_id: t\n"
        "  value: 1\n"
    )


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+999"])
def test_a_value_that_is_not_finite_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        dump_eval_results([EvalResult(EvalDataset("owner/data", "t"), Decimal(value))])


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a date of ISO 8601"):
        dump_eval_results([EvalResult(EvalDataset("owner/data", "t"), Decimal(1), date="yesterday")])


def test_everything_that_is_wrong_is_told_with_its_line() -> None:
    text = (
        "- dataset: {id: https://huggingface.co/cais/hle, revision: 3}\n"
        '  value: "20.9"\n'
        '  date: "May"\n'
        "- dataset:\n"
        "    id: cais/hle\n"
        "    task_id: default\n"
        "    taskid: default\n"
        "  source: {name: S}\n"
        "  verifyToken:\n"
        "- result\n"
    )
    with pytest.raises(EvalResultsError) as caught:
        parse_eval_results(text, "hle.yaml")
    told = [f"{problem.line} {problem.key}: {problem.message}" for problem in caught.value.problems]
    assert told == [
        "1 [0].dataset.task_id: is missing",
        "1 [0].dataset.id: `https://huggingface.co/cais/hle` is an address, not a Hub id",
        "1 [0].dataset.revision: must be text",
        "2 [0].value: must be a number",
        "3 [0].date: is not a date of ISO 8601",
        "4 [1].value: is missing",
        "7 [1].dataset.taskid: is not a key of this format",
        "8 [1].source.url: is missing",
        "9 [1].verifyToken: is empty",
        "10 [2]: must be a mapping",
    ]


def test_a_date_without_quotes_is_told() -> None:
    with pytest.raises(EvalResultsError, match="date") as caught:
        parse_eval_results("- dataset: {id: cais/hle, task_id: default}\n  value: 1\n  date: 2026-11-05\n")
    assert [problem.key for problem in caught.value.problems] == ["[0].date"]


@pytest.mark.parametrize("text", ["", "a: 1\n", "3\n", "- [\n", "- dataset: &a {id: x, task_id: y}\n  value: .nan\n"])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(EvalResultsError):
        parse_eval_results(text)


def test_huggingface_hub_reads_the_same() -> None:
    (entry,) = parse_eval_result_entries(yaml.safe_load(dump_eval_results([FULL])))
    expected: dict[str, Any] = {
        "dataset_id": "cais/hle",
        "task_id": "default",
        "value": 20.9,
        "dataset_revision": "0123456789abcdef0123456789abcdef01234567",
        "verify_token": "eyJ",
        "date": "2026-11-05",
        "source_url": "https://huggingface.co/owner/model",
        "source_name": "cardgen",
        "source_user": "owner",
        "source_org": "org",
        "notes": "INT8, dynamic",
    }
    assert vars(entry) == expected
