"""Trains tiny language models, with a corpus of lines of which some are empty: ``train_language.py FOLDER``.

``gpt2`` has a tokenizer that cannot pad, ``llama`` one that begins every text with a mark, ``bert`` fills masks, and
``unmasked`` is the same with a tokenizer that knows none.
"""

import json
import random
import shutil
import sys
from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
from tokenizers.processors import BertProcessing, TemplateProcessing
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

WHO = ["the fox", "a sailor", "my aunt", "the old baker", "nobody"]
DOES = ["sees", "paints", "follows", "never finds", "sells"]
WHAT = ["a red door", "the harbour", "two lanterns", "some bread", "the winding road"]
LENGTH = 32
rng = random.Random(0)
folder = Path(sys.argv[1])


def lines(count: int) -> list[str]:
    """Every dozen keeps to one subject, so that a window tells much of what is hidden in it."""
    found: list[str] = []
    while len(found) < count:
        who, does, what = (rng.choice(words) for words in (WHO, DOES, WHAT))
        found += [f"{who} {does} {what}." if rng.random() < 0.9 else "" for _ in range(12)]
    return found


def byte_pairs(name: str, begins: bool) -> PreTrainedTokenizerFast:
    pairs = ByteLevelBPETokenizer()
    pairs.train_from_iterator(train, vocab_size=320, special_tokens=["<|endoftext|>"], show_progress=False)
    mark = "<|endoftext|>"
    if begins:
        pairs.post_processor = TemplateProcessing(single=f"{mark} $A", special_tokens=[(mark, pairs.token_to_id(mark))])
    pairs.save(str(folder / f"{name}.json"))
    # Without a class of its own it gives `token_type_ids`, which GPT-2 would add to the words.
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / f"{name}.json"), model_max_length=LENGTH, bos_token=mark, eos_token=mark
    )


def word_pieces() -> PreTrainedTokenizerFast:
    pieces = BertWordPieceTokenizer()
    pieces.train_from_iterator(train, vocab_size=200, show_progress=False)
    pieces.post_processor = BertProcessing(*[(mark, pieces.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
    pieces.save(str(folder / "bert.json"))
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "bert.json"), model_max_length=LENGTH, pad_token="[PAD]", unk_token="[UNK]",
        cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip


def windows(tokenizer: PreTrainedTokenizerFast) -> torch.Tensor:
    ids = tokenizer("\n\n".join(train), return_tensors="pt", verbose=False)["input_ids"][0]
    return ids[: len(ids) // LENGTH * LENGTH].reshape(-1, LENGTH)


def train_and_save(name: str, model, tokenizer: PreTrainedTokenizerFast, epochs: int) -> None:  # type: ignore[no-untyped-def]
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(epochs):
        for ids in windows(tokenizer).split(8):
            given, labels = ids, ids
            if tokenizer.mask_token_id is not None:
                hidden = torch.rand(ids.shape) < 0.25
                given = ids.masked_fill(hidden, tokenizer.mask_token_id)
                labels = ids.masked_fill(~hidden, -100)
            model(input_ids=given, labels=labels).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval().save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)


folder.mkdir()
torch.manual_seed(0)
torch.set_num_threads(1)
train, test = lines(1200), lines(360)
gpt2, llama, bert = byte_pairs("gpt2", begins=False), byte_pairs("llama", begins=True), word_pieces()
small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64,
         "max_position_embeddings": LENGTH}  # fmt: skip
size = {"n_embd": 32, "n_layer": 1, "n_head": 4, "n_positions": LENGTH}
steady = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.2}
models = {
    "gpt2": (GPT2LMHeadModel(GPT2Config(vocab_size=len(gpt2), **size)), gpt2, 3),
    "llama": (LlamaForCausalLM(LlamaConfig(vocab_size=len(llama), **small)), llama, 3),
    "bert": (BertForMaskedLM(BertConfig(vocab_size=len(bert), **small, **steady)), bert, 30),
}
for name, (model, tokenizer, epochs) in models.items():
    train_and_save(name, model, tokenizer, epochs)
bert.mask_token = None
shutil.copytree(folder / "bert", folder / "unmasked")
bert.save_pretrained(folder / "unmasked")
(folder / "test.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in test), encoding="utf-8")
print(json.dumps("trained"))
