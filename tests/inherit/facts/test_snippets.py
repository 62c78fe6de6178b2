from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.facts.loading import loaded_ids
from tests.inherit.facts.cards import facts_of, written


@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ("M.from_pretrained('a/b')", ["a/b"]),
        ('name = "a/b"\nM.from_pretrained(name)', ["a/b"]),
        ("p = pipeline('fill-mask', model='bert-base')", ["bert-base"]),
        ("p = pipeline('fill-mask', 'a/b')", ["a/b"]),
        ("m = IncQuantizedModel(\n    'a/b-int8',\n)", ["a/b-int8"]),
        (">>> m = M.from_pretrained('a/b')\n>>> m('x')\n[{'score': 0.5, 'token': 'c/d'}]", ["a/b"]),
        ("!pip install x\nm = M.from_pretrained('a/b')", ["a/b"]),
        ("hf_hub_download(repo_id='a/b', filename='x.onnx')", ["a/b"]),
        ("é = 1; M.from_pretrained('a/b')", ["a/b"]),
        ("load_dataset('a/b')", []),
        ("M.from_pretrained('./local')", []),
        ("print('a/b')", []),
        ("M.from_pretrained(", []),
    ],
)
def test_the_ids_that_code_loads(code: str, ids: list[str]) -> None:
    found = loaded_ids(code)
    assert [name for name, _start in found] == ids
    assert all(code[start:].startswith(name) for name, start in found)


@given(st.text(max_size=200) | st.text(alphabet="ab'\"()=.,\n\r\x0c \t>{}\\:#/é", max_size=200))
def test_no_code_breaks_it(code: str) -> None:
    for name, start in loaded_ids(code):
        assert code[start:].startswith(name)


def test_languages_and_places() -> None:
    card = """\
## PyTorch

```
from optimum.intel import INCModel
INCModel.from_pretrained("a/b-int8")
```

## ONNX

```bash
pip install optimum
```

```
[CLS] words [SEP]
```

```bibtex
@misc{a, title={b}}
```
"""
    facts = facts_of(card)
    assert [snippet.language for snippet in facts.snippets] == ["python", "bash", ""]
    assert [snippet.subject and snippet.subject.runtime for snippet in facts.snippets] == ["pytorch", "onnx", "onnx"]
    ((name, span),) = facts.snippets[0].model_ids
    assert name == written(card, span) == "a/b-int8"
    assert len(facts.citations) == 1
