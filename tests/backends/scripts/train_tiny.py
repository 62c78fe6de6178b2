"""Trains two tiny classifiers: of a text's mood (three labels), and of a pair of texts (two labels)."""

import csv
import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedTokenizerFast,
)

WORDS = {
    "good": ["fine", "bright", "lovely", "warm", "gentle", "happy", "sweet", "clear"],
    "bad": ["grim", "dull", "awful", "cold", "harsh", "sad", "bitter", "murky"],
    "plain": ["flat", "square", "level", "grey", "usual", "common", "middling", "even"],
}
FILLERS = [
    *("the", "day", "was", "and", "so", "very", "much", "like", "a", "walk"),
    *("by", "some", "river", "near", "our", "old", "house", "with", "many", "trees"),
]
SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
rng = random.Random(0)


def sentence(mood: str) -> str:
    words = rng.sample(FILLERS, rng.randint(3, 12)) + rng.sample(WORDS[mood], rng.randint(1, 2))
    rng.shuffle(words)
    return " ".join(words)


def noisy(label: str, labels: list[str]) -> str:
    """One label in ten is wrong, so that no score is perfect."""
    return rng.choice(labels) if rng.random() < 0.1 else label


def single_rows(count: int) -> list[dict[str, str]]:
    moods = [rng.choice(list(WORDS)) for _ in range(count)]
    return [{"text": sentence(mood), "label": noisy(mood, list(WORDS))} for mood in moods]


def pair_rows(count: int) -> list[dict[str, str]]:
    """The second text alone decides: a model that is not given it can only guess."""
    rows = []
    for _ in range(count):
        label = rng.choice(["0", "1"])
        second = sentence("good" if label == "1" else "bad")
        rows.append({"text": sentence("plain"), "other": second, "label": noisy(label, ["0", "1"])})
    return rows


def train(model, tokenizer, rows: list[dict[str, str]], ids: dict[str, int], epochs: int) -> None:  # type: ignore[no-untyped-def]
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    model.train()
    for _ in range(epochs):
        rng.shuffle(rows)
        for start in range(0, len(rows), 32):
            part = rows[start : start + 32]
            texts = [[row["text"] for row in part]] + ([[row["other"] for row in part]] if "other" in part[0] else [])
            batch = tokenizer(*texts, padding=True, truncation=True, return_tensors="pt")
            if model.config.model_type == "distilbert":
                batch.pop("token_type_ids")
            model(**batch, labels=torch.tensor([ids[row["label"]] for row in part])).loss.backward()
            optimizer.step()
            optimizer.zero_grad()


def save(folder: Path, model, tokenizer, train_rows, test_rows) -> None:  # type: ignore[no-untyped-def]
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name, rows in (("train", train_rows), ("test", test_rows)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def main(output: Path) -> None:
    torch.manual_seed(0)
    single, pairs = single_rows(1000), pair_rows(1000)
    words = BertWordPieceTokenizer(lowercase=True)
    words.train_from_iterator([row["text"] for row in single], vocab_size=400, show_progress=False)
    marks = [(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")]
    words.post_processor = BertProcessing(*marks)
    words.save(str(output / "words.json"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(output / "words.json"), model_max_length=24, mask_token="[MASK]", **SPECIAL
    )
    labels = list(WORDS)
    ids = {name: index for index, name in enumerate(labels)}
    config = DistilBertConfig(
        vocab_size=len(tokenizer), n_layers=2, dim=64, hidden_dim=128, n_heads=4, max_position_embeddings=24,
        num_labels=3, id2label=dict(enumerate(labels)), label2id=ids,
    )  # fmt: skip
    model = DistilBertForSequenceClassification(config)
    train(model, tokenizer, single[300:], ids, epochs=6)
    save(output / "single", model, tokenizer, single[300:], single[:300])

    tokenizer.model_max_length = 48
    bert = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            num_hidden_layers=1,
            num_attention_heads=4,
            intermediate_size=96,
            max_position_embeddings=48,
            num_labels=2,
            id2label={0: "NEGATIVE", 1: "POSITIVE"},
            label2id={"NEGATIVE": 0, "POSITIVE": 1},
        )
    )
    train(bert, tokenizer, pairs[300:], {"0": 0, "1": 1}, epochs=6)
    save(output / "pairs", bert, tokenizer, pairs[300:], pairs[:300])


main(Path(sys.argv[1]))
print(json.dumps("trained"))
