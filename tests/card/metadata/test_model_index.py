from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.metadata.front_matter import dump_front_matter
from cardgen.card.metadata.index_shape import DATASET, ENTRY, METRIC, RESULT, SOURCE, TASK, Table
from cardgen.card.metadata.model_index import (
    IndexMetric,
    IndexResult,
    ModelIndexEntry,
    ModelIndexError,
    dump_entries,
    dump_model_index,
    parse_model_index,
)
from tests.card.metadata.test_front_matter import NASTY

TEXTS = st.text() | st.sampled_from(NASTY)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([5e-324, 1e-5, 1e16, -0.0])
SCALARS = TEXTS | NUMBERS | st.booleans() | st.none()
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
GIVEN = DATA.filter(lambda value: value is not None)


def extras(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    unknown = st.dictionaries(TEXTS.filter(lambda key: key not in table), DATA, max_size=2)
    return st.just({}) | unknown


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


metrics = st.builds(
    IndexMetric,
    type=TEXTS,
    value=GIVEN,
    name=maybe(TEXTS),
    args=maybe(GIVEN),
    config=maybe(TEXTS),
    verified=maybe(st.booleans()),
    verify_token=maybe(TEXTS),
    extra=extras(METRIC),
)


@st.composite
def results(draw: st.DrawFn) -> IndexResult:
    has_source = draw(st.booleans())
    return IndexResult(
        task_type=draw(TEXTS),
        task_name=draw(maybe(TEXTS)),
        dataset_type=draw(TEXTS),
        dataset_name=draw(TEXTS),
        metrics=tuple(draw(st.lists(metrics, max_size=3))),
        dataset_config=draw(maybe(TEXTS)),
        dataset_split=draw(maybe(TEXTS)),
        dataset_revision=draw(maybe(TEXTS)),
        dataset_args=draw(maybe(GIVEN)),
        source_name=draw(maybe(TEXTS)) if has_source else None,
        source_url=draw(TEXTS) if has_source else None,
        extra=draw(extras(RESULT)),
        task_extra=draw(extras(TASK)),
        dataset_extra=draw(extras(DATASET)),
        source_extra=draw(extras(SOURCE)) if has_source else {},
    )


entries = st.lists(
    st.builds(ModelIndexEntry, name=TEXTS, results=st.lists(results(), max_size=3).map(tuple), extra=extras(ENTRY)),
    max_size=2,
).map(tuple)


def written(index: list[dict[str, Any]]) -> str:
    return dump_front_matter({"model-index": index}).removeprefix("---\n").removesuffix("---\n")


def read(text: str) -> Any:
    return yaml.safe_load(text)["model-index"]


@given(entries)
def test_what_is_written_is_read_back_equal(index: tuple[ModelIndexEntry, ...]) -> None:
    text = written(dump_entries(index))
    assert parse_model_index(read(text)) == index
    assert written(dump_entries(parse_model_index(read(text)))) == text


METRICS: list[dict[str, Any]] = [
    {"type": "accuracy", "value": 0.9062, "name": "Accuracy, pytorch static INT8"},
    {"type": "accuracy", "value": 0.906, "name": "Accuracy, onnx static INT8", "config": "default", "verified": False},
    {
        "type": "f1",
        "value": "20.0 ± 1.2",
        "name": "F1: macro # not binary",
        "args": {"average": "macro", "labels": [0, 1], "nested": {"12:30": ["no", None, 1e-5]}},
        "verified": True,
        "verifyToken": "eyJ",
        "slice": {"length": "<32"},
    },
]


def card_block() -> list[dict[str, Any]]:
    """Two datasets, told apart by nothing but their names, with unknown keys, and a second model."""
    first = {
        "task": {"type": "text-classification", "name": "Text classification", "domain": "film"},
        "dataset": {"type": "glue", "name": "SST-2", "config": "sst2", "split": "validation", "revision": "1e5"},
        "metrics": METRICS,
        "source": {"name": "Somebody's card", "url": "https://example.org/card", "seen": "2022-03-29"},
    }
    second = {
        "task": {"type": "text-classification"},
        "dataset": {"type": "glue", "name": "SST-2, shuffled", "config": "sst2", "split": "validation"},
        "metrics": [{"type": "loss", "value": 0, "name": None}],
        "notes": None,
    }
    other = {"name": "teacher", "results": [], "url": "https://example.org"}
    return [{"name": "student", "results": [first, second]}, other]


def test_a_block_of_any_card_keeps_all_that_it_says() -> None:
    block = card_block()
    assert dump_entries(parse_model_index(block)) == block
    assert read(written(dump_entries(parse_model_index(block)))) == block


def test_two_variants_on_one_dataset_stay_two() -> None:
    (student, teacher) = parse_model_index(card_block())
    assert [(metric.name, metric.value) for metric in student.results[0].metrics][:2] == [
        ("Accuracy, pytorch static INT8", 0.9062),
        ("Accuracy, onnx static INT8", 0.906),
    ]
    assert student.results[1].dataset_name == "SST-2, shuffled"
    assert (teacher.name, teacher.results, teacher.extra) == ("teacher", (), {"url": "https://example.org"})


def test_keys_are_written_in_the_order_of_the_format() -> None:
    metric = IndexMetric(type="f1", value=Decimal("0.490"), name="F1", args=(("average", "macro"),))
    result = IndexResult(
        "text-classification", "Text classification", "glue", "SST-2", (metric,), "sst2", source_url="https://x.org"
    )
    assert written(dump_model_index("model-int8", (result,))) == (
        "model-index:\n"
        "  - name: model-int8\n"
        "    results:\n"
        "      - task:\n"
        "          type: text-classification\n"
        "          name: Text classification\n"
        "        dataset:\n"
        "          type: glue\n"
        "          name: SST-2\n"
        "          config: sst2\n"
        "        metrics:\n"
        "          - type: f1\n"
        "            value: 0.490\n"
        "            name: F1\n"
        "            args:\n"
        "              average: macro\n"
        "        source:\n"
        "          url: https://x.org\n"
    )


def test_a_source_without_an_address_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="a source needs a url"):
        IndexResult("other", None, "d", "D", (), source_name="somebody")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(bad: float) -> None:
    metric = IndexMetric(type="f1", value=0.5, args={"weights": [1, {"deep": [bad]}]})
    block = dump_model_index("m", (IndexResult("other", None, "d", "D", (metric,)),))
    with pytest.raises(ValueError, match="cannot hold"):
        written(block)
    with pytest.raises(ModelIndexError) as caught:
        parse_model_index(block)
    assert [fault.path for fault in caught.value.faults] == [
        "model-index[0].results[0].metrics[0].args.weights[1].deep[0]"
    ]


