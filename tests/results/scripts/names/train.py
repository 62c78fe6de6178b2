"""A tiny language model of the names of Unicode's characters, and what it is scored on: ``python train.py FOLDER``.

Needs torch 2.13.0, transformers 5.24.0 and tokenizers 0.23.3. Writes ``names-bf16``, and beside the tasks of lm-eval
in ``tasks`` their samples, of names that the model has not seen.
"""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

SEED = 0
TESTS = 2000
VOCABULARY = 512
TOKENS = 32
EPOCHS = 16
BATCH = 128
RATE = 6e-3


def names() -> tuple[list[str], list[str]]:
    """Names to learn from, and names to be tested on; without the scripts whose names are only a number."""
    unicode = unicodedata.ucd_3_2_0
    numbered = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "HANGUL SYLLABLE")
    found = [unicode.name(chr(code), "") for code in range(sys.maxunicode + 1)]
    kept = [name for name in found if name and not name.startswith(numbered)]
    random.Random(SEED).shuffle(kept)
    return kept[TESTS:], kept[:TESTS]


def make_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """Byte-level BPE, as of GPT-2."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="</s>", model_max_length=TOKENS
    )


def train(texts: list[str], tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Each name between its marks."""
    torch.manual_seed(SEED)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=64,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model = LlamaForCausalLM(config)
    rows = [[0, *tokenizer.encode(text)[: TOKENS - 2], 1] for text in texts]
    data = torch.tensor([row + [1] * (TOKENS - len(row)) for row in rows])
    labels = torch.tensor([row + [-100] * (TOKENS - len(row)) for row in rows])
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _epoch in range(EPOCHS):
        for batch in torch.randperm(len(rows)).split(BATCH):
            loss = model(input_ids=data[batch], labels=labels[batch]).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"{loss.item():.3f}", flush=True)
    return model.to(torch.bfloat16)


def endings(tests: list[str], known: list[str]) -> list[dict[str, Any]]:
    """Names without their last word, and four words of which one is it."""
    draw = random.Random(SEED)
    last = [name.rsplit(" ", 1)[1] for name in known if " " in name]
    rows = []
    for name in tests:
        begin, space, word = name.rpartition(" ")
        if not space:
            continue
        others: set[str] = set()
        while len(others) < 3:
            others |= {draw.choice(last)} - {word}
        choices = [word, *sorted(others)]
        draw.shuffle(choices)
        rows.append({"name": begin, "choices": choices, "answer": choices.index(word)})
    return rows


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """One row a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


folder = Path(sys.argv[1])
known, tests = names()
tokenizer = make_tokenizer(known)
model = train(known, tokenizer)
model.save_pretrained(folder / "names-bf16")
tokenizer.save_pretrained(folder / "names-bf16")
write(folder / "tasks" / "names_end.jsonl", endings(tests[:1000], known)[:800])
write(folder / "tasks" / "names_text.jsonl", [{"name": name} for name in tests[1000:1400]])
