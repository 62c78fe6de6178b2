"""A card against files that the real tools wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.finding import Weights
from cardgen.lint.rules import weights, weights_origin
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from tests.lint.asking import ROOT

MODELS = ROOT / "tests/weights/inspect/models"
GGUF = ROOT / "tests/weights/inspect/gguf/models"
LLAMA = "acme/gull-4b"
RULES = (*weights.RULES, *weights_origin.RULES)


def found(model: Path, body: str, title: str = "gull-4b", base: str = LLAMA, more: str = "") -> list[tuple[str, str]]:
    files = FolderFiles(model, model.name)
    held = Weights(model.name, inspect(files, hashes=False), files.sizes)
    card = f"---\nlicense: mit\npipeline_tag: text-generation\nbase_model: {base}\n{more}---\n# {title}\n\n{body}\n"
    return [(finding.rule, finding.message) for finding in lint(card, "README.md", RULES, (held,)).findings]


@pytest.mark.parametrize(
    ("model", "title", "body"),
    [
        ("ct-w4a16-g32", "gull-4b-quantized.w4a16", 'The weights are in INT4, in groups of 32. `ignore=["lm_head"]`'),
        ("ct-w4a16-g32", "gull-4b", "- **Weight quantization:** INT4\n- **Activation quantization:** None\n"),
        ("ct-w8a8", "gull-4b-INT8", "Weights were quantized to W8A8; 1 of 8 Linear modules stayed in FP32."),
        ("ct-nvfp4", "gull-4b-NVFP4", "The weights are quantized to 4 bits, group size 16."),
        ("ct-fp8-block", "gull-4b-FP8", "Quantized to FP8."),
        ("ct-mxfp4", "gull-4b-MXFP4", "Group size: 32"),
        ("ct-mxfp4", "gull-4b-MXFP4", "Gulls live in groups of 128."),
        ("bnb-nf4", "gull-4b-bnb-4bit", "Weights are in NF4; 7.9 bits per weight with the embeddings."),
        ("bnb-int8", "gull-4b-bnb-8bit", "The weights are in INT8."),
        ("ar-mixed", "gull-4b-int4-AutoRound", "The weights are in INT4 (one layer in INT8), group size 32."),
        ("ct-w4a16-g32", "gull", "Parameters: 0.053M"),
        ("ct-w4a16-g32", "gull", "It has 7 billion active parameters, of 0.05 M parameters."),
        ("ar-gptq", "gull-4b", "Quantized with AutoRound, and compared with what GPTQModel makes."),
        ("ct-w4a16-g32", "gull-4b", "Quantized by the AutoRound modifier of LLM Compressor."),
        ("ct-w4a16-g32", "gull-4b", "Served with llama.cpp it would be GGUF; quantized with `llmcompressor`."),
        ("mlx4", "gull-4b-MLX", "Converted using mlx-lm."),
        ("bnb-nf4", "gull-4b", "Quantized on the fly with bitsandbytes."),
        ("llama-bf16", "gull-4b", "Quantized with AutoAWQ."),
        ("torchao-int8wo", "gull-4b-int8wo", "The weights are in 8 bits, FP8 embeddings are not."),
    ],
)
def test_a_true_card_has_no_finding(model: str, title: str, body: str) -> None:
    assert found(MODELS / model, body, title) == []


@pytest.mark.parametrize(
    ("model", "title", "body", "rule", "says"),
    [
        ("ct-w4a16-g32", "gull-4b-INT8", "Small.", "weights-scheme", "calls the model INT8, and its files hold W4A16"),
        ("ct-w4a16-g32", "gull-4b", "- **Weight quantization:** INT8", "weights-scheme", "W4A16 (7 linear)"),
        ("ct-w4a16-g32", "gull-4b-W4A8", "Small.", "weights-scheme", "W4A8"),
        ("ct-w8a8", "gull-4b-W8A16", "Small.", "weights-scheme", "W8A8"),
        ("ct-w8a8", "gull-4b-FP8", "Small.", "weights-scheme", "calls the model FP8"),
        ("ct-nvfp4", "gull-4b-MXFP4", "Small.", "weights-scheme", "NVFP4"),
        ("bnb-nf4", "gull-4b", "The weights are in INT4.", "weights-scheme", "NF4"),
        ("llama-bf16", "gull-4b-INT8", "Small.", "weights-scheme", "nothing quantized"),
        ("ct-w4a16-g32", "gull-4b", "In 4 bits, group size 128.", "weights-group-size", "groups of 32"),
        ("ct-w8a8", "gull-4b", "Weights in groups of 128.", "weights-group-size", "no groups"),
        ("ct-w4a16-g32", "gull-4b", "It takes 4.25 bits per weight.", "weights-bits", "7.601"),
        ("ct-w8a8", "gull-4b", "3 of 8 Linear modules stayed in FP32.", "weights-count", "counts 3"),
        ("ct-w8a8", "gull-4b", "3 of 20 Linear modules stayed in FP32.", "weights-count", "the files have 8"),
        (
            "ct-w8a8",
            "gull-4b",
            '```python\nQuantizationModifier(ignore=["lm_head", "model.layers.0.mlp.down_proj"])\n```\n',
            "weights-ignored",
            "`model.layers.0.mlp.down_proj` was not quantized",
        ),
        ("llama-bf16", "gull", "A model of 7.3 billion parameters.", "weights-parameters", "have 0.05 million"),
        ("ct-w4a16-g32", "gull", "Parameters: 0.041M", "weights-parameters", "says 0.041 M parameters"),
        ("ar-gptq", "gull-4b", "Quantized with GPTQModel. Made by GPTQModel.", "weights-maker", "AutoRound"),
        ("ct-nvfp4", "gull-4b", "**Quantized** with ModelOpt.", "weights-maker", "LLM Compressor"),
        ("bnb-nf4", "gull-4b", "It was quantized using torchao.", "weights-maker", "bitsandbytes"),
        ("ct-w4a16-g32", "gull-4b-GGUF", "Small.", "weights-format", "calls the model gguf"),
        ("llama-bf16", "gull-4b (ONNX)", "Small.", "weights-format", "its files are safetensors"),
        ("ar-gptq", "gull-4b-mlx", "Small.", "weights-format", "mlx"),
        (
            "ct-w8a8",
            "gull-4b",
            "| | INT8 | BF16 |\n|---|---|---|\n| Model size (MB) | 3.5 | 9.1 |",
            "weights-size",
            "the card says 3.5",
        ),
        (
            "ct-w8a8",
            "gull-4b",
            "| | INT8 |\n|---|---|\n| Model size (MB) | 3.5 |",
            "weights-size",
            "the files have 0.07 MB",
        ),
        (
            "ct-w8a8",
            "gull-4b",
            "```bash\nhf download shop/gull-4b-int8 model-int8.safetensors\n```\n",
            "weights-file",
            "model-int8.safetensors",
        ),
    ],
)
def test_what_the_files_do_not_hold_is_told_once(model: str, title: str, body: str, rule: str, says: str) -> None:
    ((told, message),) = found(MODELS / model, body, title)
    assert told == rule
    assert says in message


def test_a_gguf_file_is_held_against_its_recipe_and_its_row(tmp_path: Path) -> None:
    content = (GGUF / "Q4_K_M.gguf").read_bytes()
    (tmp_path / "gull-Q4_K_M.gguf").write_bytes(content)
    size = len(content) / 10**6
    table = "| File | Type | Size |\n|---|---|---|\n| gull-Q4_K_M.gguf | Q4_K_M | {:.2f} MB |\n"
    code = "```bash\nhf download shop/gull-4b-GGUF gull-{}.gguf\n```\n"
    base = inspect(FolderFiles(tmp_path, "x"), hashes=False).base_model
    named = base[0] if base else LLAMA
    assert found(tmp_path, table.format(size) + "\n" + code.format("Q4_K_M"), "gull-4b-Q4_K_M", named) == []
    told = found(tmp_path, table.format(3 * size) + "\n" + code.format("Q5_K_M"), "gull-4b-Q5_K_M", named)
    assert sorted(rule for rule, _message in told) == ["weights-file", "weights-scheme", "weights-size"]


def test_another_base_model_than_the_files_name(tmp_path: Path) -> None:
    source = MODELS / "ct-w8a8"
    for path in source.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "README.md").write_text("---\nbase_model: acme/tern-4b\n---\n", encoding="utf-8")
    ((rule, message),) = found(tmp_path, "Small.")
    assert rule == "weights-base"
    assert message == "the base model is `acme/gull-4b`, and the files name `acme/tern-4b`"
    assert found(tmp_path, "Small.", base="other/Tern-4B") == []


def test_without_files_there_is_nothing_to_hold_a_card_against() -> None:
    assert lint("# gull-4b-INT8\n\nIn groups of 128.\n", "README.md", RULES).findings == ()


def test_files_that_state_no_scheme_contradict_no_card(tmp_path: Path) -> None:
    source = ROOT / "tests" / "weights" / "inspect" / "models" / "mlx4" / "model.safetensors"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    assert found(tmp_path, "Quantized to W4A16, 9.99 bits per weight.") == []


def test_bits_of_other_files_of_a_set_are_not_held_against_one() -> None:
    text = "- The first: 5.15 bits per weight.\n- The second: {} bits per weight."
    assert found(MODELS / "ct-w4a16-g32", text.format("7.60")) == []
    wrong = found(MODELS / "ct-w4a16-g32", text.format("3.31"))
    assert [rule for rule, _message in wrong] == ["weights-bits"] * len(wrong) != []


def test_a_card_of_a_set_of_files_is_held_against_all_of_them() -> None:
    held = [
        Weights("models", inspect(FolderFiles(GGUF, "models", chosen=name), hashes=False), FolderFiles(GGUF, "x").sizes)
        for name in ("Q2_K.gguf", "Q4_K_M.gguf")
    ]
    right = "- `q2`: 3.313 bits per weight.\n- `q4`: 5.15 bits per weight.\n"
    wrong = "- `q2`: 3.9 bits per weight.\n\n| File | Size |\n|---|---|\n| Q2_K.gguf | 0.3 MB |\n"
    head = "---\nlicense: mit\nbase_model: acme/tiny-base\n---\n# gull\n\n"
    assert lint(head + right, "README.md", RULES, held).findings == ()
    size, bits = sorted(lint(head + wrong, "README.md", RULES, held).findings, key=lambda finding: -finding.line)
    assert "0.3 MB of q2_k.gguf" in size.message
    assert "none of" not in size.message
    assert bits.message.endswith("none of the 2 models there fits")
