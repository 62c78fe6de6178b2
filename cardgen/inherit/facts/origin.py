"""Which repositories a card names: its own, the models that its model was made from, and datasets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from cardgen.inherit.document import Document, Span
from cardgen.inherit.facts.hub import hub_links, is_hub_id, same_model
from cardgen.inherit.facts.metadata import place_of
from cardgen.inherit.facts.model import Snippet
from cardgen.inherit.facts.scope import Scope
from cardgen.patterns import regex

_LONGEST = 20_000
_BEFORE = 160
_MOST = 20
"""Models that one could be made from."""

_PHRASE = regex(
    r"(?:\b(?:original|base|source|unquantized|full[- ]precision|fp32|float32|parent)\s(?:\w{1,20}\s){0,2}model\b"
    r"|\bfine[- ]?tuned\s(?:from|version\sof|model)\b"
    r"|\bquanti[sz]ed\s(?:\w{1,20}\s){0,2}(?:from|versions?\sof|variants?\sof)\b|\bquanti[sz]ation\sof\b"
    r"|\bquanti[sz]ing\s(?:\w{1,20}\s){1,5}of\b"
    r"|\b(?:export|conversion|onnx\sversion|int8\sversions?)\sof\b|\b(?:converted|exported|derived)\sfrom\b"
    r"|\bconverted\s(?:in)?to\s(?:[\w.+-]{1,20}\s){1,4}from\b"
    r"|\b(?:model|weights|checkpoint)\s(?:was|were|is|are)\staken\sfrom\b)",
    re.IGNORECASE,
)
_BETWEEN = regex(r"(?:[^.!?]|\.(?!\s))*")
"""The phrase and the link stand in one sentence."""
_ID = r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?"
_CODE_ID = regex(rf"`(?P<id>{_ID})`")
_BEFORE_CODE = regex(
    r"(?:\bbase model\b\s{0,2}(?:\([^()]{0,40}\))?\s{0,2}(?::|is|was)?|\bfp32 model\b\s{0,2}(?::|is|was|\()?"
    r"|\bname_or_path\b\s{0,2}:|\bfine[- ]?tuned from|(?<!distilled )\bversions? of|\bquanti[sz]ed from"
    r"|\b(?:export|conversion|quanti[sz]ation) of|\b(?:converted|exported) from)\s{0,3}(?:the\s)?$",
    re.IGNORECASE,
)
_LIKE_MODEL = regex(r"/|-.*-")
"""A package is named in the same words (``a newer version of `transformers` ``), and never like that."""
_HEADING_ID = regex(
    rf"\b(?:export|conversion|version|quanti[sz]ation)\sof\s(?:the\s)?`?(?P<id>{_ID})`?\s{{0,3}}$", re.IGNORECASE
)
_QUANTIZED_NAME = regex(
    r"(?:^|[-_.])(?:int[48]|onnx|quanti[sz]ed|static|dynamic|[qw]\d+a\d+|[48]bit|awq|gptq|fp8"
    r"|openvino|ov|inc)(?:$|[-_.])",
    re.IGNORECASE,
)


_OWNED = r"(?P<id>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,94}\w)"
_COMMAND = regex(
    r"(?:\b(?:hf|huggingface-cli)[ \t]+download|\bvllm[ \t]+serve|[ \t]-hf|[ \t]--hf-repo)[ \t]+[\"']?"
    rf"{_OWNED}(?![\w/])"
)
_FILE_LINK = regex(
    rf"(?:huggingface|hf)\.co/{_OWNED}/(?:blob|resolve)/[\w.-]{{1,60}}/[\w./-]{{0,200}}\.(?:gguf|safetensors|onnx|bin)\b"
)


_FILES = 2
"""Links to files of one repository, and of no other, from which it is the card's own: one alone may be a sibling's."""


def find_base_models(scope: Scope) -> tuple[tuple[str, Span], ...]:
    """Ids of what the model was made from, each once, where it stands first: metadata, headings, text."""
    found: dict[str, tuple[str, Span]] = {}
    for name, span in chain(_in_metadata(scope.document), _in_headings(scope), _in_prose(scope)):
        if not any(same_model(name, known) for known in found):
            found[name] = (name, span)
        if len(found) == _MOST:
            break
    return tuple(found.values())


def find_repo_id(scope: Scope, snippets: Iterable[Snippet], base_models: Iterable[str]) -> str | None:
    """The card's own id: of those that its code loads and that are no base model, the one that fits best."""
    bases = tuple(base_models)
    name = _index_name(scope.document)
    loaded = [model_id for snippet in snippets for model_id, _span in snippet.model_ids]
    own = [model_id for model_id in loaded if not any(same_model(model_id, base) for base in bases)]
    if name is not None:
        for model_id in own:
            if same_model(model_id, name):
                return model_id
        linked = (link.id for link in hub_links(scope.document.text) if not link.dataset)
        return next((model_id for model_id in linked if "/" in model_id and same_model(model_id, name)), name)
    titled = _title_id(scope.document)
    if titled is not None and not any(same_model(titled, base) for base in bases):
        return titled
    own += [name for name in _fetched(scope.document) if not any(same_model(name, base) for base in bases)]
    marked = [model_id for model_id in own if _QUANTIZED_NAME.search(model_id.rpartition("/")[2])]
    owned = [model_id for model_id in own if "/" in model_id]
    for candidates in (marked, owned, own):
        if candidates:
            return Counter(candidates).most_common(1)[0][0]
    return None


