"""Trains a tiny BERT whose embeddings of texts on one subject lie near to each other: ``train_pairs.py FOLDER``.

Prints for each way of pooling the cosines of the pairs in its test data, and SciPy's correlations with what is expected
of them.
"""

import json
import random
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from scipy import stats
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

SUBJECTS = [
    ["crimson", "turquoise", "violet", "amber", "ochre", "indigo"],
    ["lisbon", "krakow", "tallinn", "valencia", "bergen", "graz"],
    ["porridge", "goulash", "risotto", "paella", "ramen", "borscht"],
]
FILLERS = ["the", "day", "was", "long", "we", "saw", "old", "houses", "by", "road"]
MODES = ("mean", "cls", "max")
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.manual_seed(0)
torch.set_num_threads(1)


def text(subject: list[str]) -> str:
    words = rng.sample(subject, rng.randint(1, 3)) + rng.choices(FILLERS, k=rng.randint(1, 10))
    rng.shuffle(words)
    return " ".join(words)


def row() -> dict[str, Any]:
    one = rng.choice(SUBJECTS)
    other = one if rng.random() < 0.5 else rng.choice(SUBJECTS)
    # On a scale from 0 to 5, with ties, as people's judgements are.
    alike = (4 if one is other else 1) + rng.choice([-1, -0.5, 0, 0, 0.5, 1])
    return {"one": text(one), "other": text(other), "alike": alike}


rows = [row() for _ in range(620)]
words = BertWordPieceTokenizer(lowercase=True)
words.train_from_iterator([*FILLERS, *chain(*SUBJECTS)] * 3, vocab_size=160, show_progress=False)
words.post_processor = BertProcessing(*[(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
words.save(str(folder / "words.json"))
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"),
    model_max_length=40,
    pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
)  # fmt: skip
model = BertModel(
    BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=40, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.1,
    )
)  # fmt: skip


def embed(texts: list[str], mode: str, limit: int = 40) -> torch.Tensor:
    batch = tokenizer(texts, padding=True, truncation=True, max_length=limit, return_tensors="pt")
    states, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
    if mode == "cls":
        pooled = states[:, 0]
    elif mode == "max":
        pooled = states.masked_fill(mask == 0, -1e9).max(1).values
    else:
        pooled = (states * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(pooled, dim=-1)


optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
model.train()
for _ in range(4):
    for start in range(120, len(rows), 20):
        part = rows[start : start + 20]
        wanted = torch.tensor([each["alike"] / 5 for each in part])
        for mode in MODES:
            one, other = (embed([each[side] for each in part], mode) for side in ("one", "other"))
            torch.nn.functional.mse_loss((one * other).sum(-1), wanted).backward()
        optimizer.step()
        optimizer.zero_grad()
model.eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
tests = rows[:120]
(folder / "test.jsonl").write_text("".join(json.dumps(each) + "\n" for each in tests), encoding="utf-8")
found = {}
for mode, limit in [*((mode, 40) for mode in MODES), ("mean", 6)]:
    with torch.no_grad():
        cosines = [
            float(embed([each["one"]], mode, limit)[0] @ embed([each["other"]], mode, limit)[0]) for each in tests
        ]
    both = ([each["alike"] for each in tests], cosines)
    found[f"{mode}-{limit}"] = {
        "cosines": cosines,
        "pearsonr": float(stats.pearsonr(*both).statistic),
        "spearmanr": float(stats.spearmanr(*both).statistic),
    }
print(json.dumps(found))
