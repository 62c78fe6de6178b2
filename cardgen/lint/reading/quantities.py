"""What the figures of a card measure, and which of them can be compared: shared by the rules on numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Literal

from cardgen.card.facts.consistency import same_quantity_other_scale, same_value
from cardgen.catalog.metrics import METRICS
from cardgen.inherit.document import Document, Paragraph, Span, Table
from cardgen.inherit.facts.model import CardFacts, Figure
from cardgen.inherit.facts.model import Subject as Model
from cardgen.inherit.facts.words import Runtime
from cardgen.inherit.remembered import for_one_card
from cardgen.patterns import regex

SIZE = "size"
LATENCY = "latency_ms"
RATE = "samples_per_s"

_SCORES = "balanced_accuracy precision recall exact em roc_auc auc rouge meteor mean_iou map ndcg mrr"
_CORRELATIONS = "mcc pearsonr spearmanr pearson spearman"
_BOUNDED: Mapping[str, Decimal] = (
    {info.name.lower(): Decimal(int(info.low)) for info in METRICS.values() if info.high == 1}
    | dict.fromkeys(_SCORES.split(), Decimal(0))
    | dict.fromkeys(_CORRELATIONS.split(), Decimal(-1))
)
"""Metrics whose greatest value is 1, or 100 in percent, to their least value as a fraction."""
_LOWER_IS_BETTER = frozenset({"wer", "cer", "ter", "perplexity", "loss", "mae", "mse", "rmse", "eer"})
_HIGHER_IS_BETTER = frozenset({*_BOUNDED, "bleu", "sacrebleu", "chrf", "bertscore"})

_QUALIFIER = regex(
    r"average|averaged|avg|macro|micro|weighted|binary|samples?|class|mismatched|matched|mm|train\w*|test|dev|val\w*|top\d*|no|without|@?\d+"
)
_WORD = regex(r"[a-z]+\d*|@?\d+")
_LONGEST = 15
_PERCENT_FROM = Decimal(5)
"""Least value above 1 that is taken for a percentage: 1.2 is more likely a slip."""


@lru_cache(maxsize=1024)
def least_value(quantity: str) -> Decimal | None:
    """The least value of a metric that ends at 1, as a fraction; ``None`` for a metric without such an end."""
    return _BOUNDED.get(quantity.lower())


@lru_cache(maxsize=1024)
def higher_is_better(quantity: str) -> bool | None:
    """Which way a metric improves; ``None`` where it is not known."""
    if quantity.lower() in _HIGHER_IS_BETTER:
        return True
    return False if quantity.lower() in _LOWER_IS_BETTER else None


def is_metric(figure: Figure) -> bool:
    """Whether it says how good a model is, not how large or fast."""
    return figure.quantity not in (SIZE, LATENCY, RATE) and figure.value.is_finite()


@for_one_card
def metric_figures(facts: CardFacts, *places: str) -> tuple[Figure, ...]:
    """Figures of metrics, of the given places or of all."""
    return tuple(figure for figure in facts.figures if is_metric(figure) and (not places or figure.place in places))


def by_quantity(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Figures by what they measure: a card's metadata may hold thousands."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.quantity, []).append(figure)
    return found


def size_figures(facts: CardFacts) -> tuple[Figure, ...]:
    """Sizes of models."""
    return tuple(figure for figure in facts.figures if figure.quantity == SIZE and figure.value.is_finite())


def written(figure: Figure) -> str:
    """The number with its unit, as the card has it: ``625 M``."""
    return f"{digits(figure.value)} {figure.unit}".rstrip()


def digits(value: Decimal, *, places: int | None = None) -> str:
    """A number as written, or rounded to as many places at most; one that is absurdly long is shortened."""
    if not -_LONGEST < value.adjusted() < _LONGEST:
        return f"{value:.3e}"
    if places is None:
        return f"{value:f}"
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_percent_by_unit(figure: Figure) -> bool:
    """Whether the card says beside the figure that it is a percentage."""
    return "%" in figure.unit or "%" in figure.label or "percent" in figure.label.lower()


def scale(figure: Figure) -> Literal["fraction", "percent"] | None:
    """The scale of a metric that ends at 1; ``None`` for other metrics, and where the value does not tell: of 0."""
    if least_value(figure.quantity) is None:
        return None
    if in_percent_by_unit(figure) or abs(figure.value) >= _PERCENT_FROM:
        return "percent"
    return "fraction" if 0 < abs(figure.value) <= 1 else None


def as_fraction(figure: Figure) -> Decimal:
    """The value with percent taken off where it is a percentage; every digit is kept."""
    return figure.value.scaleb(-2) if scale(figure) == "percent" else figure.value


def agree(first: Figure, second: Figure) -> bool:
    """Whether two figures of one metric can be one value, on whatever scale."""
    return same_value(first.value, second.value) or same_quantity_other_scale(first.value, second.value)


@lru_cache(maxsize=2**15)
def qualifiers(label: str, quantity: str) -> frozenset[str]:
    """Words of a label that make it another measure: ``macro``, ``mismatched``, ``top`` and ``5``."""
    words = _WORD.findall(label.lower().replace(quantity.lower(), " "))
    return frozenset(word for word in words if _QUALIFIER.fullmatch(word))


def same_label(first: Figure, second: Figure) -> bool:
    """Whether the card calls both the same, case and marks aside."""
    return first.label == second.label or label_words(first) == label_words(second)


def same_measure(first: Figure, second: Figure) -> bool:
    """Whether both are one metric on one dataset, as far as the card ties them to one."""
    return (
        first.quantity.lower() == second.quantity.lower()
        and (first.dataset is None or second.dataset is None or first.dataset == second.dataset)
        and qualifiers(first.label, first.quantity) == qualifiers(second.label, second.quantity)
    )


@lru_cache(maxsize=2**15)
def _words(label: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(label.lower()))


def measure_of(figure: Figure) -> tuple[str, frozenset[str]]:
    """What :func:`same_measure` compares beside the dataset: figures of one measure have one key."""
    return figure.quantity.lower(), qualifiers(figure.label, figure.quantity)


def label_words(figure: Figure) -> tuple[str, ...]:
    """What :func:`same_label` compares."""
    return _words(figure.label)


def may_be_same_model(first: Model, second: Model) -> bool:
    """Whether nothing in the card tells two models apart."""
    if first.baseline != second.baseline:
        return False
    return first.runtime is None or second.runtime is None or first.runtime == second.runtime


def fitting_runtimes(runtime: Runtime | None) -> tuple[Runtime | None, ...]:
    """The runtimes with which a model of this one may be the same."""
    return (None, "pytorch", "onnx") if runtime is None else (None, runtime)


def table_finder(document: Document) -> Callable[[Span], int]:
    """A function that gives the position of the table that a span lies in, -1 for none."""
    spans = [block.span for block in document.blocks if isinstance(block, Table)]
    return partial(_table_at, [span.start for span in spans], spans)


def _table_at(starts: list[int], spans: list[Span], span: Span) -> int:
    position = bisect_right(starts, span.start) - 1
    return position if position >= 0 and span.start < spans[position].end else -1


@for_one_card
def paragraphs(document: Document) -> tuple[Paragraph, ...]:
    """The running text of a card."""
    return tuple(block for block in document.blocks if isinstance(block, Paragraph))


@for_one_card
def prose(document: Document) -> str:
    """All running text and the cells of tables, a block or row a line: what a person reads, without code."""
    lines = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            lines.extend(" | ".join(cell.text for cell in row) for row in (block.header, *block.rows))
    return "\n".join(lines)


@for_one_card
def lower_prose(document: Document) -> str:
    """The same in lower case, in which words are found several times as fast as by :data:`re.IGNORECASE`."""
    return prose(document).lower()