def find_datasets(document: Document) -> tuple[str, ...]:
    """Ids of datasets, of metadata first and then of links, each once."""
    data = document.front_matter.data.get("datasets") if document.front_matter else None
    listed = [data] if isinstance(data, str) else data if isinstance(data, list | tuple) else []
    named = [name for name in listed if isinstance(name, str) and name.strip()]
    linked = [link.id for link in hub_links(document.text) if link.dataset]
    return tuple(dict.fromkeys([*named, *linked]))


def _index_name(document: Document) -> str | None:
    entries = document.front_matter.data.get("model-index") if document.front_matter else None
    for entry in entries if isinstance(entries, list | tuple) else ():
        name = entry.get("name") if isinstance(entry, dict) and entry.get("results") != [] else None
        if isinstance(name, str) and is_hub_id(name):
            return name
    return None


def _title_id(document: Document) -> str | None:
    """The title, where it is an id with its owner: ``acme/gull-4b-GGUF``."""
    title = next((section.heading.title.strip(" `") for section in document.sections if section.heading), "")
    return title if "/" in title and is_hub_id(title) else None


def _fetched(document: Document) -> Iterator[str]:
    """Ids that commands serve or download, and those of links to single files of weights."""
    source = document.source[document.head.end :]
    yield from (found["id"] for found in _COMMAND.finditer(source))
    files = {(found["id"], found[0]) for found in _FILE_LINK.finditer(source)}
    if len(files) >= _FILES and len({name for name, _address in files}) == 1:
        yield next(iter(files))[0]


def _in_metadata(document: Document) -> Iterator[tuple[str, Span]]:
    value = document.front_matter.data.get("base_model") if document.front_matter else None
    if isinstance(value, str) and value.strip():
        yield value.strip(), place_of(document, ("base_model",))
    for index, item in enumerate(value if isinstance(value, list | tuple) else ()):
        if isinstance(item, str) and item.strip():
            yield item.strip(), place_of(document, ("base_model", index))


def _in_headings(scope: Scope) -> Iterator[tuple[str, Span]]:
    for section in scope.document.sections:
        heading = section.heading
        if heading is None or not (found := _HEADING_ID.search(heading.title[:300])):
            continue
        if is_hub_id(found["id"]) and re.search("[-/0-9]", found["id"]):
            yield found["id"], scope.places.find(heading.span, heading.title, found.start("id"), found.end("id"))


def _in_prose(scope: Scope) -> Iterator[tuple[str, Span]]:
    for prose in scope.prose:
        markdown = prose.markdown[:_LONGEST]
        found = [*_linked(markdown), *(_coded(markdown) if "`" in markdown else ())]
        for name, start, end in sorted(found, key=lambda item: item[1]):
            yield name, scope.places.literal(prose.span, prose.markdown, start, end)


def _linked(markdown: str) -> Iterator[tuple[str, int, int]]:
    for link in hub_links(markdown):
        if link.dataset:
            continue
        opening = markdown.rfind("[", max(0, link.start - 300), link.start)
        before = markdown[max(0, opening - _BEFORE) : opening] if opening >= 0 else markdown[: link.start][-_BEFORE:]
        phrases = list(_PHRASE.finditer(before))
        if phrases and "](" not in before[phrases[-1].end() :] and _BETWEEN.fullmatch(before, phrases[-1].end()):
            yield link.id, link.start, link.end


def _coded(markdown: str) -> Iterator[tuple[str, int, int]]:
    for found in _CODE_ID.finditer(markdown):
        name = found["id"]
        if not _LIKE_MODEL.search(name) or not is_hub_id(name):
            continue
        before = markdown[max(0, found.start() - _BEFORE) : found.start()].replace("*", " ")
        if _BEFORE_CODE.search(before[-90:]):
            yield name, found.start("id"), found.end("id")
