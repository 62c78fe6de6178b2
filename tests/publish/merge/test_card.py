"""People's edits of a real card, and what a push makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardgen.inherit.parse import parse_card
from cardgen.publish.merge.card import MOST_LINES, merge_card
from cardgen.publish.merge.model import Merged
from cardgen.publish.merge.sections import UnmergeableError
from cardgen.records.sealed_text import read_seal

BASE, _ = read_seal(Path("cards/distilbert-sst2/README.md").read_text(encoding="utf-8"))
NEW = BASE.replace("0.9037", "0.9041").replace("cardgen 0.1.0", "cardgen 0.2.0")
"""The same card after a new measurement."""
SUMMARY = next(line for line in BASE.splitlines() if line.startswith("The model says whether"))


def section(title: str) -> str:
    """A section's text."""
    document = parse_card(BASE)
    return next(document.slice(part.span) for part in document.sections if part.title == title)


def merged(theirs: str, ours: str = NEW, *prose: str) -> Merged:
    return merge_card(BASE, theirs, ours, prose)


FINE = {
    "words of a sentence": lambda text: text.replace("load it only from a place that you trust", "so trust its source"),
    "a new paragraph at the end of a section": lambda text: text.replace(
        "## How it was quantized", "Ask us: 0.5 is a guess.\n\n## How it was quantized"
    ),
    "a new section at the end": lambda text: f"{text}\n## Thanks\n\nTo 3 people.\n",
    "a new section in between": lambda text: text.replace("## Intended use", "## News\n\nToday.\n\n## Intended use"),
    "a new section at the start": lambda text: text.replace("\n# INT8", "\n## Look here\n\nNow.\n\n# INT8"),
    "a new subsection": lambda text: text.replace("## Intended use", "### By hand\n\n`pip`\n\n## Intended use"),
    "text before the title": lambda text: text.replace("\n# INT8", "\n> A notice.\n\n# INT8"),
    "another title": lambda text: text.replace("# INT8 DistilBERT base uncased, fine", "# My DistilBERT, fine"),
    "another heading": lambda text: text.replace("## Model details", "## About the model"),
    "figures added to a sentence": lambda text: text.replace("when it is opened:", "when it is opened (see issue 12):"),
    "a new key": lambda text: text.replace("pipeline_tag:", "widget:\n  - text: so good\npipeline_tag:"),
    "a new key at the end": lambda text: text.replace("\n---\n\n#", "\nextra_gated_prompt: |\n  Say: please\n---\n\n#"),
    "a comment": lambda text: text.replace("tags:\n", "# for the search\ntags:  # all\n"),
    "a new tag": lambda text: text.replace("  - onnxruntime\n", "  - onnxruntime\n  - sentiment\n"),
    "another licence": lambda text: text.replace("license: apache-2.0", "license: 'mit'"),
    "keys in another order": lambda text: text.replace("license: apache-2.0\nlanguage:\n  - en\n", "").replace(
        "\nmetrics:", "\nlanguage: [en]  # English\nlicense: apache-2.0\nmetrics:"
    ),
}


@pytest.mark.parametrize("edit", FINE.values(), ids=FINE)
def test_edits_survive_a_new_measurement(edit: Callable[[str], str]) -> None:
    theirs = edit(BASE)
    assert theirs != BASE
    found = merged(theirs)
    assert found.conflicts == ()
    assert found.text == theirs.replace("0.9037", "0.9041").replace("cardgen 0.1.0", "cardgen 0.2.0")
    assert found.deleted == ()
    assert merged(theirs, BASE).text == theirs
    assert parse_card(found.text).front_matter


def test_a_moved_section_stays_where_it_was_moved() -> None:
    moved = section("How it was quantized")
    theirs = BASE.replace(moved, "").replace("## How to use", moved + "## How to use")
    found = merged(theirs)
    assert found.conflicts == ()
    assert found.text == theirs.replace("0.9037", "0.9041").replace("cardgen 0.1.0", "cardgen 0.2.0")


