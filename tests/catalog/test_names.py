"""The catalog's lists, and the suggestions made from them."""

from __future__ import annotations

import itertools
import string

import langcodes
import pytest
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils._validators import validate_repo_id
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.hub_names import MAX_ID, id_fault, is_commit, revision_fault
from cardgen.catalog.languages import language_fault
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.metrics import METRICS
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.catalog.tasks import TASKS


def test_what_the_parts_of_the_catalog_say_of_each_other() -> None:
    for task in TASKS.values():
        assert task.pipeline_tag is None or task.pipeline_tag in PIPELINE_TAGS
        assert set(task.metrics) <= set(METRICS)
        assert not set(task.required_columns) & set(task.optional_columns)
    for backend in BACKENDS.values():
        assert set(backend.tasks) <= set(TASKS)
    for metric in METRICS.values():
        assert metric.low < metric.high


def test_lists_of_the_hub() -> None:
    assert len(LICENSES) == 83
    assert len(PIPELINE_TAGS) == len(set(PIPELINE_TAGS)) == 54
    assert {"apache-2.0", "openrail++", "llama3.3", "other"} <= set(LICENSES)


@pytest.mark.parametrize(
    ("name", "choices", "found"),
    [
        ("acuracy", METRICS, "accuracy"),
        ("Matthews Correlation", METRICS, "matthews_correlation"),
        ("neural_compressor", BACKENDS, "neural-compressor"),
        ("apache2", LICENSES, "apache-2.0"),
        ("APACHE-2.0", LICENSES, "apache-2.0"),
        ("qqq", METRICS, None),
        ("", METRICS, None),
    ],
)
def test_nearest(name: str, choices: dict[str, object], found: str | None) -> None:
    assert nearest(name, choices) == found


@given(st.sampled_from(sorted(LICENSES)))
def test_a_name_is_nearest_to_itself(name: str) -> None:
    assert nearest(name, LICENSES) == name


def test_remedy_lists_what_is_short() -> None:
    assert remedy_for("acuracy", ("accuracy", "f1")) == "did you mean `accuracy`? known are: accuracy, f1"
    assert remedy_for("apache2", LICENSES) == "did you mean `apache-2.0`?"
    assert remedy_for("zzz", LICENSES) == ""
    assert remedy_for("zzz", ["int8"]) == "known is only: int8"


@pytest.mark.parametrize("code", ["en", "de", "deu", "ger", "haw", "yue", "multilingual", "code"])
def test_languages_that_the_hub_takes(code: str) -> None:
    assert language_fault(code) is None


@pytest.mark.parametrize(
    ("code", "instead"), [("English", "en"), ("EN", "en"), ("en-US", "en"), ("zh_Hans", "zh"), ("xx", "two or three")]
)
def test_languages_that_it_does_not_take(code: str, instead: str) -> None:
    fault = language_fault(code)
    assert fault is not None
    assert instead in fault[1]


def test_every_code_of_two_letters_is_judged_as_langcodes_judges_it() -> None:
    for code in map("".join, itertools.product(string.ascii_lowercase, repeat=2)):
        assert (language_fault(code) is None) == langcodes.tag_is_valid(code), code


_ids = st.from_regex(r"[a-c0.\-_/~ ]{1,8}(/[a-c.\-_]{1,4})?(\.git)?", fullmatch=True)


@given(_ids)
def test_ids_are_judged_as_the_hub_client_judges_them(text: str) -> None:
    try:
        validate_repo_id(text)
        sound = True
    except HFValidationError:
        sound = False
    if sound != (id_fault(text) is None):
        # The client lets `_` count as a boundary only inside a part; ids that begin or end with one exist.
        assert "_" in text


def test_ids() -> None:
    assert id_fault("gpt2") is None
    assert id_fault("gpt2", owner=True) == ("lacks the owner", "write owner/gpt2")
    assert id_fault("a" * (MAX_ID + 1)) is not None
    assert "address" in (id_fault("https://huggingface.co/a/b") or ("",))[0]
    assert "path" in (id_fault("./models/mine") or ("",))[0]


@pytest.mark.parametrize("text", ["main", "v1.0", "refs/pr/3", "20261120", "deadbeef", "a" * 40, "fe" * 20])
def test_revisions(text: str) -> None:
    assert revision_fault(text) is None


@pytest.mark.parametrize("text", ["714eb0f", "714EB0FA89D2F80546FDA750413ED43D93601A13", "a b", "../x", "-x", "a..b"])
def test_revisions_that_are_none(text: str) -> None:
    assert revision_fault(text) is not None
    assert not is_commit(text)
