"""Is all of a card about one model: its metadata, its text and the code that it prints?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Heading, Span
from cardgen.inherit.facts.hub import hub_links
from cardgen.inherit.facts.schemes import schemes_in
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.loaded import Loaded, loaded_models
from cardgen.lint.reading.naming import Named, contradiction, is_like_an_id, named, same_name
from cardgen.lint.reading.places import front_place, listed, metadata_of, title_of
from cardgen.lint.reading.quantities import paragraphs
from cardgen.lint.rules import model_index
from cardgen.patterns import regex

_ID = r"[A-Za-z0-9](?:[\w.-]{0,94}\w)?"
_SOURCE = regex(
    r"(?:\bquanti[sz](?:ed|ation) (?:[\w-]{1,20} ){0,4}(?:of|from)"
    r"|\boriginal (?:fp32|float32|pytorch|full[- ]precision)? ?model ?(?:comes from|is|:)"
    r"|\b(?:onnx|openvino|int8) (?:export|conversion|version) of|\b(?:converted|exported) from"
    r"|\bconverted (?:in)?to (?:[\w.+-]{1,20} ){1,3}from)"
    r"(?: (?:the|a|fine-?tuned|original|model|weights|fp32|pre-?trained|base)(?![\w./-])){0,5} ?:? ?\*{0,2}"
    rf"(?:\[[^\[\]\n]{{1,120}}\]\((?P<link>[^()\s]{{1,200}})|`?(?P<id>{_ID}/{_ID})`?(?!\w))",
    re.IGNORECASE,
)
_SENTENCE = 300
_THIS_IS = regex(
    r"\AThis (?:model |repository )?(?:is|contains) (?:the |an? )?(?:[\w-]{1,20} ){0,2}"
    r"\[[^\[\]\n]{1,120}\]\((?P<link>[^()\s]{1,200})\)(?: model)?,? "
    r"(?:converted|quanti[sz]ed|exported|compressed)\b",
    re.IGNORECASE,
)
"""A sentence on what this very model was made from, with a link to it or its id."""
_OWN_WORDS = regex(r"\bint-?8\b|\bquanti[sz]ed\b|\b(?:export|conversion) of\b|\bonnx version of\b", re.IGNORECASE)
_TRAINED = regex(
    r"\bqat\b|quanti[sz]ation[- ]aware|\bq?lora\b|\bpeft\b|mergekit|\bfine-?tun\w{1,3} (?:the )?quantized\b",
    re.IGNORECASE,
)
_QUANTIZED_ID = regex(r"(?:^|[-_.])(?:int8|w8a8|8bit|quanti[sz]ed|static|dynamic)(?:$|[-_.])", re.IGNORECASE)
_WIDTH = regex(r"(?<![a-z0-9])(?:u?int-?(?P<bits>[48])|w(?P<bits2>[48])a\d+)(?![a-z0-9])")
_FORMAT = regex(r"(?<![a-z])(?:pytorch|onnx|openvino|gguf|mlx)(?![a-z])")
_STATIC, _DYNAMIC = regex(r"(?<![a-z])static(?![a-z])"), regex(r"(?<![a-z])dynamic(?![a-z])")


def _told(subject: Subject) -> Named:
    """What title, base models and metadata say that the card's model is, together."""
    title = title_of(subject.document)
    metadata = metadata_of(subject.document)
    names = [title.title] if title else []
    names += [name for name, _span in subject.facts.base_models]
    names += model_index.names_of(metadata)
    data = [value for value, _path in listed(subject.document, "datasets") if isinstance(value, str)]
    data += [
        str(result.dataset.get("config") or result.dataset.get("type")) for result in model_index.results_of(metadata)
    ]
    said = named(*names)
    datasets = said.datasets | named(*data).datasets
    if "squad" in named(*data).datasets:  # metadata name the first for both
        datasets |= {"squad2"}
    return said._replace(datasets=datasets)