@pytest.mark.parametrize("title", ["How it was quantized", "Citation", "Model details", "Intended use"])
def test_a_deleted_section_stays_deleted_and_is_said(title: str) -> None:
    theirs = BASE.replace(section(title), "")
    found = merged(theirs)
    assert found.conflicts == ()
    assert found.deleted == (f"section `{title}`",)
    assert found.text == theirs.replace("0.9037", "0.9041").replace("cardgen 0.1.0", "cardgen 0.2.0")


def test_a_deleted_key_stays_deleted_and_is_said() -> None:
    found = merged(BASE.replace("metrics:\n  - accuracy\n", ""))
    assert (found.conflicts, found.deleted) == ((), ("key `metrics`",))
    assert "metrics:\n  - accuracy\n" not in found.text


BAD = {
    "a figure in a sentence": (lambda text: text.replace("accuracy 0.9060", "accuracy 0.9160"), "generated figure"),
    "a figure taken out": (lambda text: text.replace(" (0.51 % relative loss)", "", 1), "generated figure"),
    "a module's name": (
        lambda text: text.replace("`pytorch` and `onnx` was not", "`onnx` was not"),
        "generated figure",
    ),
    "a link's target": (lambda text: text.replace("(https://onnxruntime.ai)", "(https://x.org)"), "generated figure"),
    "a cell of a table": (lambda text: text.replace("| Anyone |", "| Everyone |"), "generated table"),
    "a row of a table": (lambda text: text.replace("| Anyone |", "| Anyone |\n| More | Of it |"), "generated table"),
    "a row less": (lambda text: text.replace("| Format | PyTorch | ONNX |\n", ""), "generated table"),
    "code": (lambda text: text.replace('"Put your text here."', '"Mine."'), "generated code"),
    "a line of code more": (lambda text: text.replace("print(model", "model.eval()\nprint(model"), "generated code"),
    "a version": (lambda text: text.replace("onnxruntime==1.31.1", "onnxruntime"), "generated code"),
    "a score in metadata": (lambda text: text.replace("value: 0.9037", "value: 0.95"), "cardgen says of the model"),
    "model-index": (lambda text: text.replace("model-index:", "modelindex:"), "cardgen says of the model was deleted"),
    "the base model": (
        lambda text: text.replace("base_model: dist", "base_model: mydist"),
        "cardgen says of the model",
    ),
    "a table that was moved": (
        lambda text: text.replace(section("How it was quantized"), "").replace(
            "## How to reproduce", section("How it was quantized").split("\n", 2)[2] + "## How to reproduce"
        ),
        "moved out of its section",
    ),
}


