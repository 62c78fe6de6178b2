from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.document import CodeBlock, Document, Paragraph, Table
from cardgen.inherit.parse import parse_card

CARD = """\
---
language: en
license: apache-2.0
tags:
- text-classfication
- int8
- Intel® Neural Compressor
- PostTrainingStatic
datasets:
- sst2
model-index:
- name: tiny-sst2-int8-static
  results:
  - task:
      type: sentiment-classification
      name: Sentiment Classification
    dataset:
      type: sst2
      name: Stanford Sentiment Treebank
    metrics:
    - type: accuracy
      value: 90.37
      name: accuracy
      config: accuracy
      verified: false
---

## Details: a tiny INT8 model for SST-2

This model tells good reviews from bad ones (+/-), see [the data](https://example.org/a_b). It comes in two formats.

| Detail | Description |
| ----------- | ----------- |
| Company | - |
| Type | INT8 \\| static |

| Uses | Description |
| --- | --- |
| Users | Anyone |

#### Load the PyTorch format in Python

```python
from optimum.intel.neural_compressor import INCModelForSequenceClassification
model_id = "tiny/sst2-int8"
int8_model = INCModelForSequenceClassification.from_pretrained(model_id)
```

#### Load the ONNX format:

```python
from optimum.onnxruntime import ORTModelForSequenceClassification
int8_model = ORTModelForSequenceClassification.from_pretrained("tiny/sst2-int8")
```

| | PyTorch INT8 | ONNX INT8 | FP32 |
|---|---|---|---|
| **Accuracy (eval-accuracy)** |0.9037|0.9060|0.9106|
| **Model Size (MB)** |65|80|255|

| Caveats |
| ----------- |
| None are known. |

# BibTeX Entry

```
@misc{tiny,
author = {A. Author and B. Author},
title = {A tiny model, quantized},
year = {2022},
}
```
"""


def collapsed(card: str) -> str:
    return " ".join(line.strip() for line in card.split("\n") if line.strip())


def tables(document: Document) -> list[list[list[str]]]:
    found = [block for block in document.blocks if isinstance(block, Table)]
    return [[[cell.text for cell in row] for row in (table.header, *table.rows)] for table in found]


@pytest.mark.parametrize("start", ["", "\ufeff", "  ", "\n"])
@pytest.mark.parametrize("end", ["", "\n", " \r\n"])
def test_a_card_on_one_line_reads_as_the_card(start: str, end: str) -> None:
    whole, document = parse_card(CARD), parse_card(start + collapsed(CARD) + end)
    assert document.form == "collapsed"
    assert document.front_matter is not None
    assert whole.front_matter is not None
    assert document.front_matter.error is None
    assert document.front_matter.data == whole.front_matter.data
    assert tables(document) == tables(whole)
    assert len(tables(document)) == 4
    assert [(section.title, section.parents) for section in document.sections] == [
        (section.title, section.parents) for section in whole.sections
    ]
    assert [(block.language, block.code) for block in document.blocks if isinstance(block, CodeBlock)] == [
        (block.language, block.code) for block in whole.blocks if isinstance(block, CodeBlock)
    ]
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        block.text for block in whole.blocks if isinstance(block, Paragraph)
    ]


def test_places_are_characters_of_the_line() -> None:
    source = collapsed(CARD)
    document = parse_card(source)
    assert document.front_matter is not None
    places = document.front_matter.places
    metric = ("model-index", 0, "results", 0, "metrics", 0)
    assert document.slice(places[(*metric, "value")]) == "90.37"
    assert document.slice(places["tags", 2]) == "Intel® Neural Compressor"
    assert document.slice(document.front_matter.span) == source[: source.index("## Details") - 1]
    for table in (block for block in document.blocks if isinstance(block, Table)):
        for cell in (cell for row in (table.header, *table.rows) for cell in row):
            assert document.slice(cell.span) == cell.markdown
    heading = document.sections[0].heading
    assert heading is not None
    assert document.slice(heading.span) == "## Details: a tiny INT8 model for SST-2"
    code = next(block for block in document.blocks if isinstance(block, CodeBlock))
    assert document.slice(code.span).startswith("```python from")
    assert document.slice(code.span).endswith("(model_id) ```")
    assert document.slice(code.code_span).startswith("from optimum")
    assert document.slice(code.code_span).endswith("(model_id)")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "words",
        "# A title\n",
        "# C # and F",
        "Issue # 3 is open, # 4 is not.",
        "`# a` and `## b`",
        "---",
        "- a - b - c",
        "# T\n--- license: mit --- # T ## U",
    ],
)
def test_one_line_that_is_no_whole_card(source: str) -> None:
    assert parse_card(source).form == "plain"


@pytest.mark.parametrize(
    ("source", "titles"),
    [
        ("--- license: mit --- # A model", ["A model"]),
        ("--- license: mit --- # A model This model is small.", ["A model"]),
        ("# Tiny BERT BERT was trained on text. ## Usage Here is how: ```python x = 1 ```", ["Tiny BERT", "Usage"]),
        (
            "# Training data We use `# this` and more. ## Limits None are known.",
            ["Training data", "Limits"],
        ),
        ("# One ## Two ### Three", ["One", "Two", "Three"]),
    ],
)
def test_titles(source: str, titles: list[str]) -> None:
    document = parse_card(source)
    assert document.form == "collapsed"
    assert [section.title for section in document.sections] == titles


def test_items_of_bold_words_are_items() -> None:
    document = parse_card("# Setup ## Fixed Below are those: * **task**: `sst2` * **backend**: a * b")
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert paragraphs == ["Below are those:", "task: sst2", "backend: a * b"]


_CELLS = st.text(st.sampled_from("ab1 .-#"), max_size=6).map(str.strip).filter(lambda cell: "---" not in cell)


@given(st.lists(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(_CELLS, min_size=n, max_size=n), min_size=1))))
def test_tables_one_after_another(rows: list[list[list[str]]]) -> None:
    line = ""
    for table in rows:
        delimiter = ["---"] * len(table[0])
        line += "".join(f"| {' | '.join(row)} | " for row in (table[0], delimiter, *table[1:]))
    document = parse_card(f"--- license: mit --- Words before. {line}And after.")
    assert tables(document) == [[[" ".join(cell.split()) for cell in row] for row in table] for table in rows]


def test_a_row_that_lacks_a_cell_does_not_shift_the_next() -> None:
    document = parse_card("| a | b | c | |---|---|---| | 1 | 2 | 3 | | 4 | 5 | | 6 | 7 | 8 |")
    assert tables(document) == [[["a", "b", "c"], ["1", "2", "3"], ["4", "5"], ["6", "7", "8"]]]
