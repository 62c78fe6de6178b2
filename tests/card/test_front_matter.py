from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.front_matter import dump_front_matter

KEYS = st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1)
SCALARS = (
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]))
    | st.sampled_from(
        ["no", "1e-5", "12:30", "2020-01-01", "0x1F", "~", "---", "a: b", "# c", "line\n---\nline", "é🙂"]
    )
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_written_reads_back_equal(data: dict[str, Any]) -> None:
    text = dump_front_matter(data)
    assert text.startswith("---\n")
    assert text.endswith("\n---\n")
    assert text.splitlines().count("---") == 2, "a value closed the block"
    assert yaml.safe_load(text.removeprefix("---\n").removesuffix("---\n")) == data


@pytest.mark.parametrize("text", ["no", "1e-5", "1_000", "12:30", "2020-01-01", "0o17", "null", "Y"])
def test_strings_that_some_reader_misreads_are_quoted(text: str) -> None:
    assert dump_front_matter({"key": text}) == f'---\nkey: "{text}"\n---\n'


def test_key_order_is_kept_and_lines_are_not_wrapped() -> None:
    text = dump_front_matter({"z": "word " * 100, "a": ["x", "x"]})
    assert text.splitlines()[2:] == ["a:", "  - x", "  - x", "---"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_nan_and_no_infinity(value: float) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        dump_front_matter({"key": value})
