"""Do licence and language fit the base model, and the text?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.catalog.base_models import Language, base_model
from cardgen.catalog.licenses import LICENSES
from cardgen.inherit.document import Document, Paragraph, Span, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, metadata_of
from cardgen.patterns import regex

_LICENSE_TOLD = regex(
    r"licen[sc]e(?:\(s\)|s)?\W{1,4}(?:this model is (?:released|licensed) under (?:the )?)?\[?"
    r"(?P<name>[a-z][a-z0-9. -]{1,40}\d?(?:\.\d)?)",
    re.IGNORECASE,
)
_ENGLISH_WORDS = """
glue mrpc sst2 mnli qnli qqp cola squad squad_v2 cnn_dailymail xsum samsum imdb conll2003 ag_news emotion go_emotions
swag librispeech_asr bookcorpus
"""
_ENGLISH_DATA = frozenset(_ENGLISH_WORDS.split())
_PERMISSIVE = frozenset({"apache-2.0", "mit"})
"""Licences that let a model made of another stand under a licence of its own, which is then no fault."""
_CODE = regex(r"[a-z]{2,3}(?:-\w+)?")
_NAMES = {
    "apache 2.0": "apache-2.0",
    "apache 2": "apache-2.0",
    "apache license 2.0": "apache-2.0",
    "apache license, version 2.0": "apache-2.0",
    "mit license": "mit",
    "llama 2": "llama2",
    "llama 3": "llama3",
    "llama 3.1": "llama3.1",
}


def _bases(subject: Subject) -> list[str]:
    written = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    return written or [name for name, _span in subject.facts.base_models]


def _of_base(subject: Subject) -> Iterator[Found]:
    bases = _bases(subject)
    known = base_model(bases[0]) if len(bases) == 1 else None
    metadata = metadata_of(subject.document)
    said = metadata.get("license")
    if known is None:
        return
    if known.license and isinstance(said, str) and said in LICENSES and said not in (known.license, "other", "unknown"):
        place = front_place(subject.document, "license")
        message = f"the licence is {said}, and that of the base model {bases[0]} is {known.license}"
        remedy = f"write `license: {known.license}`, or say why another one holds"
        yield Found(place, message, remedy, "note" if known.license in _PERMISSIVE else None)


def _language(subject: Subject) -> Iterator[Found]:
    codes = [str(code).lower() for code, _path in listed(subject.document, "language")]
    bases = _bases(subject)
    known = base_model(bases[0]) if len(bases) == 1 else None
    spoken, of = (known.language, f"the base model {bases[0]}") if known else _of_data(subject)
    if spoken is None or not codes or _of_data(subject)[0] in codes:
        return
    same = {spoken, {"en": "eng", "fr": "fra"}[spoken]}
    if all(_CODE.fullmatch(code) and code.partition("-")[0] not in same for code in codes):
        place = front_place(subject.document, "language")
        message = f"the language is {', '.join(codes)}, and that of {of} is {spoken}"
        yield Found(place, message, f"write `language: {spoken}`, or say what it was trained on besides")


def _language_missing(subject: Subject) -> Iterator[Found]:
    """Only where base model or data tell which it is: a model of images has none."""
    front = subject.document.front_matter
    if front is None or front.error or front.data.get("language"):
        return
    bases = _bases(subject)
    known = base_model(bases[0]) if len(bases) == 1 else None
    spoken = (known.language if known else None) or _of_data(subject)[0]
    if spoken is not None:
        message = "the front matter has no language, so that people do not find the model by it"
        yield Found(front_place(subject.document), message, f"write `language: {spoken}`")


def _of_data(subject: Subject) -> tuple[Language | None, str]:
    """The language of the data, where all that the metadata list are English."""
    data = [str(value) for value, _path in listed(subject.document, "datasets")]
    english = [name for name in data if name.lower().removeprefix("nyu-mll/") in _ENGLISH_DATA]
    return ("en", f"the data {', '.join(data)}") if data and len(english) == len(data) else (None, "")


def _license_told(subject: Subject) -> Iterator[Found]:
    said = metadata_of(subject.document).get("license")
    if not isinstance(said, str) or said not in LICENSES:
        return
    for text, span in _statements(subject.document):
        match = _LICENSE_TOLD.match(text.strip("*_- "))
        told = _license(match["name"]) if match else None
        if told and told != said and said != "other":
            message = f"the text says that the licence is {told}, and the metadata that it is {said}"
            yield Found(span, message, "find out which holds, and write it in both places")
            return


def _statements(document: Document) -> Iterator[tuple[str, Span]]:
    """Paragraphs, list items and rows that begin with the word licence."""
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.text[:12].lower().strip("*_- ").startswith("licen"):
            yield block.text, block.span
        elif isinstance(block, Table):
            for row in block.rows:
                if len(row) == 2 and row[0].text.strip().lower() in ("license", "licence", "license(s)"):
                    yield f"License: {row[1].text}", row[1].span


def _license(name: str) -> str | None:
    plain = name.strip(" .*").lower()
    return _NAMES.get(plain) or (plain if plain in LICENSES else None)


RULES: tuple[Rule, ...] = (
    Rule("license-base", "warning", "A licence other than that of a well-known base model.", _of_base),
    Rule("license-text", "warning", "A licence in the text that is not that of the metadata.", _license_told),
    Rule("language-missing", "note", "Metadata without the language that base model or data tell.", _language_missing),
    Rule("language-base", "warning", "A language other than that of a well-known base model.", _language),
)
