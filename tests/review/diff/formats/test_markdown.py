from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser

import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.review.diff.change import Comparison
from cardgen.review.diff.formats.markdown import COMMENT_SIZE, as_markdown
from cardgen.review.diff.formats.told import Verdict
from tests.review.diff.formats.comparisons import HOSTILE, change, comparisons, many, prose

TO_HTML = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url", "math"])
OURS = {
    "h3",
    "h4",
    "p",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "li",
    "strong",
    "code",
    "b",
    "details",
    "summary",
}


class Shown(HTMLParser):
    """What a reader of the comment sees."""

    def __init__(self, comment: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.comments: list[str] = []
        self.text = ""
        """Without what is code, in which GitHub looks for no names."""
        self.code = ""
        self._in_code = 0
        self.feed(str(TO_HTML(comment)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._in_code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.code += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def is_fit(comment: str, cards: Sequence[Comparison]) -> Shown:
    """The comment as shown, after what holds for each was looked at."""
    assert len(comment.encode("utf-8", "surrogatepass")) <= COMMENT_SIZE
    shown = Shown(comment)
    assert set(shown.tags) <= OURS
    assert not shown.comments
    assert shown.tags["table"] == any(card.changes or card.error is not None for card in cards)
    assert not re.search(r"@\w|#\d|\b[Gg][Hh]-\d|://|\bwww\.", shown.text)
    assert (
        (shown.text + shown.code)
        .replace("\n", "")
        .replace("\u200d", "")
        .replace("\u200c", "")
        .replace("\u200b", "")
        .isprintable()
    )
    return shown


def rows(shown: Shown) -> int:
    return shown.tags["tr"] - shown.tags["table"]


def test_headlines_first_then_what_is_breaking_and_the_rest_folded() -> None:
    cards = [
        Comparison("calm", "main", "here", (change(1), change(2))),
        Comparison("same", "main", "here", ()),
        Comparison("bad", "main", "here", (change(3, "breaking"), change(4, "notable"))),
        Comparison("lost", "main", "here", (), "the evidence is damaged"),
    ]
    comment = as_markdown(cards)
    shown = is_fit(comment, cards)
    assert comment.startswith(
        "### 1 card could not be compared; 2 of 4 cards changed: 1 breaking, 1 notable, 2 notes\n\n| card |"
    )
    assert [line.split(" | ")[0] for line in comment.splitlines()[4:7]] == ["| lost", "| bad", "| calm"]
    order = ["#### Not compared", "#### Breaking", "<b>bad</b>: 1 notable", "<b>calm</b>: 2 notes", "review accept"]
    places = [comment.index(part) for part in order]
    assert places == sorted(places)
    assert (rows(shown), shown.tags["details"]) == (3, 2)
    assert change(3, "breaking").fingerprint in shown.code


def test_nobody_is_told_to_accept_what_could_not_be_compared() -> None:
    failed = Comparison("bad", "main", "here", (), "evidence.json is not JSON")
    assert "review accept" not in as_markdown([failed])


def test_nothing_to_tell_is_said() -> None:
    assert as_markdown([Comparison("same", "main", "here", ())]) == "### nothing changed in 1 card\n"
    assert as_markdown([]) == "### no cards to compare\n"


def test_what_was_decided_is_said() -> None:
    card = Comparison("a", "main", "here", (change(1, "breaking"), change(2, "breaking"), change(3, "breaking")))
    verdicts: dict[str, Verdict] = {card.changes[0].fingerprint: "accepted", card.changes[1].fingerprint: "rejected"}
    comment = as_markdown([card], lambda _name, each: verdicts.get(each.fingerprint))
    assert comment.splitlines()[4].endswith("| **3** |  |  | 2 |")
    listed = [line for line in comment.splitlines() if line.startswith("- ")]
    assert [("accepted" in line, "rejected" in line) for line in listed] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    all_accepted = as_markdown([card], lambda _name, _change: "accepted")
    assert "review accept" not in all_accepted


def test_what_a_project_holds_for_bad_comes_first_as_well() -> None:
    card = Comparison("a", "main", "here", (change(1, "breaking"), change(2, "notable"), change(3, "notable")))
    comment = as_markdown([card], is_open=lambda _name, each: each == card.changes[1])
    assert comment.splitlines()[4].endswith("| **1** | 2 |  | 1 |")
    listed = [line for line in comment.splitlines() if line.startswith(("- ", "#### "))]
    assert [
        next(part for part in ("open", "section-1", "section-2", "section-3") if part in line) for line in listed
    ] == [
        "open",
        "section-2",
        "section-1",
        "section-3",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_card_says_is_shown_and_calls_nobody(text: str) -> None:
    cards = [Comparison(f"a {text}", "main", "here", (prose(text, "breaking", text), prose("b", "note", text)), text)]
    is_fit(as_markdown(cards), cards)


@settings(max_examples=150)
@given(st.lists(comparisons, max_size=6))
def test_any_comparisons_fit_and_call_nobody(cards: list[Comparison]) -> None:
    shown = is_fit(as_markdown(cards), cards)
    assert rows(shown) == sum(bool(card.changes) or card.error is not None for card in cards)


@pytest.mark.parametrize(
    "cards",
    [
        many(1, 400),
        many(1, 4000),
        many(1000, 1),
        many(1000, 7),
        many(50, 60, "ü" * 500),
        many(3, 2, "𝒳@a " * 30_000),
        many(400, 1, "|" * 600),
        [Comparison("n" * 100_000, "main", "here", (change(1),), "e" * 100_000)],
        [Comparison(f"c{n}", "main", "here", (), "<&@a#1 " * 300) for n in range(1000)],
    ],
    ids=["400", "4000", "1000-cards", "7000", "long", "huge", "bars", "names", "errors"],
)
def test_whatever_there_is_fits_and_what_is_cut_is_counted(cards: list[Comparison]) -> None:
    comment = as_markdown(cards, rest="cardgen diff --base main")
    shown = is_fit(comment, cards)
    told = len(set(re.findall(r"\(`[0-9a-f]{12}`\)", comment))) if len(cards) == 1 else comment.count("`)\n")
    every = sum(len(card.changes) for card in cards)
    cut = re.search(r"\*\*(\d+) changes? did not fit here\*\*", comment)
    assert told + (int(cut[1]) if cut else 0) == every
    assert (cut is None) == ("cardgen diff --base main" not in comment)
    left = re.search(r"^And (\d+) more cards?: ", comment, re.MULTILINE)
    assert rows(shown) + (int(left[1]) if left else 0) == len(cards)


def test_400_changes_need_no_cut() -> None:
    assert "did not fit" not in as_markdown(many(1, 400))


@given(st.integers(1_500, 20_000), st.integers(1, 40), st.integers(0, 30))
def test_a_smaller_limit_is_kept_as_well(most: int, cards: int, changes: int) -> None:
    assert len(as_markdown(many(cards, changes), most=most).encode()) <= most
