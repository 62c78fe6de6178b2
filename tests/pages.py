"""What a browser would make of a page, as far as a parser can say."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """A page's tags, attributes and text, and the text of each element of one kind."""

    def __init__(self, page: str, tag: str = "", **attributes: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        """Text of each ``tag`` with these attributes."""
        self._wanted = tag, set(attributes.items())
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == self._wanted[0] and self._wanted[1] <= set(attrs):
            self._inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != self._wanted[0]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data

    def is_harmless(self) -> bool:
        """Whether it runs nothing, and asks nobody for anything."""
        calls = [
            name for name, _value in self.attributes if name.startswith("on") or name in ("src", "style", "action")
        ]
        links = [value for name, value in self.attributes if name == "href" and not (value or "").startswith("#")]
        asking = {"script", "link", "img", "iframe", "form", "object", "embed", "base"} & set(self.tags)
        return not calls and not links and not asking
