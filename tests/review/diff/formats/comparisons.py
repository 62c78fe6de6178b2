"""Comparisons that formats are asked to tell, made by hand or drawn."""

from __future__ import annotations

from hypothesis import strategies as st

from cardgen.review.diff.change import SEVERITIES, Argument, Change, Comparison, Severity

HOSTILE = (
    "@octocat",
    "see #12 and GH-7, owner/name#3",
    "a | b || c \\| d \\",
    "`code` ``more",
    "</details></summary></td>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "line\none\r\n\r\n# heading\n- item",
    "\u202eturned\u202c \u200bzero\x00\x1b[31m\x85\u2028end",
    "https://example.org www.example.org a@example.org",
    "[click](javascript:alert(1)) ![x](y) <https://example.org>",
    "*stars* _under_ ~~gone~~ $x$ :tada: **",
    "&lt;b&gt; &#64;octocat &commat;octocat",
    "::error file=x,line=1::y%0A%",
    "<!-- cardgen:review -->",
    "--- \n===\n",
    "",
)
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=60) | st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join)


def change(number: int, severity: Severity = "note", text: str = "other words") -> Change:
    """A change like no other."""
    return prose(f"section-{number}", severity, text)


def prose(section: str, severity: Severity, text: str) -> Change:
    """A section that is new, which may hold anything that a person wrote."""
    arguments: dict[str, Argument] = {"section": section, "text": text}
    return Change("prose-new", f"prose.{section}", severity, arguments)


def many(cards: int, changes: int, text: str = "other words") -> list[Comparison]:
    """Cards with changes of every severity, each unlike the others."""
    return [
        Comparison(
            f"card-{card}", "main", "here", tuple(change(each, SEVERITIES[each % 3], text) for each in range(changes))
        )
        for card in range(cards)
    ]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A new section of any words, at any place."""
    found = prose(draw(TEXTS), draw(st.sampled_from(SEVERITIES)), draw(TEXTS))
    return Change(found.rule, draw(TEXTS), found.severity, found.arguments)


comparisons = st.builds(
    Comparison,
    TEXTS,
    st.just("main"),
    st.just("here"),
    st.lists(changes(), max_size=5).map(tuple),
    st.none() | TEXTS,
)
