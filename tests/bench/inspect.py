"""What models are, told from headers: a large one on a Hub, a GGUF with a vocabulary, and a folder."""

from __future__ import annotations

import json
import os
import shutil
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, cast

from tests.bench.processes import CARDGEN, ROOT, Ended, run_process
from tests.bench.table import Row, duration, megabytes
from tests.hub_server import HubServer
from tests.hub_server.repository import Blob, Change

LAYERS, STATES, INNER, KEYS, WORDS, GROUP = 80, 8192, 28_672, 1024, 128_256, 128
SHARDS = 8
RUNS = 5
MOST_TRAFFIC = 3_000_000
MOST_MEMORY = 120_000_000
MOST_OF_GGUF = 0.7
MOST_OF_FOLDER_S = 0.4
MOST_OF_LINT = 1.5
LINTS = 11
_REPO = "acme/large-w4a16"
_BYTES = {"I32": 4, "I64": 8, "BF16": 2}
_PEER = f"from huggingface_hub import get_safetensors_metadata as get; get({_REPO!r})"
_GGUF_PEER = "import sys; from gguf import GGUFReader; GGUFReader(sys.argv[1])"
_MODEL = ROOT / "tests" / "weights" / "inspect" / "models" / "ct-w4a16-g32"


_CARD = """\
---
license: mit
pipeline_tag: text-generation
base_model: acme/gull-4b
tags: [w4a16, gguf]
---
# gull-4b-INT8

Quantized with AutoAWQ: the weights are in INT4, group size 128, of 7.3 billion parameters, at 4.25 bits per weight.
3 of 9 Linear modules stayed in FP32.

| | W4A16 | BF16 |
|---|---|---|
| Model size (MB) | 3.5 | 9.1 |
| accuracy | 0.8123 | 0.8130 |

```bash
hf download acme/gull-4b-INT8 model-int8.safetensors
```

```python
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("acme/gull-4b-INT8")
```
"""


class Sparse:
    """A file of gigabytes, of which only the header is written; the rest are zeros that nobody keeps."""

    def __init__(self, header: bytes, size: int) -> None:
        self._header, self._size = header, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _step = part.indices(self._size)
        return self._header[start:stop].ljust(stop - start, b"\0")


@dataclass(frozen=True)
class SparseBlob(Blob):
    """Known by a name in the place of a hash, which would need all of it."""

    number: int = 0

    @property
    def sha256(self) -> str:
        return f"{self.number:064x}"


def rows() -> list[Row]:
    """Measure."""
    folder = ROOT / "build" / "bench-inspect"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return [*_on_hub(folder), *_gguf(folder), _folder(), _lint(folder)]


def _on_hub(folder: Path) -> Iterator[Row]:
    with HubServer() as hub:
        _publish(hub)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        environ = {**inherited, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, "HF_HOME": str(folder / "hf")}
        own, other = [], []
        traffic = 0
        for _ in range(RUNS):
            hub.requests.clear()
            own.append(run_process([CARDGEN, "inspect", _REPO], folder, environ))
            traffic = sum(request.answer_bytes for request in hub.requests)
            other.append(run_process([sys.executable, "-c", _PEER], folder, environ))
    what = f"inspect of {LAYERS} layers in {SHARDS} files on a Hub"
    ours, theirs = _seconds(own), _seconds(other)
    peer = f"get_safetensors_metadata: {duration(theirs)}, {ours / theirs:.2f} x"
    memory = max(ended.memory for ended in own)
    yield Row(what, duration(ours), peer, "1 x", ours <= theirs, megabytes(memory))
    yield Row(f"{what}: bytes", str(traffic), "", str(MOST_TRAFFIC), traffic <= MOST_TRAFFIC)
    yield Row(f"{what}: memory", megabytes(memory), "", megabytes(MOST_MEMORY), memory <= MOST_MEMORY)


def _gguf(folder: Path) -> Iterator[Row]:
    """A model of 100 MB with a vocabulary of a usual size, beside the reader of llama.cpp's own package."""
    environment = folder / "gguf"
    run_process([sys.executable, "-m", "venv", str(environment)])
    python = environment / "bin" / "python"
    run_process([str(python), "-m", "pip", "install", "--quiet", "gguf==0.19.0"])
    model = folder / "model.gguf"
    model.write_bytes(_gguf_header())
    os.truncate(model, 100_000_000)
    own = [run_process([CARDGEN, "inspect", "--no-hashes", str(model)]) for _ in range(RUNS)]
    other = [run_process([str(python), "-c", _GGUF_PEER, str(model)]) for _ in range(RUNS)]
    ours, theirs = _seconds(own), _seconds(other)
    peer = f"gguf 0.19: {duration(theirs)}, {ours / theirs:.2f} x"
    memory = megabytes(max(ended.memory for ended in own))
    yield Row(
        "inspect of a GGUF of 100 MB", duration(ours), peer, f"{MOST_OF_GGUF} x", ours <= MOST_OF_GGUF * theirs, memory
    )


