"""Programs that cards call: what they can be asked to do, what became of older ones; kept by hand.

Of huggingface_hub's ``hf`` :mod:`cardgen.catalog.releases` tells more: it is read from the package.
"""

from __future__ import annotations

from collections.abc import Mapping

VLLM = frozenset({"bench", "chat", "collect-env", "complete", "launch", "run-batch", "serve"})
"""Subcommands of ``vllm``."""

MLX_LM = frozenset(
    (
        *(
            "awq",
            "benchmark",
            "cache_prompt",
            "chat",
            "convert",
            "dwq",
            "dynamic_quant",
            "evaluate",
            "fuse",
            "generate",
        ),
        *("gptq", "lora", "manage", "perplexity", "server", "share", "upload"),
    )
)
"""Of ``mlx_lm``, also written ``mlx_lm.generate``: mlx-lm 0.32."""

SUBCOMMANDS: Mapping[str, frozenset[str]] = {"vllm": VLLM, "mlx_lm": MLX_LM}

LLAMA_CPP = frozenset(
    f"llama-{name}"
    for name in (
        *("batched", "batched-bench", "bench", "cli", "completion", "cvector-generator", "embedding", "eval-callback"),
        *("export-lora", "finetune", "gguf", "gguf-hash", "gguf-split", "imatrix", "lookahead", "lookup", "mtmd-cli"),
        *("parallel", "passkey", "perplexity", "quantize", "retrieval", "run", "server", "simple", "simple-chat"),
        *("speculative", "tokenize", "tts"),
    )
)
"""Programs of llama.cpp."""

LLAMA_CPP_RENAMED: Mapping[str, str] = {
    "main": "llama-cli",
    "server": "llama-server",
    "quantize": "llama-quantize",
    "perplexity": "llama-perplexity",
    "imatrix": "llama-imatrix",
    "embedding": "llama-embedding",
    "gguf-split": "llama-gguf-split",
    "llava-cli": "llama-mtmd-cli",
    "llama-llava-cli": "llama-mtmd-cli",
    "llama-minicpmv-cli": "llama-mtmd-cli",
    "llama-qwen2vl-cli": "llama-mtmd-cli",
    "llama-gemma3-cli": "llama-mtmd-cli",
    "convert.py": "convert_hf_to_gguf.py",
    "convert-hf-to-gguf.py": "convert_hf_to_gguf.py",
}
"""What programs of llama.cpp were called until 2024 or 2025, to what they are now."""

HUB_INSTEAD: Mapping[str, str] = {
    "login": "auth login",
    "logout": "auth logout",
    "whoami": "auth whoami",
    "scan-cache": "cache list",
    "delete-cache": "cache rm",
    "repo": "repos",
    "tag": "repos tag",
    "repo-files": "repos delete-files",
    "cache scan": "cache list",
    "cache delete": "cache rm",
    "upload-large-folder": "upload",
}
"""Commands of huggingface_hub's older programs, to those of ``hf``."""

ARCHIVED: Mapping[str, tuple[str, str, str]] = {
    "awq": ("AutoAWQ", "0.2.9", "quantize with llmcompressor's AWQModifier, and load with transformers or vLLM"),
    "auto_gptq": ("AutoGPTQ", "0.7.1", "use GPTQModel"),
}
"""Modules of projects that are archived: their name, the last release, and what people use now."""
