"""Writes tiny untrained models for the tasks whose graphs or inputs differ: ``make_onnx_tasks.py TOKENIZER FOLDER``."""

import json
import sys
from pathlib import Path

import torch
from transformers import (
    AutoTokenizer,
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForMaskedLM,
    BertForMultipleChoice,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    T5Config,
    T5ForConditionalGeneration,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
tokenizer.model_max_length = 48
folder = Path(sys.argv[2])
torch.manual_seed(0)
ids = {
    "pad_token_id": tokenizer.pad_token_id,
    "bos_token_id": tokenizer.cls_token_id,
    "eos_token_id": tokenizer.sep_token_id,
    "decoder_start_token_id": tokenizer.cls_token_id,
    "vocab_size": len(tokenizer),
}
bert = BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=48,
    max_position_embeddings=48,
)
sides = {f"{side}_{name}": size for side in ("encoder", "decoder") for name, size in
         (("layers", 2), ("ffn_dim", 48), ("attention_heads", 4))}  # fmt: skip
models = {
    "fill-mask": BertForMaskedLM(bert),
    "multiple-choice": BertForMultipleChoice(bert),
    "sentence-similarity": BertModel(bert, add_pooling_layer=False),
    "text-generation": LlamaForCausalLM(
        LlamaConfig(
            **ids, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=48,
        )
    ),
    "text-generation-gpt2": GPT2LMHeadModel(GPT2Config(**ids, n_embd=32, n_layer=2, n_head=4, n_positions=48)),
    "image-classification": ViTForImageClassification(
        ViTConfig(
            hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=16,
            patch_size=4, id2label={0: "cat", 1: "dog", 2: "bird"},
        )
    ),
    "summarization": BartForConditionalGeneration(
        BartConfig(**ids, **sides, d_model=32, max_position_embeddings=48, forced_eos_token_id=tokenizer.sep_token_id)
    ),
    "translation": T5ForConditionalGeneration(
        T5Config(**ids, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu")
    ),
}  # fmt: skip
for name, model in models.items():
    for parameter in model.parameters():
        # Fresh biases are all zero, and the exporter merges equal tensors, which trained models do not have.
        torch.nn.init.normal_(parameter, std=0.15)
    if name in ("summarization", "translation", "text-generation", "text-generation-gpt2"):
        model.generation_config.max_length = 24
    if name == "summarization":
        model.generation_config.num_beams = 3
        model.generation_config.no_repeat_ngram_size = 2
    model.save_pretrained(folder / name)
    if name == "image-classification":
        ViTImageProcessor(size={"height": 16, "width": 16}).save_pretrained(folder / name)
    else:
        tokenizer.save_pretrained(folder / name)
print(json.dumps(list(models)))
