"""Do links lead to what they say?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Span
from cardgen.inherit.facts.hub import hub_links, is_hub_id
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks, visible_stretches
from cardgen.patterns import regex

_HOST = regex(r"https?://(?P<host>[A-Za-z0-9][\w-]{0,62})(?::\d{1,5})?(?=[/)>\s\"']|\Z)")
_LOCAL = frozenset({"localhost", "host", "server", "hostname", "your-host", "your-server", "example"})
_LINK = regex(r"\[(?P<text>[^\[\]\n]{3,200})\]\((?P<target>https?://[^()\s]{1,300})\)")
_ID = regex(r"[\s`*]{0,4}(?P<id>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})[\s`*]{0,4}")
_SHELL = regex(
    r"^[ \t$]*(?:\w{1,60}=\S* )?(?:huggingface-cli|hf|git|pip3?|python3?|vllm|ollama|curl|wget|llama-\w+)[ \t][^\n]*",
    re.MULTILINE,
)
"""A line that is a command."""


def _addresses(subject: Subject) -> Iterator[Found]:
    for stretch in visible_stretches(subject.document):
        for match in _HOST.finditer(stretch.text):
            if match["host"].lower() not in _LOCAL and not match["host"].isdigit():
                place = Span(stretch.start + match.start("host"), stretch.start + match.end("host"))
                message = f"`{match['host']}` is no host on the internet: the address leads nowhere"
                yield Found(place, message, "write the whole address, such as https://huggingface.co/owner/name")
        for match in _LINK.finditer(stretch.text):
            said = _ID.fullmatch(match["text"])
            links = [link for link in hub_links(match["target"]) if not link.dataset]
            if said and len(links) == 1 and is_hub_id(said["id"]) and "/" not in links[0].id:
                target = links[0].id
                if said["id"].rpartition("/")[2].lower() == target.lower():
                    start = stretch.start + match.start("target")
                    message = f"the link says {said['id']} and leads to {target}, without its owner"
                    remedy = f"link to https://huggingface.co/{said['id']}"
                    yield Found(Span(start, start + len(match["target"])), message, remedy)


def _in_commands(subject: Subject) -> Iterator[Found]:
    for block, _section in code_blocks(subject.document):
        for line in _SHELL.finditer(block.code):
            for link in _LINK.finditer(block.code, line.start(), line.end()):
                message = "a link in Markdown stands in a command, which takes it as it is"
                place = block.place(link.start(), link.end())
                yield Found(place, message, "write the id or the address alone", fault="link")


RULES: tuple[Rule, ...] = (
    Rule("link-address", "warning", "A link that leads nowhere, or not to what it says.", _addresses),
    Rule("command-link", "error", "A link in Markdown inside a command.", _in_commands),
)
