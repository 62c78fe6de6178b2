"""What a card states of a model that no backend made: its scheme, how, in which format, and the baseline's type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cardgen.inherit.document import Document, Heading
from cardgen.inherit.facts.schemes import SCHEME_WORDS, Scheme, one_scheme, schemes_in
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.remembered import for_one_card
from cardgen.patterns import regex

_OTHERS = regex(
    r"\b(?:compar|versus|vs\b|unlike|instead of|than\b|other (?:versions?|quant)|also available|see also|if you"
    r"|recommend|kv[ -]?cache|activations?\b)",
    re.IGNORECASE,
)
"""Of sentences that name schemes of other models, or of other things than weights."""
_MODELS = regex(
    r"\[[^\[\]\n]{0,300}\]\(<?(?:https?://)?(?:huggingface|hf)\.co/[^()\s]{1,300}\)"
    r"|(?:https?://)?\b(?:huggingface|hf)\.co/\S{1,300}|`?(?<![\w/.-])[\w.-]{1,96}/[\w.-]*-[\w.-]{1,96}`?"
)
"""Names and addresses of models, this one's base or siblings: a scheme in them is none that the text tells."""
_PRECISION = regex(r"(?<![A-Za-z0-9])(?P<name>BF-?16|FP?-?16|FP?-?32)(?![A-Za-z0-9])", re.IGNORECASE)
_BASE = regex(
    r"\b(?:original|base(?:line)?|unquanti[sz]ed|full[- ]precision|compared (?:to|with)|from|against|recovery)\b",
    re.IGNORECASE,
)
_FORMATS: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "GGUF": (("gguf",), regex(r"(?<![A-Za-z])GGUF(?![A-Za-z])", re.IGNORECASE)),
    "MLX": (("mlx",), regex(r"(?<![A-Za-z])MLX(?![A-Za-z])", re.IGNORECASE)),
    "OpenVINO": (("openvino", "ovmodel"), regex(r"openvino|\bOVModel", re.IGNORECASE)),
    "TensorFlow": (("tensorflow", "tflite", "litert"), regex(r"tensorflow|tflite|litert", re.IGNORECASE)),
    "TensorRT": (("tensorrt",), regex(r"tensorrt(?![ _-]?(?:llm|model))", re.IGNORECASE)),
    "Core ML": (("core",), regex(r"core[ -]?ml\b", re.IGNORECASE)),
    "compressed-tensors": (
        ("compressed",),
        regex(
            r"\A(?:compressed[-_ ]tensors)\Z|\b(?:in|as|to) (?:the )?[\[`*]{0,2}compressed[-_ ]tensors"
            r"|compressed[-_ ]tensors\W{0,3}(?:\([^()\s]{1,200}\) )?format\b",
            re.IGNORECASE,
        ),
    ),
    "GPTQ": (("gptq",), regex(r"(?<![A-Za-z])GPTQ(?![A-Za-z])")),
    "AWQ": (("awq",), regex(r"(?<![A-Za-z])(?:Auto)?AWQ(?![A-Za-z])")),
}
"""Each with words of which it has one, in lower case."""
_METHODS = ("GPTQ", "AWQ")
"""Which are ways to round too, that tools with files of another format use."""
_OTHER_FILES = regex(r"llm[ _-]?compressor|\bnncf\b|model[ _-]?opt\b", re.IGNORECASE)
_PRECISION_WORDS = ("bf16", "bf-16", "fp16", "fp-16", "fp32", "fp-32")


def stated_scheme(card: SourceCard, ledger: Ledger) -> Scheme | None:
    """The scheme by title, own id and tags; by the text where those name none. ``None`` where they contradict.

    Args:
        card: the card.
        ledger: hears of contradictions.
    """
    named, written = list(_named(card)), list(_written(card.document))
    scheme = one_scheme([*named, *written])
    if scheme is None and one_scheme(written) is None:  # the text speaks of other models too
        scheme = one_scheme(named)
    if scheme is None and (named or written):
        shown = ", ".join(dict.fromkeys(name.name for name in (*named, *written)))
        ledger.add("left out", f"the scheme: the card names several ({shown}), so that none is stated")
    return scheme


def named_schemes(card: SourceCard) -> tuple[Scheme, ...]:
    """Every name of a scheme in title, own id, tags and text that tells the model's own."""
    return (*_named(card), *_written(card.document))


def with_baselines(card: SourceCard) -> SourceCard:
    """The card, its figures of a model in 16 bits told as the baseline's: a column ``BF16`` beside one of ``FP8``."""
    figures = tuple(
        figure._replace(subject=figure.subject._replace(baseline=True)) if in_16_bits(figure.subject.label) else figure
        for figure in card.facts.figures
    )
    return replace(card, facts=card.facts._replace(figures=figures))


def in_16_bits(label: str) -> bool:
    """Whether a label is of a model in 16 bits, or in FP32, and names no scheme."""
    return any(_precisions(label)) and not any(schemes_in(label))


def stated_precision(card: SourceCard) -> str | None:
    """The type of the baseline's weights, where the card names one: in a table's column, or in a sentence of it."""
    found: Counter[str] = Counter()
    for label in {figure.subject.label for figure in card.facts.figures}:
        names = set(_precisions(label))
        if len(names) == 1 and not any(schemes_in(label)):
            found[names.pop()] += 1
    if not found:
        for block in card.document.paragraphs_with(*_PRECISION_WORDS):
            if _BASE.search(block.text[:2000]):
                found.update(set(_precisions(block.text[:2000])))
    return next(iter(found)) if len(found) == 1 else None


def stated_format(card: SourceCard) -> str | None:
    """The format of the files: that which title, own id or tags name, else the only one that the body does."""
    body = _MODELS.sub(" ", card.document.body)
    in_body = [name for name, (words, _pattern) in _FORMATS.items() if card.document.says(*words)]
    for texts, possible in ((_names_of(card), _FORMATS), ([body], in_body)):
        named = [name for name in possible if any(map(_FORMATS[name][1].search, texts))]
        files = [name for name in named if name not in _METHODS]
        if files or (named and _OTHER_FILES.search(body)):
            named = files
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _precisions(text: str) -> Iterator[str]:
    """As ``BF16``, ``FP16`` or ``FP32``, which GGUF calls F16 and F32."""
    for match in _PRECISION.finditer(text):
        yield f"{'BF' if match['name'][0] in 'Bb' else 'FP'}{match['name'][-2:]}"


def _named(card: SourceCard) -> Iterator[Scheme]:
    yield from _in_each(_names_of(card))


def _names_of(card: SourceCard) -> list[str]:
    """Title, own id and tags."""
    title = next((block.title for block in card.document.blocks if isinstance(block, Heading)), "")
    own = (card.facts.repo_id or "").rpartition("/")[2]
    return [title, own, *card.metadata.tags]


@for_one_card
def _written(document: Document) -> tuple[Scheme, ...]:
    """Of paragraphs, but for what compares, advises or speaks of activations."""
    found: list[Scheme] = []
    for block in document.paragraphs_with(*SCHEME_WORDS):
        schemes = list(_in_each([_MODELS.sub(" ", block.markdown[:2000])]))
        if schemes and not _OTHERS.search(block.text[:2000]):
            found += schemes
    return tuple(found)


def _in_each(texts: Iterable[str]) -> Iterator[Scheme]:
    for text in texts:
        yield from (scheme for scheme, _start, _end in schemes_in(text))
