"""Commands of cards against those of huggingface_hub, vLLM, mlx-lm and llama.cpp."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.rules.shell_commands import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(code: str, language: str = "bash") -> str:
    return f"# gull-4b-GGUF\n\nIt runs in llama.cpp.\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    ("command", "says", "remedy"),
    [
        (
            "huggingface-cli download acme/gull --local-dir-use-symlinks False",
            "`hf download` of huggingface_hub 2.4.0 has no option `--local-dir-use-symlinks`",
            "`hf download --help` lists the others",
        ),
        ("hf download acme/gull --inclde '*Q4*'", "no option `--inclde`", "did you mean `--include`?"),
        ("hf download acme/gull \\\n  --resume-download", "no option `--resume-download`", "leave it out"),
        ("$ hf login", "huggingface_hub has no `hf login` in 2.4.0", "write `hf auth login`"),
        ("hf repo create acme/gull", "huggingface_hub has no `hf repo create` since 2.0.0", "write `hf repos create`"),
        ("hf upload-large-folder a/b .", "no `hf upload-large-folder` since 2.0.0", "write `hf upload`"),
        ("hf cache scan", "no `hf cache scan` since 1.0.0", "write `hf cache list`"),
        ("hf dwonload acme/gull", "no `hf dwonload` in 2.4.0", "write `hf download`"),
        ("vllm run acme/gull", "`vllm` has no command `run`", "it has bench"),
        ("vllm sevre acme/gull", "`vllm` has no command `sevre`", "did you mean `vllm serve`?"),
        ("python -m mlx_lm.generat --model a/b", "no command `generat`", "did you mean `mlx_lm generate`?"),
        ("mlx_lm.merge --config a.yaml", "no command `merge` since mlx-lm 0.25.0", "it has awq"),
        ("./main -m gull.gguf -p hi", "llama.cpp has no `main` any more: it is `llama-cli`", "write `llama-cli`"),
        ("./llama.cpp/quantize a.gguf b.gguf Q4_K_M", "it is `llama-quantize`", "write `llama-quantize`"),
        ("./build/bin/llama-llava-cli -m a.gguf", "it is `llama-mtmd-cli`", "write `llama-mtmd-cli`"),
        ("python convert-hf-to-gguf.py ./gull", "it is `convert_hf_to_gguf.py`", "write `convert_hf_to_gguf.py`"),
        ("llama-quantise a.gguf b.gguf", "llama.cpp has no `llama-quantise`", "did you mean `llama-quantize`?"),
        ("cd llama.cpp && LLAMA_CURL=1 make", "llama.cpp is built by CMake alone", "cmake -B build"),
        ("git clone https://github.com/ggml-org/llama.cpp\ncd llama.cpp && make", "by CMake alone", "cmake -B build"),
        ("make LLAMA_CUDA=1", "by CMake alone", "cmake -B build"),
    ],
)
def test_what_current_releases_have_not(command: str, says: str, remedy: str) -> None:
    (answer,) = ask(RULES, card(command))
    assert says in answer.message
    assert remedy in answer.remedy
    assert answer.severity == "warning"


@pytest.mark.parametrize(
    "command",
    [
        "hf download acme/gull --include '*Q4_K_M*' --local-dir . --revision main",
        "hf download acme/gull -h",
        "hf download acme/gull --quiet",
        "hf auth login --token $TOKEN",
        "hf cache ls",
        "hf repos create acme/gull --private",
        "hf jobs run python:3.12 python -c 'print(1)' --flavour x",
        "HF_HUB_ENABLE_HF_TRANSFER=1 hf download acme/gull",
        "hf",
        "vllm serve acme/gull --quantization gptq",
        "python -m vllm.entrypoints.openai.api_server --model acme/gull",
        "vllm bench serve --model acme/gull",
        "mlx_lm.generate --model acme/gull",
        "mlx_lm generate --model acme/gull",
        "python -m mlx_lm.server --model acme/gull",
        "./llama-cli -m gull.gguf",
        "build/bin/llama-server -hf acme/gull-GGUF",
        "cmake -B build -DLLAMA_CURL=ON && cmake --build build",
        "python convert_hf_to_gguf.py ./gull",
        "make install",
        "server start --port 80",
        "llama-3 -x",
        "echo main -m x",
    ],
)
def test_what_they_have_and_what_is_anyones(command: str) -> None:
    assert ask(RULES, card(command)) == []


def test_an_option_that_stands_in_many_commands_is_told_once() -> None:
    line = "hf download acme/gull {} --local-dir-use-symlinks False"
    source = card("\n".join(line.format(name) for name in ("a.gguf", "b.gguf", "c.gguf")))
    (found,) = lint(source, "README.md", RULES).findings
    assert found.message.endswith("; 2 more times, on lines 7, 8")


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
