"""The tiny model that each tool quantizes, and its tokenizer: ``python base.py FOLDER``.

Needs torch 2.13.0 and transformers 5. Its sizes divide by the groups that the tools want, and no two of its shapes are
alike where that could hide a mistake.
"""

from __future__ import annotations

import sys

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = 96


def save(folder: str) -> None:
    """Write model and tokenizer."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=WORDS,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=64,
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    names = [f"w{number}" for number in range(WORDS - 3)]
    words = {name: at for at, name in enumerate([*names, "<unk>", "<s>", "</s>"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    ).save_pretrained(folder)


if __name__ == "__main__":
    save(sys.argv[1])
