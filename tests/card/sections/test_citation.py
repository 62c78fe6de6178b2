from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardgen.card.sections.citation import bibtex
from cardgen.lint.reading.bibtex import read_entries
from cardgen.manifest.details import Citation

keys = st.from_regex(r"[^\s,{}\"#%~\\]{1,20}", fullmatch=True)
values = st.text(st.sampled_from('a{}\\" #,=@%$&_\n'), max_size=12) | st.text(max_size=20)


@given(keys, values)
@example("A=", "")
@example("a=b", "x")
def test_what_is_printed_reads_back_without_a_fault(key: str, value: str) -> None:
    (entry,) = read_entries(bibtex(Citation(type="misc", key=key, fields={"title": value, "year": "2024"})))
    assert entry.faults == []
    assert (entry.key, [name for name, _value, _at in entry.fields]) == (key, ["title", "year"])


@pytest.mark.parametrize(
    ("value", "printed"),
    [("a\\", r"a\textbackslash{}"), ("a\\\\", "a\\\\"), ("\\", r"\textbackslash{}"), (r"\{x}", "{x}".join(["\\", ""]))],
)
def test_a_backslash_at_the_end_leaves_the_brace_alone(value: str, printed: str) -> None:
    text = bibtex(Citation(type="misc", key="owner[1](b)=c", fields={"title": value}))
    assert text == f"@misc{{owner[1](b)=c,\n  title = {{{printed}}}\n}}"
    (entry,) = read_entries(text)
    assert (entry.faults, entry.key) == ([], "owner[1](b)=c")