def test_everything_of_a_wrong_shape_is_told_with_the_hubs_path() -> None:
    block = [
        {
            "results": [
                {"task": {}, "dataset": {"type": "d", "name": "D", "config": 3.0}, "metrics": [[], {"value": 1}]}
            ]
        },
        {"name": "m", "results": {"task": 1}},
        "m",
        {"name": None, "results": [{"task": "other", "metrics": None, "source": {"name": "S"}}]},
    ]
    with pytest.raises(ModelIndexError) as caught:
        parse_model_index(block)
    assert [f"{fault.path}: {fault.message}" for fault in caught.value.faults] == [
        "model-index[0].name: is missing",
        "model-index[0].results[0].task.type: is missing",
        "model-index[0].results[0].dataset.config: must be text, not the number 3.0",
        "model-index[0].results[0].metrics[0]: must be a mapping, not a list",
        "model-index[0].results[0].metrics[1].type: is missing",
        "model-index[1].results: must be a list, not a mapping",
        "model-index[2]: must be a mapping, not the text `m`",
        "model-index[3].name: is empty",
        "model-index[3].results[0].dataset: is missing",
        "model-index[3].results[0].metrics: is empty",
        "model-index[3].results[0].task: must be a mapping, not the text `other`",
        "model-index[3].results[0].source.url: is missing",
    ]


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A sound block with any data in the place of one of its parts."""
    block: Any = dump_entries(draw(entries))
    whole = {"block": block}
    holder: Any = whole
    key: Any = "block"
    while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 5)):
        holder = holder[key]
        key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[key] = draw(DATA)
    return whole["block"]


@given(spoilt())
def test_any_data_is_kept_or_refused(data: Any) -> None:
    try:
        index = parse_model_index(data)
    except ModelIndexError as refused:
        faults = refused.faults
    else:
        assert dump_entries(index) == data
        return
    assert faults
    assert all(fault.path.startswith("model-index") for fault in faults)
