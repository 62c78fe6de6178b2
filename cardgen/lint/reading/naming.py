"""What the name of a model says (architecture, size, data, case of letters), and whether two names agree.

Two names contradict each other where both say something of one kind and have nothing of it in common: ``gull-4b`` and
``tern-7b``, ``bart-large-cnn`` and ``bart-large-xsum``. What only one of them says is no contradiction.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cardgen.patterns import regex

_ARCHITECTURES_WORDS = """
albert bart bert bigbird bloom camembert convnext deberta distilbart distilbert distilgpt2 distilroberta
electra  ernie falcon funnel gemma gpt2 gptj hubert led llama longformer marian mbart minilm mistral
mobilebert mpnet mt5  opt pegasus phi qwen2 resnet roberta segformer squeezebert swin t5 tinybert vit wav2vec2
whisper xlnet
"""
_ARCHITECTURES = frozenset(_ARCHITECTURES_WORDS.split())
_SIZES = frozenset({"tiny", "mini", "small", "medium", "base", "large", "xlarge", "xxlarge"})
_JOINED = regex(r"\b(distil|tiny|mobile|squeeze|de|al|ro|camem)[ _-](?=(?:bert|bart|roberta|gpt2)\w*\b)")
_JOINED_MORE = regex(r"\b(gpt|t|mt|wav2vec|qwen)[ -](?=\d\b)")
_ORDINARY_SIZE = regex(
    r"\b(?:base|large|small|medium|tiny|mini)[ -](?:model|dataset|corpus|corpora|scale|batch|set|vocabulary)s?\b"
    r"|\b(?:a|an|its|very) (?:base|large|small|medium|tiny|mini)\b"
)
_PARAMETERS = regex(r"(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,3})?)[ ]?([bm])(?![a-z0-9])")
_VERSION = regex(r"(?<![a-z0-9])v\d{1,2}(?:\.\d{1,2})?(?![a-z0-9.])")
_LAYERS = regex(r"(?<![a-z0-9])l-?(\d{1,2})(?![a-z0-9])")
_CASED = regex(r"(?<![a-z])(?:un)?cased(?![a-z])")
_LANGUAGES = regex(r"opus[-_]mt[-_](?:tc[-_]big[-_])?([a-z]{2,3})[-_]([a-z]{2,3})(?![a-z])")
_BEFORE_CNN = "|".join(f"(?<={word}-)" for word in ("large", "base", "bart", "xsum", "tuned"))
_DATASETS_WORDS = (
    ("squad2", r"squad[-_ ]?v?2(?:\.0)?"),
    ("squad", r"squad(?:[-_ ]?v?1(?:[._]1)?)?(?![-_ ]?v?2)"),
    ("sst2", r"sst[-_ ]?2"),
    ("mnli", r"(?:multi_?nli|mnli)"),
    ("mrpc", "mrpc"),
    ("qqp", "qqp"),
    ("qnli", "qnli"),
    ("cola", "cola"),
    ("stsb", "sts-?b"),
    ("rte", "rte"),
    ("wnli", "wnli"),
    ("imdb", "imdb"),
    ("ag_news", "ag[-_ ]?news"),
    ("conll2003", r"conll[-_ ]?(?:20)?03"),
    ("cnn_dailymail", rf"cnn[-_ /]?daily[-_ ]?mail|cnn[-_ ]?dm|(?:{_BEFORE_CNN})cnn"),
    ("xsum", "xsum"),
    ("samsum", "samsum"),
    ("emotion", "(?:go[-_]?)?emotions?"),
    ("xnli", "xnli"),
    ("swag", "swag"),
    ("food101", r"food[-_ ]?101"),
    ("cifar10", r"cifar[-_ ]?10"),
    ("cifar100", r"cifar[-_ ]?100"),
    ("wikitext", r"wikitext(?:[-_ ]?(?:2|103))?"),
    ("librispeech", "librispeech"),
)
_DATASETS = tuple((name, regex(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")) for name, words in _DATASETS_WORDS)
_ANY_DATASET = regex(rf"(?<![a-z0-9])(?:{'|'.join(words for _name, words in _DATASETS_WORDS)})(?![a-z0-9])")
"""Asked first: few names tell of data."""
_ROUNDED = 1.15
_WORD = regex(r"[a-z]+|\d+(?:\.\d+)?[a-z]?")
_MANNER_WORDS = """
int int8 uint8 i8 8bit 4bit w8a8 w4a16 fp8 fp16 fp32 bf16 static dynamic inc onnx ort openvino ov quantized quantised
quant ptq qat optimum intel neural compressor dynamically statically
model models base large small tiny mini medium the a an of for on in and with to from by version
finetuned fine tuned tune cased uncased english multilingual en v hf instruct it chat post training quantization
export exported nncf torch pytorch meta
"""
_MANNER = frozenset(_MANNER_WORDS.split())
"""Words that say how a model was made and not which it is."""


class Named(NamedTuple):
    """What names say, by kind; empty where they do not say it."""

    families: frozenset[str]
    sizes: frozenset[str]
    """``base``, ``large``."""
    parameters: frozenset[str]
    """As in the name: ``4b``."""
    datasets: frozenset[str]
    layers: frozenset[str]
    """As in ``MiniLM-L12``."""
    case: frozenset[str]
    """``cased`` or ``uncased``."""
    languages: frozenset[str]
    """Of a translating model: ``en-de``."""
    versions: frozenset[str]
    words: frozenset[str]
    """By which people know the model: without those on how it was made."""


class Contradiction(NamedTuple):
    """What two names say of one kind, without anything in common."""

    kind: str
    said: str
    otherwise: str


_KINDS = ("architecture", "size", "number of parameters", "data", "number of layers", "case", "languages", "version")


@lru_cache(maxsize=512)
def named(*names: str) -> Named:
    """What ids, without their owners, and titles say together."""
    text = " \n".join(_name(name) for name in names)
    plain = _JOINED_MORE.sub(r"\1", _JOINED.sub(r"\1", text))
    words = re.split(r"[^a-z0-9]+", plain)
    pairs = _LANGUAGES.findall(text)
    return Named(
        frozenset(word for word in words if word in _ARCHITECTURES),
        frozenset(re.split(r"[^a-z0-9]+", _ORDINARY_SIZE.sub(" ", plain))) & _SIZES,
        frozenset(number + unit for number, unit in _PARAMETERS.findall(text)),
        frozenset(name for name, words in _DATASETS if words.search(text))
        if _ANY_DATASET.search(text)
        else frozenset(),
        frozenset(_LAYERS.findall(text)),
        frozenset(_CASED.findall(text)),
        frozenset(f"{source}-{target}" for source, target in pairs),
        frozenset(_VERSION.findall(text)),
        frozenset(word for word in _WORD.findall(text) if word not in _MANNER and len(word) > 1),
    )


def _name(text: str) -> str:
    lower = text.casefold().strip()
    return lower.rsplit("/", 1)[-1] if " " not in lower else lower


def contradiction(one: Named, other: Named, *, versions: bool = False) -> Contradiction | None:
    """Where two names contradict each other; ``None`` where they do not.

    Sizes are compared between models of one kind alone, for nobody names them alike. Versions are where asked: a
    model's own version is none of its base model's.
    """
    for kind, said, otherwise in zip(_KINDS, one, other, strict=False):
        if kind == "number of parameters" and any(_about(first, second) for first in said for second in otherwise):
            continue
        if not said or not otherwise or said & otherwise or (kind == "version" and not versions):
            continue
        if kind == "size" and not (
            len(said) == len(otherwise) == 1 and (one.families & other.families or one.words & other.words)
        ):
            continue
        return Contradiction(kind, " and ".join(sorted(said)), " and ".join(sorted(otherwise)))
    return None


def _about(first: str, second: str) -> bool:
    """Whether two numbers of parameters can be one that is rounded otherwise: ``1b`` and ``1.1b``."""
    counts = [float(text[:-1]) * (1000 if text.endswith("b") else 1) for text in (first, second)]
    return max(counts) <= min(counts) * _ROUNDED


def names_another(label: str, model: str) -> bool:
    """Whether the label of a row or column is of a model of another size, or another kind, than an id."""
    said, other = named(label), named(model)
    sizes = bool(said.sizes) and bool(other.sizes) and not said.sizes & other.sizes
    return sizes or contradiction(said, other) is not None


def same_name(one: str, other: str) -> bool:
    """Whether two ids have one name, whoever owns them, letters' case and words on how it was made aside."""
    first, second = _name(one), _name(other)
    return first == second or re.split(r"[^a-z0-9]+", first.removeprefix("meta-").removesuffix("-hf")) == re.split(
        r"[^a-z0-9]+", second.removeprefix("meta-").removesuffix("-hf")
    )


def is_like_an_id(title: str) -> bool:
    """Whether a title is a repository's name rather than words."""
    plain = title.strip().strip("`")
    return " " not in plain and re.search(r"[-_/]", plain) is not None
