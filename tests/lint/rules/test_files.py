from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.rules.files import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

TABLE = """
| File | Type | Size |
|---|---|---|
| [gull-4b-Q4_K_M.gguf](https://huggingface.co/acme/gull-4b-GGUF/blob/main/gull-4b-Q4_K_M.gguf) | Q4_K_M | 2.3 GB |
| `gull-4b-Q8_0.gguf` | Q8_0 | 4.1 GB |
"""
ONNX = """
- `model.onnx`: FP32
- `onnx/model_int8.onnx`: INT8, dynamic
"""


def card(code: str, files: str = TABLE, language: str = "bash") -> str:
    return f"# gull-4b\n\n## Files\n{files}\n\n## Use\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    ("code", "files", "at"),
    [
        ("hf download acme/gull-4b-GGUF gull-4b-Q5_K_M.gguf", TABLE, "gull-4b-Q5_K_M.gguf"),
        ('huggingface-cli download acme/g --include "gull-4b-IQ*.gguf"', TABLE, "gull-4b-IQ*.gguf"),
        ("llama-cli --hf-repo acme/g --hf-file gull-4b.q4_k_m.gguf", TABLE, "gull-4b.q4_k_m.gguf"),
        ("wget https://huggingface.co/a/g/resolve/main/gull-4b-Q6_K.gguf", TABLE, "gull-4b-Q6_K.gguf"),
        ('M.from_pretrained("a/g", file_name="model_quantized.onnx")', ONNX, "model_quantized.onnx"),
    ],
)
def test_a_file_that_is_not_listed(code: str, files: str, at: str) -> None:
    (answer,) = ask(RULES, card(code, files))
    assert answer.at == at
    assert answer.severity == "error"


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("hf download acme/gull-4b-GGUF gull-4b-Q4_K_M.gguf", TABLE),
        ("hf download acme/gull-4b-GGUF GULL-4B-q4_k_m.gguf", TABLE),
        ('hf download acme/g --include "*Q4_K_M*.gguf"', TABLE),
        ("hf download acme/g config.json", TABLE),
        ("hf download acme/g mmproj.safetensors", TABLE),
        ("llama-cli -m other.gguf", TABLE),
        ('onnxruntime.InferenceSession("model.onnx")', ONNX.replace("model.onnx", "other.onnx")),
        ('M.from_pretrained("a/g", file_name="model_int8.onnx", subfolder="onnx")', ONNX),
        ("hf download acme/g other.gguf", "\nThe files are GGUF.\n"),
        ("hf download acme/g other.gguf", "\n| File | Size |\n|---|---|\n| one.gguf | 2 GB |\n"),
        ("hf download acme/g big.gguf", "\n- big-00001-of-00002.gguf\n- big-00002-of-00002.gguf\n"),
    ],
)
def test_a_file_that_is_listed_or_may_be(code: str, files: str) -> None:
    assert ask(RULES, card(code, files)) == []


def test_a_file_of_the_base_model() -> None:
    head = "---\nbase_model: acme/gull\n---\n"
    code = "hf download MODEL base.gguf"
    assert ask(RULES, head + card(code.replace("MODEL", "acme/gull"))) == []
    assert len(ask(RULES, head + card(code.replace("MODEL", "acme/gull-int8")))) == 1


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []


def test_the_file_that_is_proposed_is_written_as_the_card_lists_it() -> None:
    files = "| File |\n|---|\n| gull-Q4_K_M.gguf |\n| gull-Q8_0.gguf |\n"
    code = "```bash\nhf download shop/gull-GGUF gull-Q5_K_M.gguf\n```\n"
    (found,) = lint(f"# gull\n\n{files}\n{code}", "README.md", RULES).findings
    assert "`gull-Q4_K_M.gguf`" in found.remedy
