from __future__ import annotations

from functools import partial

import pytest

from cardgen.inherit.parse import parse_card
from cardgen.lint.rules.disclosure import RULES, disclosed_rules
from tests.growth import assert_linear
from tests.lint.asking import ask

NOTE = "<!-- cardgen:disclosed license-missing -->"


@pytest.mark.parametrize(
    "body",
    [
        f"The licence is not known. {NOTE}",
        f"{NOTE}\nThe licence is not known.",
        f"The licence\nis not\nknown.\n{NOTE}",
        f"- small\n- The licence is not known. {NOTE}",
        f"| Licence | not known {NOTE} |",
        "The licence is not known. <!-- cardgen:disclosed mojibake, license-missing -->",
        "The licence is not known. <!--cardgen:disclosed mojibake license-missing-->",
    ],
)
def test_words_beside_the_comment(body: str) -> None:
    assert "license-missing" in disclosed_rules(parse_card(f"# Model\n\n{body}\n\nMore.\n"))
    assert ask(RULES, f"# Model\n\n{body}\n\nMore.\n") == []


@pytest.mark.parametrize(
    "body",
    [
        NOTE,
        f"The model is small.\n\n{NOTE}\n\nIt is fast.",
        f"- The model is small.\n- {NOTE}",
        f"## Limits of this\n{NOTE}\n\nIt is fast.",
        f"<!-- not shown to anybody --> {NOTE}",
        f"<p hidden>The licence is not known. {NOTE}</p>",
        f'<p style="display: none">The licence is not known. {NOTE}</p>',
        f"[//]: # (not shown to anybody)\n{NOTE}",
        f"![](picture-of-some-thing.png) {NOTE}",
        f"**-** {NOTE}",
    ],
)
def test_a_comment_that_no_words_stand_beside(body: str) -> None:
    assert disclosed_rules(parse_card(f"# Model\n\n{body}\n")) == frozenset()
    (answer,) = ask(RULES, f"# Model\n\n{body}\n")
    assert (answer.rule, answer.at) == ("disclosure-hidden", NOTE)


@pytest.mark.parametrize(
    "card",
    [
        f"---\n# words here {NOTE}\nlicense: mit\n---\n# Model\n",
        f"# Model\n\n```text\nThe licence is not known. {NOTE}\n```\n",
        f"# Model\n\nIt is told so: `words here {NOTE}`\n",
    ],
)
def test_a_comment_that_is_none(card: str) -> None:
    assert disclosed_rules(parse_card(card)) == frozenset()


def test_a_rule_that_does_not_exist() -> None:
    (answer,) = ask(RULES, "# M\n\nThe licence is not known. <!-- cardgen:disclosed licence-missing -->\n")
    assert (answer.rule, answer.remedy) == ("disclosure-unknown", "did you mean `license-missing`?")


def test_a_comment_that_names_no_rule() -> None:
    (answer,) = ask(RULES, "# M\n\nThe licence is not known. <!-- cardgen:disclosed -->\n")
    assert answer.rule == "disclosure-unknown"


@pytest.mark.parametrize(
    ("part", "end"),
    [
        ("<!-- cardgen:disclosed ", ""),
        ("<!-- cardgen:disclosed x -->", ""),
        ("<!--", " cardgen:disclosed x -->"),
        ("\n", ""),
    ],
)
def test_time_grows_with_the_length_of_text(part: str, end: str) -> None:
    assert_linear(lambda parts: partial(ask, RULES, f"# M\n\nwords {part * parts}{end}"), few=1_000)
