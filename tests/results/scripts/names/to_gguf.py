"""The model as GGUF, in two of llama.cpp's types: ``python to_gguf.py FOLDER``.

Needs gguf 0.19.0, transformers 5.24.0 and torch 2.13.0. Weights are put as llama.cpp's ``convert_hf_to_gguf.py`` puts
those of a Llama: the rows of queries and keys in its order for rotation.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from transformers import AutoModelForCausalLM

TYPES = {
    "Q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "Q4_0": (gguf.GGMLQuantizationType.Q4_0, gguf.LlamaFileType.MOSTLY_Q4_0),
}
NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
ENDS = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
CONTROL, NORMAL = 3, 1


def renamed(name: str) -> str:
    """The name of a tensor in a GGUF file."""
    if name in ENDS:
        return ENDS[name]
    _model, _layers, number, rest = name.split(".", 3)
    return f"blk.{number}.{NAMES[rest.removesuffix('.weight')]}.weight"


def rotated(weight: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows of a query or key in llama.cpp's order."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


folder = Path(sys.argv[1])
base = folder / "names-bf16"
model = AutoModelForCausalLM.from_pretrained(base, dtype="float32")
config = model.config
tokens = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))["model"]
vocabulary = sorted(tokens["vocab"], key=tokens["vocab"].get)
(folder / "names-gguf").mkdir(exist_ok=True)
for label, (kind, file_type) in TYPES.items():
    writer = gguf.GGUFWriter(folder / "names-gguf" / f"names-{label}.gguf", "llama")
    writer.add_name("Unicode names")
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary)
    writer.add_token_types([CONTROL if token in ("<s>", "</s>") else NORMAL for token in vocabulary])
    writer.add_token_merges([" ".join(pair) for pair in tokens["merges"]])
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight":
            continue  # it is the embedding
        weight = tensor.numpy()
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            weight = rotated(weight, config.num_attention_heads)
        if weight.ndim == 1:
            writer.add_tensor(renamed(name), weight)
        else:
            packed = gguf.quants.quantize(np.ascontiguousarray(weight), kind)
            writer.add_tensor(renamed(name), packed, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
