from __future__ import annotations

from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.compare import in_order
from cardgen.review.diff.formats.text import as_text
from cardgen.review.diff.formats.told import Verdict
from cardgen.review.diff.rules import change

LICENSE = change("license-changed", "metadata.license", old="mit", new="apache-2.0")
WORDS = change(
    "prose-changed", "prose.caveats", section="caveats",
    old="These are a good many words that stay just as they are. Read them with care.",
    new="These are a good many words that stay just as they are. Read them twice.",
)  # fmt: skip
MODEL = Comparison("model", "main:cards/model", "cards/model", in_order([WORDS, LICENSE]))


def test_cards_with_their_changes_the_worst_first() -> None:
    assert as_text([MODEL]) == (
        f"model  main:cards/model → cards/model\n"
        f"  breaking {LICENSE.fingerprint}  the licence is apache-2.0, not mit\n"
        f"  note     {WORDS.fingerprint}  caveats: These are a good many … as they are. Read them [-with care.-]\n"
        f"{' ' * 25}{{+twice.+}}\n"
        f"\n"
        f"1 of 1 card changed: 1 breaking, 1 note\n"
    )


def test_what_was_decided_stands_beside_it() -> None:
    def decided(_name: str, told: Change) -> Verdict | None:
        return "rejected" if told.rule == "license-changed" else None

    assert "the licence is apache-2.0, not mit (rejected)\n" in as_text([MODEL], decided)


def test_no_changes_are_said_and_a_comparison_that_failed_is_none_of_them() -> None:
    same = Comparison("same", "old", "new", ())
    assert as_text([same]) == "nothing changed in 1 card\n"
    failed = Comparison("other", "old", "new", (), "evidence.json: is not JSON\n    Build the card anew.")
    assert as_text([same, failed]) == (
        "other  old → new\n"
        "  could not be compared: evidence.json: is not JSON\n"
        "      Build the card anew.\n"
        "\n"
        "1 card could not be compared\n"
    )


def test_lines_are_no_longer_than_the_terminal() -> None:
    modules = change(
        "modules-to-fp32", "variants.a.modules", variant="a", modules=tuple(f"layer.{n}" for n in range(9))
    )
    comparison = Comparison("model", "a" * 20, "b" * 20, (modules, WORDS))
    for width in (60, 80, 200):
        assert max(map(len, as_text([comparison], width=width).splitlines())) <= width
    assert as_text([comparison], width=1) == as_text([comparison], width=50)


def test_colours_are_escape_codes_of_which_others_write_none() -> None:
    hostile = change("title-changed", "title", old="plain", new="\x1b[31mred\x1b[0m \u202eturned")
    comparison = Comparison("model\x1b[2J", "old", "new", (hostile, LICENSE))
    assert "\x1b" not in as_text([comparison])
    coloured = as_text([comparison], colour=True)
    assert "\x1b[1;31mbreaking" in coloured
    assert "\x1b[31mred" not in coloured
    assert "U+001B[31mred" in coloured
    assert "\u202e" not in coloured


def test_markup_of_the_terminal_s_library_is_text() -> None:
    told = change("title-changed", "title", old="[bold]old[/bold]", new=":smile: [link=x]new[/link]")
    assert "the title is :smile: [link=x]new[/link], not [bold]old[/bold]" in as_text(
        [Comparison("model", "old", "new", (told,))]
    )
