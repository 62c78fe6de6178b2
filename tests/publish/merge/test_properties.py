"""What holds of every merge, whatever the cards are."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cardgen.publish.merge.card import merge_card
from cardgen.publish.merge.model import lines_of, with_ends

words = st.lists(
    st.sampled_from(["Some", "words", "of", "a", "person", "é", "<b>", "**bold**"]), min_size=1, max_size=4
)
paragraphs = words.map(" ".join)
"""Without figures, so that any of them may be edited."""
titles = st.sampled_from(["Results", "Caveats", "Notes", "How to use", "Times", "Citation", "More"])
sections = st.builds(
    lambda level, title, texts: f"{'#' * level} {title}\n\n" + "".join(f"{text}\n\n" for text in texts),
    st.integers(2, 3),
    titles,
    st.lists(paragraphs, max_size=3),
)
keys = st.dictionaries(
    st.sampled_from(["license", "tags", "language", "widget", "datasets"]),
    st.sampled_from(["mit", "\n  - one", "\n  - one\n  - two", "en  # really", "\n  deep:\n    - er"]),
    max_size=4,
)


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A card; its parts come from few, so that two cards have much in common."""
    given_keys = draw(keys)
    front = "".join(f"{key}: {value}\n" for key, value in given_keys.items())
    body = draw(st.lists(sections, max_size=5))
    return f"---\n{front}---\n\n# Title\n\n{draw(paragraphs)}\n\n{''.join(body)}".rstrip("\n") + "\n"


@st.composite
def edited(draw: st.DrawFn, card: str) -> str:
    """A card with lines taken out, put in or moved."""
    lines = card.split("\n")
    body = lines.index("# Title")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(body, len(lines) - 1))
        match draw(st.sampled_from(["in", "out", "move"])):
            case "in":
                lines[at:at] = ["", draw(paragraphs), ""]
            case "out":
                del lines[at]
            case "move":
                lines.insert(draw(st.integers(body, len(lines) - 1)), lines.pop(at))
        if len(lines) <= body:
            lines.append("# Title")
    assume(any(line.strip() for line in lines[body:]))  # an emptied card is refused
    return "\n".join(lines)


pairs = cards().flatmap(lambda card: st.tuples(st.just(card), edited(card)))


@settings(deadline=None)
@given(pair=pairs)
def test_what_only_people_changed_stays_as_they_left_it(pair: tuple[str, str]) -> None:
    base, theirs = pair
    merged = merge_card(base, theirs, base)
    assert (merged.text, merged.conflicts) == (theirs, ())


@settings(deadline=None)
@given(base=cards(), ours=cards())
def test_what_only_cardgen_changed_is_written_as_it_says(base: str, ours: str) -> None:
    merged = merge_card(base, base, ours)
    assert (merged.text, merged.conflicts, merged.kept, merged.deleted) == (ours, (), (), ())


@settings(deadline=None)
@given(base=cards(), both=cards())
def test_what_both_say_alike_is_no_conflict(base: str, both: str) -> None:
    merged = merge_card(base, both, both)
    assert (merged.text, merged.conflicts) == (both, ())


@settings(deadline=None)
@given(pair=pairs, ours=cards(), end=st.sampled_from(["\r\n", "\r"]))
def test_line_ends_are_theirs(pair: tuple[str, str], ours: str, end: str) -> None:
    base, theirs = pair
    assert merge_card(base, with_ends(theirs, end), base).text == with_ends(theirs, end)
    assert merge_card(base, with_ends(base, end), ours).text == with_ends(ours, end)


def said(card: str) -> set[str]:
    """Its lines, at whichever level their headings are."""
    return {line.strip().lstrip("#").strip() for line in lines_of(card)} - {""}


@settings(deadline=None)
@given(base=cards(), data=st.data(), ours=cards())
def test_no_line_that_a_person_wrote_is_dropped_unsaid(base: str, data: st.DataObject, ours: str) -> None:
    theirs = data.draw(edited(base))
    merged = merge_card(base, theirs, ours)
    if merged.conflicts:
        return
    assert said(theirs) - said(base) <= said(merged.text)


@settings(deadline=None)
@given(base=cards(), where=st.lists(st.booleans(), min_size=12, max_size=12))
def test_edits_of_different_sections_all_survive(base: str, where: list[bool]) -> None:
    parts = base.split("\n## ")
    theirs = "\n## ".join(part + "\n\nTheirs.\n" if mine else part for part, mine in zip(parts, where, strict=False))
    ours = "\n## ".join(part if mine else part + "\n\nOurs.\n" for part, mine in zip(parts, where, strict=False))
    assume(theirs != base)
    merged = merge_card(base, theirs, ours)
    assert merged.conflicts == ()
    assert merged.text.count("Theirs.") == theirs.count("Theirs.")
    assert merged.text.count("Ours.") == ours.count("Ours.")