def _other_model(subject: Subject) -> Iterator[Found]:
    bases = [name for name, _span in subject.facts.base_models]
    loaded = [one for one in loaded_models(subject.document) if one.model and not one.quantized]
    own = [one for one in loaded if not any(same_name(one.id, base) for base in bases)]
    told = _told(subject)
    reasons = [_why_another(subject, one, told) for one in own]
    # One that fits may be this card's model, and the others stand beside it, unless they are its sisters: quantized
    # too, and of another architecture or other data.
    alone = bool(own) and all(reasons)
    seen: set[str] = set()
    for one, reason in zip(own, reasons, strict=True):
        if reason and one.id not in seen and (alone or _is_sister(one.id, told)):
            seen.add(one.id)
            yield Found(one.span, f"the code loads {one.id}, and {reason}", "load this card's model by its own id")


def _is_sister(model: str, told: Named) -> bool:
    found = contradiction(named(model), told)
    return found is not None and found.kind in ("architecture", "data") and _QUANTIZED_ID.search(model) is not None


def _why_another(subject: Subject, one: Loaded, told: Named) -> str | None:
    said = named(one.id)
    found = contradiction(said, told)
    if found:
        return f"the card is about another model: its {found.kind} is {found.otherwise}, not {found.said}"
    if width := _other_width(subject, one.id):
        return f"the card is about a model in {width}"
    if approach := _other_approach(subject, one.id):
        return f"the card is about a model that was quantized {approach}"
    title = title_of(subject.document)
    if title and is_like_an_id(title.title) and said.words and told.words and not said.words & told.words:
        return f"the card is about {title.title.strip()}, which has no word in common with it"
    return None


def _other_width(subject: Subject, model: str) -> str | None:
    """The width of the card's weights, where its title says it and an id names the other alone."""
    title = title_of(subject.document)
    widths = [
        {int(match["bits"] or match["bits2"]) for match in _WIDTH.finditer(text)} for text in _names(model, title)
    ]
    return f"INT{min(widths[1])}" if widths[0] and len(widths[1]) == 1 and not widths[0] & widths[1] else None


def _names(model: str, title: Heading | None) -> tuple[str, str]:
    return model.rpartition("/")[2].lower(), title.title.lower() if title else ""


def _other_approach(subject: Subject, model: str) -> str | None:
    """How the card's model was quantized, where an id names the other way alone."""
    approaches = {approach for _of, approach, _span in subject.facts.approaches}
    name = model.rpartition("/")[2].lower()
    static, dynamic = _STATIC.search(name) is not None, _DYNAMIC.search(name) is not None
    if static == dynamic or len(approaches) != 1:
        return None
    if static and approaches == {"dynamic"}:
        return "dynamically"
    return "statically" if dynamic and approaches == {"static"} else None


def _other_source(subject: Subject) -> Iterator[Found]:
    bases = [name for name, _span in subject.facts.base_models]
    if not bases:
        return
    told = named(*bases)
    for one in loaded_models(subject.document):
        said = named(one.id)
        if one.quantized and not any(same_name(one.id, base) for base in bases):
            found = contradiction(said, told, versions=True)
            if found or (said.words and told.words and not said.words & _told(subject).words):
                message = f"the recipe quantizes {one.id}, and the card's model was made from {bases[0]}"
                yield Found(one.span, message, "print the recipe that this model was made by")
        elif not one.model and said.case and told.case and not said.case & told.case:
            message = f"the code takes the tokenizer of {one.id}, and the base model is {bases[0]}"
            yield Found(one.span, message, "load the tokenizer of this card's model")


def _other_base(subject: Subject) -> Iterator[Found]:
    bases = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    if not bases:
        return
    sources = list(_sources(subject, _SOURCE))
    if any(same_name(name, base) for name, _span in sources for base in bases):
        sources = []  # what else it names was made of another model
    sources += [one for one in _sources(subject, _THIS_IS) if not any(same_name(one[0], base) for base in bases)]
    for name, span in sources[:1]:
        message = f"the text says that the model was made from {name}, and the metadata that it was from {bases[0]}"
        yield Found(span, message, f"write `base_model: {name}`, or correct the text")


