from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of, written


@pytest.mark.parametrize(
    "entry",
    [
        "@misc{films,\n  title = {Films},\n  url = {\\url{x}}\n}",
        "@misc{films\nauthor = {A, B},\ntitle = {no comma behind the key},\n}",
        "@article{a,\n  title = {never closed",
    ],
)
@pytest.mark.parametrize("shape", ["```bibtex\n{}\n```\n", "```\n{}\n```\n", "{}\n"])
def test_an_entry_as_written(entry: str, shape: str) -> None:
    card = "# Citation\n\n" + shape.replace("{}", entry)
    ((text, span),) = facts_of(card).citations
    assert text == entry
    assert written(card, span) == entry


def test_two_entries_in_one_block() -> None:
    card = "```bibtex\n@misc{a, title={b}}\n\n@article{c, title={d}}\n```\n"
    assert [text for text, _span in facts_of(card).citations] == ["@misc{a, title={b}}", "@article{c, title={d}}"]


def test_an_address_is_no_entry() -> None:
    assert facts_of("Write to someone@misc.org about {this}.\n").citations == ()
