from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.importer.fit import fitted
from cardgen.manifest.places import Findings
from cardgen.manifest.prose import check_prose
from cardgen.manifest.prose_faults import _with_card_below, prose_fault

PIECES = [
    *("```", "````py", "~~~", "# A", "## B", "#", "   # C", "text", "<!-- ", "-->", "\n", " ", "\x85", "`"),
    *("<pre>", "</pre>", "<h1>", "<details>", "<?", "<![CDATA[", "<script", ">", "- ", "===", "---", "    ", "|"),
]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("# A\n\n## B\n\n#### C", "### A\n\n### B\n\n#### C\n"),
        ("```\n# a comment\n```", "```\n# a comment\n```\n"),
        ("~~~\n# a comment", "~~~\n# a comment\n~~~\n"),
        ("#hash", "#hash\n"),
        ("<!-- gone", "<!-- gone\n-->\n"),
    ],
)
def test_what_would_change_the_card_around_it(text: str, fits: str) -> None:
    assert fitted(text) == fits


@given(st.lists(st.sampled_from([*PIECES, "\n"])))
def test_whatever_it_is_given_a_manifest_takes(pieces: list[str]) -> None:
    findings = Findings("manifest.yaml")
    check_prose({"notes": fitted("".join(["x\n", *pieces]))}, Path(), findings)
    assert not findings


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("<details>\n<summary>a</summary>\n\nb", "<details>\n<summary>a</summary>\n\nb\n</details>\n"),
        ("<pre>a", "<pre>a\n</pre>\n"),
        ("<details><details>\n\na", "<details><details>\n\na\n</details>\n</details>\n"),
        ('<h1 align="center">a</h1>\n\nb', '<h3 align="center">a</h3>\n\nb\n'),
        ("a\n===\n\nb", "### a\n\nb\n"),
        ("a\nb\n===\n", "### a b\n"),
        ("<?a", "<?a\n?>\n"),
        ("`<h1>` is a tag", "`<h1>` is a tag\n"),
    ],
)
def test_what_would_hide_or_head_the_rest_of_a_card_ends(text: str, fit: str) -> None:
    assert fitted(text) == fit
    assert prose_fault(fitted(text)) is None


def test_all_that_is_left_open_ends_however_much_it_is() -> None:
    assert fitted("<details>\n\n" * 90 + "b") == "<details>\n\n" * 90 + "b\n" + "</details>\n" * 90


def test_a_text_that_fits_is_read_once() -> None:
    """By what lowers headings and by what looks for faults: reading is most of the time of a long text."""
    before = _with_card_below.cache_info().misses
    assert fitted("Words that no other test has.\n\n---\n\n<b>an item</b>") != ""
    assert _with_card_below.cache_info().misses == before + 1


def test_a_text_of_which_nothing_can_change_the_card_is_not_read() -> None:
    before = _with_card_below.cache_info()
    assert fitted("### Further words that no other test has\n\n- *an item*\n- `# code`") != ""
    assert _with_card_below.cache_info() == before


def test_several_headings_of_both_forms_are_lowered_in_place() -> None:
    text = "# One\n\na\n\nTwo\n===\n\n```\n# no heading\n```\n\n## Three\n\nFour\nmore\n---\n\n#### Five"
    lowered = "### One\n\na\n\n### Two\n\n```\n# no heading\n```\n\n### Three\n\n### Four more\n\n#### Five\n"
    assert fitted(text) == lowered