def _sources(subject: Subject, pattern: re.Pattern[str]) -> Iterator[tuple[str, Span]]:
    """Ids that the text says this model is a quantization, export or conversion of."""
    for paragraph in paragraphs(subject.document):
        for match in pattern.finditer(paragraph.markdown):
            link = next((link.id for link in hub_links(match["link"] or "") if not link.dataset), None)
            name = link or match.groupdict().get("id")
            before = paragraph.markdown[max(0, match.start() - _SENTENCE) : match.start()].rpartition(". ")[2]
            if any(not _is_own(subject, first.id) for first in hub_links(before)):
                continue  # the sentence is about the model that it names first
            if name and ("/" in name or name.count("-") > 1):  # else it is likelier an owner's
                at = subject.document.source.find(name, paragraph.span.start, paragraph.span.end)
                yield name, Span(at, at + len(name)) if at >= 0 else paragraph.span


def _is_own(subject: Subject, name: str) -> bool:
    title = title_of(subject.document)
    return any(same_name(name, own) for own in (subject.facts.repo_id, title.title if title else None) if own)


def _index_name(subject: Subject) -> Iterator[Found]:
    """Only where the name contradicts the title and all base models: repositories are renamed, and cards copied."""
    title = title_of(subject.document)
    bases = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    if title is None or not bases:
        return
    index = metadata_of(subject.document).get("model-index")
    for at, entry in enumerate(index if isinstance(index, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        found = contradiction(named(name), named(title.title, *bases)) if isinstance(name, str) else None
        if found and found.kind in ("architecture", "number of parameters"):
            place = front_place(subject.document, "model-index", at, "name")
            message = f"model-index is of {name}, and the card of another model: its {found.kind} is {found.otherwise}"
            yield Found(place, message, "write this model's name and results, or leave model-index out")


def _two_ids(subject: Subject) -> Iterator[Found]:
    """Two ids of one owner that differ in nothing but how they say that the model is quantized."""
    loaded = [one for one in loaded_models(subject.document) if one.model and not one.quantized and "/" in one.id]
    first: dict[tuple[str, frozenset[str], tuple[str, ...]], Loaded] = {}
    for one in loaded:
        owner, _slash, name = one.id.lower().partition("/")
        schemes = tuple(sorted({scheme.name for scheme, _start, _end in schemes_in(name)}))
        if not schemes:
            continue
        known = first.setdefault((owner, named(one.id).words, schemes), one)
        if known.id.lower() != one.id.lower() and not _other_approaches(known.id, one.id):
            message = f"the code calls the model {one.id} here and {known.id} elsewhere"
            yield Found(one.span, message, "use the one id that it is published under", fault=one.id)


def _other_approaches(one: str, other: str) -> bool:
    """Whether they say so themselves: by approach, or by the format that one is for."""
    formats = [set(_FORMAT.findall(name.lower())) for name in (one, other)]
    if formats[0] != formats[1]:
        return True
    return any(bool(way.search(one.lower())) != bool(way.search(other.lower())) for way in (_STATIC, _DYNAMIC))


def _relation(subject: Subject) -> Iterator[Found]:
    relation = metadata_of(subject.document).get("base_model_relation")
    title = title_of(subject.document)
    if relation not in ("finetune", "adapter", "merge") or title is None:
        return
    text = subject.document.text
    made = any(approach != "none" for _of, approach, _span in subject.facts.approaches)
    if (made or _OWN_WORDS.search(title.title.replace("-", " "))) and not _TRAINED.search(text):
        place = front_place(subject.document, "base_model_relation")
        message = f"base_model_relation is `{relation}`, and the card says that its model is a conversion"
        yield Found(place, message, "write `base_model_relation: quantized`")


RULES: tuple[Rule, ...] = (
    Rule("snippet-other-model", "error", "Code that loads a model other than the card's.", _other_model),
    Rule("recipe-other-model", "error", "A recipe that starts from a model other than the card's.", _other_source),
    Rule("base-model-contradiction", "warning", "A base_model that is not what the text names.", _other_base),
    Rule("index-other-model", "warning", "A model-index under another model's name.", _index_name),
    Rule("own-id-differs", "error", "Code that calls the card's model by two ids.", _two_ids),
    Rule("base-model-relation", "warning", "A conversion that the metadata call something else.", _relation),
)
