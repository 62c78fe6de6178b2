"""Somebody's HTML → HTML that runs nothing, loads nothing, covers nothing and names nothing of the page around it.

nh3 decides what stays. What it leaves is led to where a preview can show it: a link to a file goes to the Hub, a
picture that lies beside the card is shown, and one that lies elsewhere is told as a link, since pages load nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from html.parser import HTMLParser
from urllib.parse import quote

import nh3
from markupsafe import Markup

from cardgen.patterns import regex

_TEXT = "a abbr b br code del em i ins kbd mark q s samp small span strong sub sup var wbr"
_BLOCKS = (
    "blockquote center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img input li ol p pre summary ul"
)
_TABLES = "caption col colgroup table tbody td tfoot th thead tr"
_TAGS = frozenset(f"{_TEXT} {_BLOCKS} {_TABLES} section".split())
_ALIGNED = frozenset({"left", "center", "right"})
_BLOCK_ALIGNED = ("div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "table")
_LANGUAGE = regex(r"language-[\w+#.-]{1,40}")
_ID = regex(r"[\w:.-]{1,200}")
_TAG = regex(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ENDED_BY_OTHERS = "p li dt dd tr td th thead tbody tfoot img br hr wbr col input"
"""Elements that another one of their kind ends, or that hold nothing."""
_DEEPEST = 500
"""Browsers lay out no more, and the time that parsing takes grows with the depth."""
_LARGEST = 2000
"""Pixels of a picture's side."""

SCHEMES = frozenset({"http", "https", "mailto"})
"""Of addresses that a link may lead to."""


def harmless(html: str, repo_id: str, assets: Collection[str] = (), *, anchors: str = "user-content-") -> str:
    """What a preview shows of HTML that anybody may have written: HTML again, in which every element is closed.

    Args:
        html: as Markdown gives it, or as it was typed.
        repo_id: the card's repository, from which addresses start.
        assets: paths, relative to the card's folder, of the pictures that lie beside the page too.
        anchors: what the ids in it start with, so that none is one of the page's own.
    """
    if _nests_deeply(html):
        words = "The HTML of this card nests too deeply to be shown; this is its source."
        return f"<p>{words}</p>\n<pre>{Markup.escape(html)}</pre>"
    base = f"https://huggingface.co/{repo_id}/blob/main/"
    placed = _Placed(base, assets, anchors)
    placed.feed(_cleaner(base, anchors).clean(html))
    placed.close()
    return "".join(placed.parts)


def _nests_deeply(html: str) -> bool:
    open_: Counter[str] = Counter()
    depth = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if tag[1]:
            if open_[name]:
                open_[name] -= 1
                depth -= 1
        elif name not in _ENDED_BY_OTHERS.split():
            open_[name] += 1
            depth += 1
            if depth > _DEEPEST:
                return True
    return False


def _cleaner(base: str, anchors: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes={
            "*": {"id", "title"},
            "a": {"href"},
            "code": {"class"},
            "details": {"open"},
            "img": {"src", "alt", "width", "height"},
            "input": {"checked", "disabled"},
            "ol": {"start"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
        },
        tag_attribute_values={
            "input": {"type": {"checkbox"}},
            **{tag: {"align": set(_ALIGNED)} for tag in _BLOCK_ALIGNED},
        },
        set_tag_attribute_values={"input": {"disabled": "", "type": "checkbox"}},
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        url_schemes=set(SCHEMES),
        url_relative=("rewrite_with_base", base),
        id_prefix=anchors,
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return next((part for part in value.split() if _LANGUAGE.fullmatch(part)), None)
    if name == "id":
        return value if _ID.fullmatch(value) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() and int(value[:5]) <= _LARGEST else None
    return value


class _Placed(HTMLParser):
    """Passes clean HTML on, with pictures, links and wide things as the page can show them."""

    def __init__(self, base: str, assets: Collection[str], anchors: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._base, self._assets, self._anchors = base, {quote(path): path for path in assets}, anchors
        self._links = 0
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.parts.append(self._picture(given))
            return
        if tag == "a":
            self._links += 1
            self.parts.append(self._link(given))
            return
        if tag == "table":
            if not self._tables:
                self.parts.append('<div class="scroll" tabindex="0" role="group" aria-label="Table">')
            self._tables += 1
        if tag == "input":
            given["aria-label"] = "done" if "checked" in given else "to do"
        if tag == "pre":
            given["tabindex"] = "0"  # it scrolls where its lines are long
        self.parts.append(_start(tag, given))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")
        if tag == "a":
            self._links -= 1
        if tag == "table":
            self._tables -= 1
            if not self._tables:
                self.parts.append("</div>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def _link(self, given: dict[str, str]) -> str:
        address = given.get("href")
        if address and address.startswith(f"{self._base}#"):
            given["href"] = f"#{self._anchors}{address.removeprefix(f'{self._base}#')}"
            del given["rel"]
        return _start("a", given)

    def _picture(self, given: dict[str, str]) -> str:
        address = given.pop("src", "")
        given.setdefault("alt", "")
        path = address.removeprefix(self._base)
        if path in self._assets:
            return _start("img", {"src": quote(self._assets[path]), **given})
        words = Markup.escape(given["alt"].strip() or "a picture")
        if self._links or not address:  # a link in a link would end the one around it
            return f'<span class="picture">{words}</span>'
        attributes = {"class": "picture", "href": address, "rel": "noopener noreferrer nofollow"}
        return f"{_start('a', attributes)}{words}</a>"


def _start(tag: str, attributes: dict[str, str]) -> str:
    # nh3 gives attributes in an order that differs from one process to the next.
    given = "".join(f' {name}="{Markup.escape(value)}"' for name, value in sorted(attributes.items()))
    return f"<{tag}{given}>"
