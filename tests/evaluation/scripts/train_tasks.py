"""Trains tiny models of other tasks than classifying texts, with their data: ``train_tasks.py FOLDER``.

``tags`` finds names and places in lists of words; ``answers`` finds the word of the kind that is asked for, in contexts
that are longer than it takes, and in some of which there is none.
"""

import json
import random
import sys
from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import (
    DistilBertConfig,
    DistilBertForQuestionAnswering,
    DistilBertForTokenClassification,
    PreTrainedTokenizerFast,
)

FIRST = ["anna", "bruno", "clara", "david", "emil", "frieda"]
LAST = ["abelmann", "bergstrom", "castellan", "dimitrova"]
KINDS = {
    "colour": ["crimson", "turquoise", "violet", "amber", "ochre", "indigo"],
    "city": ["lisbon", "krakow", "tallinn", "valencia", "bergen", "graz"],
    "meal": ["porridge", "goulash", "risotto", "paella", "ramen", "borscht"],
}
FILLERS = [
    "the",
    "day",
    "was",
    "and",
    "so",
    "very",
    "much",
    "like",
    "walk",
    "by",
    "river",
    "near",
    "old",
    "house",
    "trees",
]
TAGS = ["O", "B-PER", "I-PER", "B-LOC"]
SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
LENGTH = 32
rng = random.Random(0)


def tagged() -> dict[str, list[str]]:
    parts = [([rng.choice(FILLERS)], ["O"]) for _ in range(rng.randint(3, 10))]
    parts += [([rng.choice(FIRST), rng.choice(LAST)], ["B-PER", "I-PER"]) for _ in range(rng.randint(0, 2))]
    parts += [([rng.choice(KINDS["city"])], ["B-LOC"]) for _ in range(rng.randint(0, 2))]
    rng.shuffle(parts)
    labels = [label if rng.random() < 0.95 else rng.choice(TAGS) for _, tags in parts for label in tags]
    return {"tokens": [word for words, _ in parts for word in words], "ner_tags": labels}


def asked(longest: int) -> dict[str, object]:
    kind = rng.choice(list(KINDS))
    words = [rng.choice(FILLERS) for _ in range(rng.randint(4, longest))]
    for other, members in KINDS.items():
        if other != kind:
            words.insert(rng.randrange(len(words)), rng.choice(members))
    question = f"which {kind} was it?"
    if rng.random() < 0.25:
        return {"question": question, "context": " ".join(words), "answers": {"text": [], "answer_start": []}}
    place = rng.randrange(len(words))
    words.insert(place, rng.choice(KINDS[kind]))
    answer = words[place] if rng.random() < 0.9 else " ".join(words[place : place + 2])
    start = len(" ".join([*words[:place], ""]))
    return {"question": question, "context": " ".join(words), "answers": {"text": [answer], "answer_start": [start]}}


def tokenizer_for(folder: Path, texts: list[str]) -> PreTrainedTokenizerFast:
    words = BertWordPieceTokenizer(lowercase=True)
    words.train_from_iterator(texts, vocab_size=190, show_progress=False)  # so few that names come in pieces
    words.post_processor = BertProcessing(*[(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
    words.save(str(folder / "words.json"))
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "words.json"),
        model_max_length=LENGTH,
        model_input_names=["input_ids", "attention_mask"],
        **SPECIAL,
    )


def train(model, batches: list[dict[str, torch.Tensor]], epochs: int) -> None:  # type: ignore[no-untyped-def]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model.train()
    for _ in range(epochs):
        for batch in batches:
            model(**batch).loss.backward()
            optimizer.step()
            optimizer.zero_grad()


def tag_batches(tokenizer: PreTrainedTokenizerFast, rows: list[dict[str, list[str]]]) -> list[dict[str, torch.Tensor]]:
    found = []
    for start in range(0, len(rows), 32):
        part = rows[start : start + 32]
        batch = tokenizer([row["tokens"] for row in part], is_split_into_words=True, padding=True, truncation=True,
                          return_tensors="pt")  # fmt: skip
        labels = torch.full(batch["input_ids"].shape, -100)
        for number, row in enumerate(part):
            for token, word in enumerate(batch.word_ids(number)):
                if word is not None:
                    labels[number, token] = TAGS.index(row["ner_tags"][word])
        found.append({**batch, "labels": labels})
    return found


def answer_batches(tokenizer: PreTrainedTokenizerFast, rows: list[dict]) -> list[dict[str, torch.Tensor]]:  # type: ignore[type-arg]
    found = []
    for first in range(0, len(rows), 16):
        part = rows[first : first + 16]
        batch = tokenizer([row["question"] for row in part], [row["context"] for row in part], padding=True,
                          truncation="only_second", return_tensors="pt")  # fmt: skip
        starts, ends = [], []
        for number, row in enumerate(part):
            span = (0, 0)
            if row["answers"]["text"]:
                begin = row["answers"]["answer_start"][0]
                end = begin + len(row["answers"]["text"][0]) - 1
                tokens = [batch.char_to_token(number, place, sequence_index=1) for place in (begin, end)]
                span = (0, 0) if None in tokens else (tokens[0], tokens[1])
            starts.append(span[0])
            ends.append(span[1])
        found.append({**batch, "start_positions": torch.tensor(starts), "end_positions": torch.tensor(ends)})
    return found


def save(folder: Path, model, tokenizer, **rows: list[dict]) -> None:  # type: ignore[no-untyped-def,type-arg]
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for name, part in rows.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), encoding="utf-8")


def main(folder: Path) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)  # faster than two for models as small as these
    folder.mkdir(exist_ok=True)
    tags = [tagged() for _ in range(600)]
    questions = [asked(16) for _ in range(1500)]
    tests = [asked(60) for _ in range(200)]
    texts = [" ".join(row["tokens"]) for row in tags] + [f"{row['question']} {row['context']}" for row in questions]
    tokenizer = tokenizer_for(folder, texts)
    size = {"vocab_size": len(tokenizer), "n_layers": 2, "dim": 64, "hidden_dim": 128, "n_heads": 4,
            "max_position_embeddings": LENGTH, "initializer_range": 0.1,
            "dropout": 0.0, "attention_dropout": 0.0}  # fmt: skip
    ids = {tag: number for number, tag in enumerate(TAGS)}
    tagger = DistilBertForTokenClassification(DistilBertConfig(**size, id2label=dict(enumerate(TAGS)), label2id=ids))
    train(tagger, tag_batches(tokenizer, tags[200:]), epochs=4)
    save(folder / "tags", tagger, tokenizer, train=tags[200:], test=tags[:200])
    reader = DistilBertForQuestionAnswering(DistilBertConfig(**size, qa_dropout=0.0))
    train(reader, answer_batches(tokenizer, questions), epochs=6)
    save(folder / "answers", reader, tokenizer, train=questions, test=tests)


main(Path(sys.argv[1]))
print(json.dumps("trained"))
