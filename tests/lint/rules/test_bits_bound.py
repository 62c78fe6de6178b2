"""Sizes that so many parameters at the bits of their scheme rule out, without files and with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.inherit.facts.schemes import schemes_in
from cardgen.lint.engine import lint
from cardgen.lint.finding import Weights
from cardgen.lint.rules.bits_bound import RULES
from cardgen.lint.rules.size_order import RULES as SIZE_ORDER
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from tests.lint.asking import OWN_CARDS, ROOT, ask, undisclosed

HEAD = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: {base}\n---\n# {title}\n\n"


def card(title: str, body: str, base: str = "acme/gull-4b") -> str:
    return HEAD.format(base=base, title=title) + body + "\n"


def sized(size: str, scheme: str = "Q4_K_M") -> str:
    return f"| File | Type | Size |\n|---|---|---|\n| gull.gguf | {scheme} | {size} |"


@pytest.mark.parametrize(
    ("title", "body", "says"),
    [
        ("gull-4b-GGUF", sized("1.3 GB"), "at least 1.82 GB, at 4.5 bits"),
        ("gull-4b-GGUF", sized("2.2 GB", "Q8_0"), "8.5 bits"),
        ("gull-4b-GGUF", sized("0.7 GB", "IQ3_XXS"), "2.562 bits"),
        ("gull-4b-GGUF", sized("1200 MB"), "1200 MB is too small for Q4_K_M"),
        ("gull-4b-GGUF", "It has 7.3 billion parameters.\n\n" + sized("2.4 GB"), "the 7.3 billion parameters of the"),
        (
            "gull-4b-quantized.w4a16",
            "| | W4A16 |\n|---|---|\n| Model size (GB) | 1.5 |",
            "1.5 GB is too small for W4A16",
        ),
        ("gull-4b-AWQ", "Weights in 4 bits.\n\n| | AWQ |\n|---|---|\n| Model size (GB) | 1.5 |", "at 4 bits"),
        (
            "gull-4b-GPTQ",
            "GPTQ in 4 bits, group size 32.\n\n| | INT4 |\n|---|---|\n| Model size (GB) | 1.7 |",
            "at 4.5 bits",
        ),
        ("gull-4b-NVFP4", "| | NVFP4 |\n|---|---|\n| Model size (GB) | 1.7 |", "at 4.5 bits"),
        ("gull-4b-MXFP4", "| | MXFP4 |\n|---|---|\n| Model size (GB) | 1.6 |", "at 4.25 bits"),
        ("gull-4b-FP8", "| | FP8 |\n|---|---|\n| Model size (GB) | 2.1 |", "at 8 bits"),
        ("gull-4b-W8A8", "| | W8A8 |\n|---|---|\n| Model size (GB) | 2.1 |", "at 8 bits"),
        ("gull-4b-NF4", "| | NF4 |\n|---|---|\n| Model size (GB) | 1.5 |", "at 4.125 bits"),
        (
            "gull-4b-4bit-mlx",
            "MLX, group size 64.\n\n| | 4-bit |\n|---|---|\n| Model size (GB) | 1.6 |",
            "at 4.25 bits",
        ),
        ("gull-4b-3bit", "The model size is 1.1 GB.", "1.1 GB is too small for 3-bit"),
    ],
)
def test_a_size_that_is_too_small(title: str, body: str, says: str) -> None:
    (found,) = ask(RULES, card(title, body))
    assert says in found.message
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("title", "body", "base"),
    [
        ("gull-4b-GGUF", sized("2.5 GB"), "acme/gull-4b"),
        ("gull-4b-GGUF", sized("1.85 GB"), "acme/gull-4b"),  # 3.4 billion parameters may be called 4b
        ("gull-4b-GGUF", sized("1.3 GB", "Q4_K_XL"), "acme/gull-4b"),  # no recipe that is known
        ("gull-4b-GGUF", sized("1.3 GB"), "acme/gull"),
        ("gull-8x7b-GGUF", sized("2.3 GB"), "acme/gull-8x7b"),
        ("gull-GGUF", sized("1.3 GB"), "acme/gull-E4B"),
        ("gull-4b-GGUF", sized("0.7 GB", "mmproj Q8_0"), "acme/gull-4b"),
        ("gull-4b-GGUF", "A pruned model.\n\n" + sized("1.3 GB"), "acme/gull-4b"),
        ("gull-4b-GGUF", "An adapter for it.\n\n" + sized("1.3 GB"), "acme/gull-4b"),
        ("gull-4b-GGUF", "| Model | Type | Size |\n|---|---|---|\n| tern-1b | Q4_K_M | 0.8 GB |", "acme/gull-4b"),
        ("gull-4b-GGUF", "| Type | RAM (GB) |\n|---|---|\n| Q4_K_M | 1.0 |", "acme/gull-4b"),
        ("gull-4b-GGUF", "| Type | KV cache size |\n|---|---|\n| Q4_K_M | 1.0 GB |", "acme/gull-4b"),
        ("gull-4b-GGUF", "| Type | Params | Size |\n|---|---|---|\n| Q4_K_M | 1.0B | 0.7 GB |", "acme/gull-4b"),
        ("gull-4b-AWQ", "Weights in 4 bits.\n\n| | AWQ |\n|---|---|\n| Model size (GB) | 2.6 |", "acme/gull-4b"),
        ("gull-4b-NVFP4", "| | NVFP4 | BF16 |\n|---|---|---|\n| Model size (GB) | 2.8 | 0.9 |", "acme/gull-4b"),
    ],
)
def test_a_size_that_can_be(title: str, body: str, base: str) -> None:
    assert ask(RULES, card(title, body, base)) == []


def test_the_shape_of_a_known_model_tells_what_stays_in_16_bits() -> None:
    """109.5 million parameters, of which 85.6 million in Linear layers: 42.8 MB in INT4, and 47.7 MB of the rest."""
    body = "GPTQ in 4 bits.\n\n| | INT4 |\n|---|---|\n| Model size (MB) | {} |"
    for size, told in (("70", 1), ("91", 0)):
        found = ask(RULES, card("bert-gptq", body.format(size), "google-bert/bert-base-uncased"))
        assert [answer.severity for answer in found] == ["error"] * told


def test_rows_of_one_cause_are_one_finding() -> None:
    rows = "".join(f"| {kind} | {size} GB |\n" for kind, size in (("Q2_K", 0.4), ("Q4_K_M", 0.9), ("Q8_0", 1.4)))
    source = card("gull-4b-GGUF", f"| Type | Size |\n|---|---|\n{rows}")
    (found,) = lint(source, "README.md", RULES).findings
    assert "2 more times, on lines 11, 12" in found.message


def test_a_size_that_is_too_small_is_not_out_of_order_too() -> None:
    rows = "| Q4_K_M | 2.5 GB |\n| Q8_0 | 2.4 GB |\n"
    source = card("gull-4b-GGUF", f"| Type | Size |\n|---|---|\n{rows}")
    assert [found.rule for found in lint(source, "README.md", (*RULES, *SIZE_ORDER)).findings] == ["bits-bound"]
    source = source.replace("acme/gull-4b", "acme/gull")
    assert [found.rule for found in lint(source, "README.md", (*RULES, *SIZE_ORDER)).findings] == ["size-order"]


def test_the_files_tell_the_parameters() -> None:
    """410368 parameters: 0.23 MB at 4.5 bits a weight."""
    model = ROOT / "tests/weights/inspect/gguf/models/Q4_K_M.gguf"
    files = FolderFiles(model, model.name)
    weights = Weights(model.name, inspect(files, hashes=False), {model.name: model.stat().st_size})
    rows = "| Q5_K_M | 0.12 MB |\n| Q6_K | 0.33 MB |\n"
    source = card("gull-GGUF", f"| Type | Size |\n|---|---|\n{rows}", "acme/gull")
    (found,) = lint(source, "README.md", RULES, (weights,)).findings
    assert (found.severity, found.line) == ("error", 10)
    assert "0.12 MB is too small for Q5_K_M: the 0.4 M parameters of the files" in found.message


@pytest.mark.parametrize("name", ["IQ2_M", "Q4_0", "NVFP4", "W4A16", "INT8", "FP8", "4-bit", "NF4"])
def test_no_scheme_takes_less_than_its_whole_bits(name: str) -> None:
    ((scheme, _start, _end),) = schemes_in(name)
    assert scheme.least_bits is not None
    assert scheme.least_bits >= scheme.bits


@pytest.mark.parametrize("kind", ["Q2_K", "Q4_K_M", "IQ4_XS"])
def test_real_files_are_above_their_bound(kind: str) -> None:
    path = ROOT / f"tests/weights/inspect/gguf/models/{kind}.gguf"
    inspection = inspect(FolderFiles(path, path.name), hashes=False)
    ((scheme, _start, _end),) = schemes_in(kind)
    assert scheme.least_bits is not None
    assert (inspection.bits_per_weight or 0) >= scheme.least_bits


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
