"""GGUF, as llama.cpp writes it: ``LD_LIBRARY_PATH=LIBRARIES python gguf_llama_cpp.py LIBRARIES FOLDER``.

gguf 0.19.0, NumPy, and the libraries of llama.cpp's release v0.4.0 (of the npm package @node-llama-cpp/linux-x64
3.21.1). Weights are zeros, which a repository keeps in little room: only headers are read. llama.cpp prints bits a
weight, which the tests hold.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import gguf
import numpy as np

STATES, WORDS, KEYS = 256, 96, 64
TYPES = {"Q4_K_M": 15, "Q2_K": 10, "IQ4_XS": 30}
"""Of llama.cpp's ``llama_ftype``."""

libraries, folder = map(Path, sys.argv[1:])
whole = folder / "f32.gguf"


class Parameters(ctypes.Structure):
    """``llama_model_quantize_params``, of which the first two numbers are used: threads and type."""

    _fields_ = (("numbers", ctypes.c_int32 * 128),)


def write() -> None:
    """A Llama of one block, in FP32."""
    writer = gguf.GGUFWriter(whole, "llama")
    writer.add_name("Tiny")
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, "Tiny Base")
    writer.add_base_model_repo_url(0, "https://huggingface.co/acme/tiny-base")
    writer.add_quantized_by("acme")
    writer.add_context_length(64)
    writer.add_embedding_length(STATES)
    writer.add_feed_forward_length(STATES)
    writer.add_block_count(1)
    writer.add_head_count(4)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(KEYS)
    writer.add_file_type(0)
    writer.add_vocab_size(WORDS)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"w{number}" for number in range(WORDS)])
    writer.add_token_types([1] * WORDS)
    writer.add_token_merges(["w 0"])
    shapes = {"token_embd": (WORDS, STATES), "output": (WORDS, STATES), "output_norm": (STATES,)}
    shapes |= {f"blk.0.{name}_norm": (STATES,) for name in ("attn", "ffn")}
    shapes |= {
        f"blk.0.{name}": (STATES, STATES) for name in ("attn_q", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    }
    shapes |= {f"blk.0.{name}": (KEYS, STATES) for name in ("attn_k", "attn_v")}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", np.zeros(shape, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write()
(library,) = (ctypes.CDLL(str(path)) for path in libraries.glob("libllama.v*.so"))
library.llama_backend_init()
library.llama_model_quantize_default_params.restype = Parameters
for name, kind in TYPES.items():
    parameters = library.llama_model_quantize_default_params()
    parameters.numbers[0], parameters.numbers[1] = 1, kind
    failed = library.llama_model_quantize(
        str(whole).encode(), str(folder / f"{name}.gguf").encode(), ctypes.byref(parameters)
    )
    if failed:
        sys.exit(f"{name}: {failed}")