def _folder() -> Row:
    own = [run_process([CARDGEN, "inspect", str(_MODEL)]) for _ in range(RUNS)]
    ours = _seconds(own)
    memory = megabytes(max(ended.memory for ended in own))
    return Row("inspect of a folder", duration(ours), "", duration(MOST_OF_FOLDER_S), ours <= MOST_OF_FOLDER_S, memory)


def _lint(folder: Path) -> Row:
    """Of a card of which all can be held against its files, by the time of the processor, in turns."""
    card = folder / "README.md"
    card.write_text(_CARD, encoding="utf-8")
    commands = ([CARDGEN, "lint", str(card)], [CARDGEN, "lint", str(card), "--weights", str(_MODEL)])
    taken: list[list[Ended]] = [[], []]
    for turn in range(LINTS + 1):
        for command, runs in zip(commands, taken, strict=True):
            ended = run_process(command, code=1)
            if turn:  # the first compiles, and fills the system's cache
                runs.append(ended)
    alone, held = (min(ended.processor_s for ended in runs) for runs in taken)
    memory = megabytes(max(ended.memory for ended in taken[1]))
    ratio = f"lint alone: {duration(alone)}, {held / alone:.2f} x"
    what = "lint of a card with its weights: processor"
    return Row(what, duration(held), ratio, f"{MOST_OF_LINT} x", held <= MOST_OF_LINT * alone, memory)


def _seconds(runs: list[Ended]) -> float:
    """The shortest: what else the machine does makes it longer."""
    return min(ended.seconds for ended in runs)


def _tensors() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    yield "model.embed_tokens.weight", "BF16", (WORDS, STATES)
    for layer in range(LAYERS):
        prefix = f"model.layers.{layer}."
        for name in ("input_layernorm", "post_attention_layernorm"):
            yield f"{prefix}{name}.weight", "BF16", (STATES,)
        shapes = {"self_attn.q_proj": (STATES, STATES), "self_attn.o_proj": (STATES, STATES)}
        shapes |= {f"self_attn.{name}_proj": (KEYS, STATES) for name in "kv"}
        shapes |= {f"mlp.{name}_proj": (INNER, STATES) for name in ("gate", "up")}
        for name, (outputs, inputs) in {**shapes, "mlp.down_proj": (STATES, INNER)}.items():
            yield f"{prefix}{name}.weight_packed", "I32", (outputs, inputs // 8)
            yield f"{prefix}{name}.weight_scale", "BF16", (outputs, inputs // GROUP)
            yield f"{prefix}{name}.weight_shape", "I64", (2,)
    yield "model.norm.weight", "BF16", (STATES,)
    yield "lm_head.weight", "BF16", (WORDS, STATES)


def _publish(hub: HubServer) -> None:
    tensors = list(_tensors())
    share = -(-len(tensors) // SHARDS)
    blobs: dict[str, Blob] = {}
    weight_map: dict[str, str] = {}
    for number in range(SHARDS):
        name = f"model-{number + 1:05}-of-{SHARDS:05}.safetensors"
        header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        end = 0
        for tensor, dtype, shape in tensors[number * share : (number + 1) * share]:
            size = prod(shape) * _BYTES[dtype]
            header[tensor] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
            weight_map[tensor] = name
            end += size
        text = json.dumps(header).encode()
        content = Sparse(struct.pack("<Q", len(text)) + text, 8 + len(text) + end)
        blobs[name] = SparseBlob(cast("bytes", content), lfs=True, number=number + 1)
    index = json.dumps({"metadata": {}, "weight_map": weight_map}).encode()
    blobs["model.safetensors.index.json"] = Blob(index, lfs=False)
    blobs["config.json"] = Blob((_MODEL / "config.json").read_bytes(), lfs=False)
    repository = hub.add(_REPO)
    repository.lfs |= {blob.sha256: blob.data for blob in blobs.values() if blob.lfs}
    repository.commit("main", Change("upload", puts=blobs), author="somebody")


def _gguf_header() -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    words = b"".join(text(f"word{number}") for number in range(WORDS))
    entries = [
        text("general.architecture") + struct.pack("<I", 8) + text("llama"),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, WORDS) + words,
        text("tokenizer.ggml.merges") + struct.pack("<IIQ", 9, 8, WORDS) + words,
        text("tokenizer.ggml.token_type") + struct.pack("<IIQ", 9, 5, WORDS) + struct.pack("<i", 1) * WORDS,
    ]
    tensors = [
        text(f"blk.{layer}.ffn_up.weight") + struct.pack("<IQQIQ", 2, 256, 256, 12, layer * 36_864)
        for layer in range(LAYERS)
    ]
    return b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + b"".join(tensors)
