"""Trains two tiny BERTs over whole texts: ``train_texts.py FOLDER``.

``several`` names every subject of a text, of which there may be none; ``score`` says how long its words are together.
Prints what scikit-learn and SciPy make of both in PyTorch, on the first 60 rows of the test data.
"""

import json
import random
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats
from sklearn import metrics
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

SUBJECTS = {
    "colour": ["crimson", "turquoise", "violet", "amber", "ochre", "indigo"],
    "town": ["lisbon", "krakow", "tallinn", "valencia", "bergen", "graz"],
    "dish": ["porridge", "goulash", "risotto", "paella", "ramen", "borscht"],
}
NAMES = list(SUBJECTS)
FILLERS = ["the", "day", "was", "long", "we", "saw", "old", "houses", "by", "road"]
SHOWN = 60
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.manual_seed(0)
torch.set_num_threads(1)


def row() -> dict[str, Any]:
    subjects = [name for name in NAMES if rng.random() < 0.45]
    words = [rng.choice(SUBJECTS[name]) for name in subjects] + rng.choices(FILLERS, k=rng.randint(2, 8))
    rng.shuffle(words)
    # As people's judgements are: with errors of their own.
    subjects = [name for name in NAMES if (name in subjects) != (rng.random() < 0.08)]
    score = round(sum(map(len, words)) / 10 + rng.gauss(0, 0.15), 2)
    return {"text": " ".join(words), "subjects": subjects, "score": score}


rows = [row() for _ in range(520)]
words = BertWordPieceTokenizer(lowercase=True)
words.train_from_iterator([*FILLERS, *chain(*SUBJECTS.values())] * 3, vocab_size=160, show_progress=False)
words.post_processor = BertProcessing(*[(mark, words.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")])
words.save(str(folder / "words.json"))
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"),
    model_max_length=60,
    pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
)  # fmt: skip


def encode(part: list[dict[str, Any]]) -> Any:
    return tokenizer([each["text"] for each in part], padding=True, return_tensors="pt")


def marks(part: list[dict[str, Any]]) -> list[list[float]]:
    return [[float(name in each["subjects"]) for name in NAMES] for each in part]


def train(name: str, **config: Any) -> Any:
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64,
            max_position_embeddings=60, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            initializer_range=0.1, **config,
        )
    )  # fmt: skip
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(6):
        for start in range(120, len(rows), 40):
            part = rows[start : start + 40]
            expected = marks(part) if name == "several" else [each["score"] for each in part]
            model(**encode(part), labels=torch.tensor(expected)).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval().save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    with torch.no_grad():
        return model(**encode(rows[:SHOWN])).logits.numpy()


ids = {label: number for number, label in enumerate(NAMES)}
logits = train("several", problem_type="multi_label_classification", id2label=dict(enumerate(NAMES)), label2id=ids)
expected, predicted = np.array(marks(rows[:SHOWN])), (logits > 0).astype(int)
numbers = train("score", num_labels=1, problem_type="regression")[:, 0]
scores = [each["score"] for each in rows[:SHOWN]]
for name, part in (("test", rows[:SHOWN]), ("other", rows[SHOWN:120])):
    marked = [{**each, "marks": found} for each, found in zip(part, marks(part), strict=True)]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in marked), encoding="utf-8")
found = {
    "f1": metrics.f1_score(expected, predicted, average="micro"),
    "macro": metrics.f1_score(expected, predicted, average="macro"),
    "precision": metrics.precision_score(expected, predicted, average="micro"),
    "recall": metrics.recall_score(expected, predicted, average="micro"),
    "exact_match": metrics.accuracy_score(expected, predicted),
    "label_ranking_average_precision": metrics.label_ranking_average_precision_score(expected, logits),
    "pearsonr": stats.pearsonr(scores, numbers).statistic,
    "spearmanr": stats.spearmanr(scores, numbers).statistic,
    "mae": metrics.mean_absolute_error(scores, numbers),
}
print(json.dumps({name: float(value) for name, value in found.items()}))
