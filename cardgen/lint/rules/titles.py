"""Does the card have one title, and is it the model's?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Heading
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, title_of
from cardgen.patterns import regex

_ARCHITECTURES_WORDS = """
albert bart bert bigbird bloom camembert convnext deberta distilbart distilbert distilgpt2 distilroberta
electra  ernie falcon funnel gemma gpt2 gptj hubert led llama longformer marian mbart minilm mistral
mobilebert mpnet mt5  opt pegasus phi qwen2 resnet roberta segformer squeezebert swin t5 tinybert vit wav2vec2
whisper xlnet
"""
_ARCHITECTURES = frozenset(_ARCHITECTURES_WORDS.split())
_SIZES_WORDS = """
tiny mini small medium base large xlarge xxlarge
"""
_SIZES = frozenset(_SIZES_WORDS.split())
_JOINED = regex(r"\b(distil|tiny|mobile|squeeze|de|al|ro|camem)[ _-](?=(?:bert|bart|roberta|gpt2)\w*\b)")
_JOINED_MORE = regex(r"\b(gpt|t|mt|wav2vec|qwen)[ -](?=\d\b)")
_ORDINARY_SIZE = regex(
    r"\b(?:base|large|small|medium|tiny|mini)[ -](?:model|dataset|corpus|corpora|scale|batch|set|vocabulary)s?\b"
    r"|\b(?:a|an|its|very) (?:base|large|small|medium|tiny|mini)\b"
)
_DATASET_WORDS = regex(r"\b(?:fine-?tuned|trained) (?:on|for|with)\b.*")


def _count(subject: Subject) -> Iterator[Found]:
    headings = [section.heading for section in subject.document.sections if section.heading]
    first = [heading for heading in headings if heading.level == 1]
    if not first:
        place = headings[0].span if headings else front_place(subject.document)
        yield Found(
            place, "the card has no title: no heading of level 1", "begin the text with `# ` and the model's name"
        )
    elif headings[0].level != 1:
        message = (
            f"the card begins without its title; its heading of level 1 is `{first[0].title.strip()}`, further down"
        )
        yield Found(headings[0].span, message, "begin the text with `# ` and the model's name")
    for heading in first[1:]:
        yield Found(heading.span, "the card has a second heading of level 1", "make it one of level 2")


def _named(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Architectures and sizes that a title or an id names."""
    plain = _JOINED_MORE.sub(r"\1", _JOINED.sub(r"\1", text.casefold()))
    words = re.split(r"[^a-z0-9]+", plain)
    families = frozenset(word for word in words if word in _ARCHITECTURES)
    sizes = frozenset(re.split(r"[^a-z0-9]+", _ORDINARY_SIZE.sub(" ", plain))) & _SIZES
    return families, sizes


def _contradiction(subject: Subject) -> Iterator[Found]:
    title = title_of(subject.document)
    bases = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    bases = bases or [name for name, _span in subject.facts.base_models]
    if title is None or not bases:
        return
    named, sized = _named(_DATASET_WORDS.sub("", title.title.casefold()))
    base_named, base_sized = _named(" ".join(base.rsplit("/", 1)[-1] for base in bases))
    if named and base_named and not named & base_named:
        yield _wrong(title, sorted(named), bases[0])
    elif named & base_named and len(sized) == len(base_sized) == 1 and sized != base_sized:
        yield _wrong(title, sorted(sized), bases[0])


def _wrong(title: Heading, words: list[str], base: str) -> Found:
    said = " and ".join(f"`{word}`" for word in words)
    return Found(title.span, f"the title says {said}, but the base model is {base}", "name the model that it is")


RULES: tuple[Rule, ...] = (
    Rule("title-count", "note", "No title, or more than one.", _count),
    Rule(
        "title-contradiction",
        "warning",
        "A title that names another architecture than the base model's.",
        _contradiction,
    ),
)
