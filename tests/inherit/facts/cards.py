"""Cards of the shapes that people publish, to find facts in; the words are ours."""

from __future__ import annotations

from cardgen.inherit.document import Span
from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.facts.model import CardFacts, Figure
from cardgen.inherit.parse import parse_card


def facts_of(card: str) -> CardFacts:
    return find_facts(parse_card(card))


def written(card: str, span: Span) -> str:
    return card[span.start : span.end]


def rows(facts: CardFacts) -> list[tuple[str, str, str, str]]:
    """Quantity, model (with ``*`` for a baseline), value and unit of every figure."""
    return [_row(figure) for figure in facts.figures]


def _row(figure: Figure) -> tuple[str, str, str, str]:
    star = "*" if figure.subject.baseline else ""
    return figure.quantity, figure.subject.label + star, str(figure.value), figure.unit


def spans_of(facts: CardFacts) -> list[Span]:
    """Every place that the facts name."""
    figures = [*facts.figures, *(figure for row in facts.sweep for figure in row.figures)]
    return [
        *(span for _id, span in facts.base_models),
        *(span for _subject, _approach, span in facts.approaches),
        *(figure.span for figure in figures),
        *(claim.span for claim in facts.calibrations),
        *(claim.span for claim in facts.fallbacks),
        *(claim.span for claim in facts.losses),
        *(row.span for row in facts.sweep),
        *(span for claim in facts.fallbacks for _name, span in claim.modules),
        *(snippet.span for snippet in facts.snippets),
        *(span for snippet in facts.snippets for _id, span in snippet.model_ids),
        *(span for _entry, span in facts.citations),
    ]


TWO_RUNTIMES = """\
---
license: apache-2.0
tags:
- int8
- PostTrainingStatic
datasets:
- squad
---
# INT8 answers

## Post-training static quantization

### PyTorch

Made of the fine-tuned model [acme/answers](https://huggingface.co/acme/answers).

The calibration dataloader was that of the train split. A sampling size of 300 is no multiple of batch size 8, hence
the real sampling size of 304.

One linear module, **encoder.layer.1.ffn.lin2**, falls back to fp32, so as to keep to a 1% relative accuracy loss.

| |INT8|FP32|
|---|:---:|:---:|
| **Accuracy (eval-f1)** |86.1069|86.8374|
| **Model size (MB)** |74.7|265|

#### Load it

```python
from optimum.intel import INCModelForQuestionAnswering
model = INCModelForQuestionAnswering.from_pretrained("acme/answers-int8-static")
```

### ONNX

The calibration dataloader was that of the eval split, with a calibration sampling size of 100.

| |INT8|FP32|
|---|:---:|:---:|
| **Accuracy (eval-f1)** |0.8626|0.8687|
| **Model size (MB)** |153|254|

#### Load the ONNX model

```python
from optimum.onnxruntime import ORTModelForQuestionAnswering
model = ORTModelForQuestionAnswering.from_pretrained('acme/answers-int8-static')
```
"""
