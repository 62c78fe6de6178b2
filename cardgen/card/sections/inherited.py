"""The base model's card inside the card of an export: its words kept, what would mislead replaced or marked."""

from __future__ import annotations

import hashlib
import re

from cardgen.card.facts.joined import Facts
from cardgen.card.model import Inherited, Usage
from cardgen.card.words.markdown import Markdown, code, fenced
from cardgen.card.words.wording import base_model, revision_text
from cardgen.inherit.document import CodeBlock, Document, Section
from cardgen.inherit.parse import parse_card
from cardgen.patterns import regex
from cardgen.records.evidence import InheritedCard
from cardgen.records.inputs import Resolution

_RESULTS = regex(r"\b(evaluat|result|performance|benchmark|score|metric)", re.IGNORECASE)
_LOADS = regex(r"from_pretrained\(|pipeline\(|AutoModel|load_model\(")
_PROMPT = regex(r"\s*(>>>|\.\.\.)(\s|$)")
_NO_ANSWER = regex(r"\s*>>> *(#|(from|import)\s)")
_DISCLOSURE = regex(r"<!--\s*cardgen:.*?-->", re.DOTALL)


def build_inherited(facts: Facts, usage: tuple[Usage, ...]) -> Inherited | None:
    """The base model's card, where it was taken over.

    Every section's text is as it was, byte for byte, but for three things: its first level-1 heading, which would make
    a second title, is left out; code that loads the base model gives way to code that loads this artifact, with what
    the base model answered kept; and a section of results says whose they are. A card with page chrome is freed of it.
    """
    inherited = facts.evidence.inherited
    if inherited is None:
        return None
    document = parse_card(inherited.text)
    if document.form != "plain":
        document = parse_card(document.text)
    base = base_model(facts.manifest, facts.evidence)
    state = revision_text(Resolution(what="model", source=inherited.source))
    if inherited.source.origin == "local":  # the model's own hash leaves its card out
        digest = hashlib.sha256(inherited.text.encode()).hexdigest()
        state = Markdown(f"a local copy, SHA-256 {code(digest)}")
    notice = Markdown(
        f"What follows is the card of {base}, as its authors wrote it ({state}). It is about the base model in its own "
        "format: cardgen left out its title, replaced the code that loads it, marked its results, and changed nothing "
        "else."
    )
    return Inherited(notice, Markdown(_body(document, usage, base).strip("\n")))


def inherited_metadata(inherited: InheritedCard | None) -> dict[str, object]:
    """The front matter of the base model's card; empty without one."""
    if inherited is None:
        return {}
    front_matter = parse_card(inherited.text).front_matter
    return dict(front_matter.data) if front_matter else {}


def _body(document: Document, usage: tuple[Usage, ...], base: Markdown) -> str:
    parts: list[str] = []
    own_code: list[Usage] = list(usage)
    titled = False
    for section in document.sections:
        heading = section.heading
        if heading and heading.level == 1 and not titled:
            titled = True
            start = heading.span.end
            start += len(document.source[start:]) - len(document.source[start:].lstrip("\r\n"))
        else:
            start = section.span.start
        text = _replaced(document, section, start, own_code)
        if heading and _RESULTS.search(heading.title) and start == section.span.start:
            cut = heading.span.end - start
            text = (
                f"{text[:cut].rstrip()}\n\n*These are results of {base}, not of this export.*\n\n{text[cut:].lstrip()}"
            )
        parts.append(text)
    return _DISCLOSURE.sub("", "".join(parts))


def _replaced(document: Document, section: Section, start: int, own_code: list[Usage]) -> str:
    """The section's text from ``start`` on, with other code in the place of code that loads the base model."""
    pieces = []
    at = start
    for block in section.blocks:
        if not isinstance(block, CodeBlock) or block.span.start < at or not _LOADS.search(block.code):
            continue
        pieces.append(document.source[at : block.span.start])
        if own_code:
            own = own_code.pop(0)
            instead = str(fenced(own.snippet, own.language))
        else:
            instead = f"*Code that loads the base model stood here; {code('How to use')} above loads this export.*"
        if answers := _answers(block.code):
            instead += f"\n\n*The base model answered:*\n\n{fenced(answers, 'text')}"
        pieces.append(instead.replace("\n", "\n" + _margin(document.source, block.span.start)))
        at = block.span.end
    pieces.append(document.source[at : section.span.end])
    return "".join(pieces)


def _answers(session: str) -> str:
    """What an interactive session asked and was answered, without the lines that load; empty for other code."""
    kept = []
    loading = False
    for line in session.splitlines():
        prompt = _PROMPT.match(line)
        if prompt and prompt[1] == ">>>":
            loading = bool(_LOADS.search(line) or _NO_ANSWER.match(line))
        elif not prompt:
            loading = False
        if not loading:
            kept.append(line)
    text = "\n".join(kept).strip("\n")
    asked = any(_PROMPT.match(line) for line in session.splitlines())
    answered = any(line.strip() and not _PROMPT.match(line) for line in kept)
    return text if asked and answered else ""


def _margin(source: str, at: int) -> str:
    """What stands before the lines of a block in a list or quote, so that it stays in there."""
    line = source[max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1 : at]
    return re.sub(r"[^\s>]", " ", line)
