from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.repair.reflow_code import code_breaks

_STATEMENTS = st.sampled_from(
    [
        "import torch",
        "import numpy as np",
        "from transformers import AutoTokenizer, pipeline as p",
        "from .a.b import c",
        'model_id = "tiny/model # 1"',
        "model = AutoModel.from_pretrained(model_id, revision='main', x=[1, 2])",
        "a, b = 1, 2.5e-3",
        "x = -y if not z else y and w",
        "print(f'{x} = {y}')",
        "outputs = model(**inputs)[0][:, 0]",
        'text = "it is from import x = 1"',
        "assert x is not None and y in z",
        "with torch.no_grad(): y = model(x)",
        "for item in items: print(item)",
        "del x",
        "x += 1",
    ]
)


def lines(code: str, language: str) -> list[str]:
    edges = [0, *code_breaks(code, language), len(code)]
    return [code[start:end].strip() for start, end in pairwise(edges)]


@given(st.lists(_STATEMENTS, min_size=1, max_size=6))
def test_python_statements_come_back(statements: list[str]) -> None:
    assert lines(" ".join(statements), "python") == statements


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", ["from a import b", "c = b()"]),
        ("py", ["x = 1", "# load it first", "model = load(x)", "# then go"]),
        ("python", [">>> from a import b", ">>> b('x')"]),
        ("bibtex", ["@misc{key", "author = {A and {B = c}},", "title={x},", "}"]),
        ("", ["@article{k,", "year={2019},", "volume={1}", "}", "@misc{l,", 'title = "x"', "}"]),
        ("bash", ["pip install cardgen", "python -m cardgen"]),
        ("json", ['{"x = 1": 2, "import y": 3}']),
        ("", ["just some words = here"]),
    ],
)
def test_lines_come_back(language: str, expected: list[str]) -> None:
    assert lines(" ".join(expected), language) == expected


@given(
    st.text(st.sampled_from("ab=()[]{}'\"#@:., \\\n>"), max_size=60), st.sampled_from(["python", "bibtex", "bash", ""])
)
def test_any_code_is_cut_in_order(code: str, language: str) -> None:
    breaks = code_breaks(code, language)
    assert breaks == sorted(breaks)
    assert all(0 < at < len(code) for at in breaks)