@pytest.mark.parametrize(("edit", "why"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("ours", [BASE, NEW], ids=["unchanged", "changed"])
def test_what_evidence_says_is_not_edited(edit: Callable[[str], str], why: str, ours: str) -> None:
    theirs = edit(BASE)
    assert theirs != BASE
    found = merged(theirs, ours)
    assert {why in conflict.why for conflict in found.conflicts} == {True}, found.conflicts
    assert all("on the Hub:" in str(conflict) and "cardgen:" in str(conflict) for conflict in found.conflicts)


def test_the_line_of_a_conflict_is_that_of_the_hubs_card() -> None:
    theirs = BASE.replace("| Anyone |", "| Everyone |").replace("\n# INT8", "\n> One\n\n> Two\n\n# INT8")
    (conflict,) = merged(theirs).conflicts
    assert theirs.splitlines()[conflict.line - 1] == "| Primary intended users | Everyone |"
    assert conflict.theirs == ("| Primary intended users | Everyone |",)
    assert conflict.ours == ("| Primary intended users | Anyone |",)
    assert conflict.place == "section `Intended use`"


def test_a_persons_own_figures_are_theirs() -> None:
    words = "It took 3 days."
    base = BASE.replace(SUMMARY, words)
    theirs = base.replace("3 days", "4 days")
    assert merge_card(base, theirs, base, (words,)).conflicts == ()
    assert merge_card(base, theirs, base).conflicts != ()
    prose = BASE.replace("## Citation", "## Caveats\n\n| Of | 3 |\n| --- | --- |\n| all | 9 |\n\n## Citation")
    theirs = prose.replace("| all | 9 |", "| all | 8 |")
    assert merge_card(prose, theirs, prose).text == theirs


def test_two_changes_of_one_sentence_are_a_conflict_and_both_are_shown() -> None:
    theirs, ours = (BASE.replace("well or badly", word) for word in ("kindly", "nicely"))
    (conflict,) = merged(theirs, ours, SUMMARY).conflicts
    assert "kindly" in str(conflict)
    assert "nicely" in str(conflict)


def test_a_section_that_came_home_is_not_kept_twice() -> None:
    theirs = BASE.replace("## Citation", "## My notes\n\nOne.\n\nTwo.\n\n## Citation")
    ours = BASE.replace("## How to reproduce", "## Notes\n\n### My notes\n\nOne.\n\nTwo.\n\n## How to reproduce")
    assert merged(theirs, ours).text == ours
    (conflict,) = merged(theirs, ours.replace("Two.", "Three.")).conflicts
    assert conflict.why == "both sides added such a section"


def test_an_edited_section_that_cardgen_drops_is_a_conflict() -> None:
    base = BASE.replace("## Citation", "## Notes\n\nOne.\n\n## Citation")
    assert merge_card(base, base, BASE).text == BASE
    (conflict,) = merge_card(base, base.replace("One.", "One of mine."), BASE).conflicts
    assert "no longer writes it" in conflict.why


def test_both_sides_add_a_tag() -> None:
    last = "  - onnxruntime\n"
    found = merged(BASE.replace(last, f"{last}  - mine\n"), BASE.replace(last, f"{last}  - ours\n"))
    assert found.text == BASE.replace(last, f"{last}  - mine\n  - ours\n")


def test_a_value_in_another_style_takes_the_new_one() -> None:
    theirs = BASE.replace("language:\n  - en\n", "# spoken\nlanguage: en\n")
    found = merged(theirs, BASE.replace("language:\n  - en\n", "language:\n  - en\n  - de\n"))
    assert found.conflicts == ()
    assert "# spoken\nlanguage:\n  - en\n  - de\n" in found.text


UNREADABLE = {
    "two front matters": (lambda text: text.replace("---\n\n#", "---\n---\nlicense: mit\n---\n\n#", 1), "two front"),
    "another in front": (lambda text: f"---\nlicense: mit\n---\n{text}", "two front matters"),
    "broken YAML": (lambda text: text.replace("license:", "license: ["), "cannot be read"),
    "a key twice": (lambda text: text.replace("language:", "license: mit\nlanguage:"), "gives `license` twice"),
    "never closed": (lambda text: text.replace("---\n\n#", "\n#", 1), "never closed"),
    "keys on one line": (lambda _text: "---\n{a: 1, b: 2}\n---\n# A\n", "lines of their own"),
    "no text": (lambda text: text[: text.index("# INT8")], "nothing is left below the front matter"),
    "very long": (lambda text: text + "\n" * MOST_LINES, "more than"),
}


@pytest.mark.parametrize(("edit", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_has_no_parts_is_not_merged(edit: Callable[[str], str], why: str) -> None:
    with pytest.raises(UnmergeableError, match=why):
        merged(edit(BASE))


def test_a_rule_at_the_start_is_no_second_front_matter() -> None:
    theirs = BASE.replace("---\n\n#", "---\n\n---\n\n#", 1)
    assert merged(theirs, BASE).text == theirs


def test_front_matter_that_was_deleted_is_a_conflict() -> None:
    theirs = BASE[BASE.index("# INT8") :]
    found = merged(theirs)
    assert {conflict.place for conflict in found.conflicts} == {
        "key `base_model`",
        "key `base_model_relation`",
        "key `model-index`",
    }


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_kept(end: str) -> None:
    theirs = BASE.replace("\n", end)
    assert merged(theirs).text == NEW.replace("\n", end)
    mixed = BASE.replace("\n", end, 70)
    assert merged(mixed, BASE).text == mixed


def test_a_byte_order_mark_is_kept() -> None:
    assert merged(f"\ufeff{BASE}").text == f"\ufeff{NEW}"
