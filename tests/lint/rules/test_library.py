from __future__ import annotations

import pytest

from cardgen.lint.rules.library import RULES
from tests.lint.asking import OWN_CARDS, ask


def card(library: str, code: str) -> str:
    return f"---\nlibrary_name: {library}\n---\n# Gull\n\n```python\n{code}\n```\n"


@pytest.mark.parametrize(
    ("library", "code", "meant"),
    [
        ("transformers", "from mlx_lm import load\nload('acme/gull')", "mlx"),
        ("sentence-transformers", "import mlx.core as mx\nfrom mlx_embeddings import load", "mlx"),
        ("transformers", "from llama_cpp import Llama", "gguf"),
        ("transformers", "from sentence_transformers import SentenceTransformer", "sentence-transformers"),
    ],
)
def test_a_library_that_the_code_does_not_use(library: str, code: str, meant: str) -> None:
    (answer,) = ask(RULES, card(library, code))
    assert (answer.at, answer.remedy) == (library, f"write `library_name: {meant}`")


@pytest.mark.parametrize(
    ("library", "code"),
    [
        ("mlx", "from mlx_lm import load"),
        ("transformers", "from mlx_lm import load\nfrom transformers import AutoModel"),
        ("transformers", "from vllm import LLM"),
        ("transformers", "from optimum.onnxruntime import ORTModel"),
        ("transformers", "print('gull')"),
        ("onnx", "from transformers import AutoModel"),
    ],
)
def test_a_library_that_may_be_right(library: str, code: str) -> None:
    assert ask(RULES, card(library, code)) == []


def test_own_cards_are_not_accused() -> None:
    assert [path for path in OWN_CARDS if ask(RULES, path.read_text(encoding="utf-8"))] == []
