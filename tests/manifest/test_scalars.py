from __future__ import annotations

import copy
import math

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from cardgen.manifest.scalars import Scalar, ScalarError, Written, quoted, read_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1.0e-5", 1e-5),
        ("1.0e+5", 1e5),
        ("3.0.0", "3.0.0"),
        ("main", "main"),
        ("v1", "v1"),
        ("y", "y"),
        ("a b", "a b"),
    ],
)
def test_what_all_readers_agree_on(text: str, value: Scalar) -> None:
    found = read_scalar(text)
    assert found == value
    assert type(found) is type(value) or (type(value) is float and isinstance(found, Written))


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("yes", "true"),
        ("Off", "false"),
        ("1e-5", "1.0e-05"),
        ("1e5", "100000.0"),
        ("1E22", "1.0e+22"),
        ("010", "10"),
        ("0o10", "8"),
        ("1_000", "1000"),
        ("12:30", "750"),
        ("0b11", "3"),
        ("-.5", "-0.5"),
        ("2026-11-20", None),
        ("2026-13-40", None),
        ("=", None),
        ("<<", None),
        (".nan", None),
        ("-.Inf", None),
        ("1" * 19, None),
    ],
)
def test_what_they_do_not_agree_on_is_refused(text: str, instead: str | None) -> None:
    with pytest.raises(ScalarError) as caught:
        read_scalar(text)
    if instead is not None:
        assert f"or {instead} for the" in caught.value.remedy
        read_scalar(instead)  # what is advised is accepted
    if text != "<<":
        assert quoted(text) in caught.value.remedy


@given(st.from_regex(r"[-+.0-9_:eExobn~tTyYsaflunrui]{0,12}", fullmatch=True))
def test_agrees_with_a_reader_of_yaml_1_1(text: str) -> None:
    try:
        found = read_scalar(text)
        old = yaml.safe_load(f"key: {text}")["key"]
    except ScalarError:
        return
    except yaml.YAMLError:
        assume(False)  # not one plain scalar
    if isinstance(old, str | int | float | bool | None):
        assert old == found
        assert not isinstance(found, float) or math.isfinite(found)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])))
def test_quoted_text_is_read_as_it_is(text: str) -> None:
    assert yaml.safe_load(quoted(text)) == text


def test_a_number_keeps_its_digits() -> None:
    found = read_scalar("0.490")
    assert isinstance(found, Written)
    assert found.text == "0.490"
    assert found == 0.49
    assert copy.deepcopy(found).text == "0.490"
