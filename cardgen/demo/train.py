"""Trains the demo's model: run by a backend environment's interpreter, as a script, with nothing of cardgen imported.

The data are in every Python: the names and general categories of the characters of Unicode 3.2, which
``unicodedata.ucd_3_2_0`` keeps unchanged from one version of Python to the next.
"""

from __future__ import annotations

import csv
import random
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

SEED = 0
TEST_SHARE = 0.25
VOCABULARY = 4000
MAX_TOKENS = 48
EPOCHS = 5
BATCH = 128
LEARNING_RATE = 2e-3

Row = tuple[str, str]


def character_names() -> list[Row]:
    """Name and category of every named character, but for the scripts whose names are only a number."""
    unicode = unicodedata.ucd_3_2_0
    numbered = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "HANGUL SYLLABLE")
    rows = []
    for code_point in range(sys.maxunicode + 1):
        name = unicode.name(chr(code_point), "")
        if name and not name.startswith(numbered):
            rows.append((name, unicode.category(chr(code_point))))
    return rows


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Training and test rows, shuffled."""
    shuffled = rows[:]
    random.Random(SEED).shuffle(shuffled)  # noqa: S311 - a split, not a secret
    tests = round(len(shuffled) * TEST_SHARE)
    return shuffled[tests:], shuffled[:tests]


def write_rows(path: Path, rows: list[Row]) -> None:
    """A CSV file with the columns ``name`` and ``category``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("name", "category"))
        writer.writerows(rows)


def make_tokenizer(texts: list[str], folder: Path) -> Any:
    """A lower-casing WordPiece tokenizer that knows the commonest words of ``texts``, and spells the others.

    The tokenizers library's own trainer breaks ties by chance, so the vocabulary is counted here.
    """
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from transformers import DistilBertTokenizerFast

    splitter = BertPreTokenizer()
    words = Counter(word for text in texts for word, _span in splitter.pre_tokenize_str(text.lower()))
    letters = sorted({letter for word in words for letter in word})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters)]
    common = sorted(words.keys() - set(pieces), key=lambda word: (-words[word], word))
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join([*pieces, *common][:VOCABULARY]) + "\n", encoding="utf-8")
    return DistilBertTokenizerFast(vocab_file=str(vocabulary), model_max_length=MAX_TOKENS)


def make_model(labels: list[str], vocabulary: int) -> Any:
    """A two-layer DistilBERT with random weights."""
    import torch
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # sums come in one order, so that training again gives the same model; and it is as fast
    config = DistilBertConfig(
        vocab_size=vocabulary,
        n_layers=2,
        dim=128,
        hidden_dim=256,
        n_heads=4,
        max_position_embeddings=MAX_TOKENS,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    return DistilBertForSequenceClassification(config)


def train(model: Any, tokenizer: Any, rows: list[Row]) -> None:
    """Fit ``model`` to ``rows``; batches hold names of like length, which saves half the time."""
    import torch

    tokens = tokenizer([name for name, _category in rows], truncation=True)["input_ids"]
    targets = [model.config.label2id[category] for _name, category in rows]
    batches_per_epoch = -(-len(rows) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, EPOCHS * batches_per_epoch)
    chance = random.Random(SEED)  # noqa: S311 - an order, not a secret
    model.train()
    for epoch in range(EPOCHS):
        print(f"epoch {epoch + 1} of {EPOCHS}", flush=True)  # noqa: T201 - heard by cardgen.demo.first_run
        order = sorted(range(len(rows)), key=lambda row: len(tokens[row]) + chance.random() * 4)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            inputs = tokenizer.pad({"input_ids": [tokens[row] for row in batch]}, return_tensors="pt")
            loss = model(**inputs, labels=torch.tensor([targets[row] for row in batch])).loss
            loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    model.eval()


def main(folder: Path) -> None:
    """Write ``train.csv``, ``test.csv`` and ``model/`` into ``folder``."""
    rows = character_names()
    training, test = split(rows)
    folder.mkdir(parents=True, exist_ok=True)
    write_rows(folder / "train.csv", training)
    write_rows(folder / "test.csv", test)
    (folder / "model").mkdir()
    tokenizer = make_tokenizer([name for name, _category in training], folder / "model")
    model = make_model(sorted({category for _name, category in rows}), len(tokenizer))
    train(model, tokenizer, training)
    model.save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
