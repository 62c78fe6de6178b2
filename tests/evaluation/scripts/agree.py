"""Compares metrics with their reference libraries, called directly, on many random inputs.

Prints, for each metric, how many inputs there were and the largest difference; and whether anything was written where
`evaluate` keeps files by default.
"""

import json
import math
import random
import re
import string
from pathlib import Path

import evaluate
import jiwer
import numpy as np
import sacrebleu
import sklearn.metrics
import torch
from rouge_score import rouge_scorer
from scipy import stats
from seqeval.metrics import classification_report
from seqeval.metrics.sequence_labeling import get_entities

from cardgen.evaluation.scoring.metrics.compute import compute

ROUNDS = 25
CACHE = Path.cwd() / "metrics"
WORDS = [
    "The",
    "a",
    "cat",
    "sat",
    "on",
    "the",
    "mat",
    "under",
    "dogs",
    "running",
    "hills.",
    "Café",
    "12",
    "it's",
    "(so)",
]
TAGS = ["O", "O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
rng = random.Random(7)
evaluate.config.HF_METRICS_CACHE = str(CACHE)
worst: dict[str, float] = {}
rounds: dict[str, int] = {}


def check(name: str, found: float, expected: float) -> None:
    worst[name] = max(worst.get(name, 0.0), abs(found - expected))
    rounds[name] = rounds.get(name, 0) + 1


def text(low: int = 1, high: int = 14) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def near(other: str) -> str:
    """Some of the words of a text, and others."""
    words = [word if rng.random() < 0.7 else rng.choice(WORDS) for word in other.split() if rng.random() < 0.9]
    return " ".join(words) or "mat"


def seqeval_agrees() -> None:
    expected = [[rng.choice(TAGS) for _ in range(rng.randint(1, 20))] for _ in range(30)]
    found = [[tag if rng.random() < 0.8 else rng.choice(TAGS) for tag in tags] for tags in expected]
    result = compute("seqeval", found, expected)
    report = classification_report(expected, found, output_dict=True, zero_division=0)["micro avg"]
    spans = [
        {(row, *span) for row, tags in enumerate(side) for span in get_entities(tags)} for side in (expected, found)
    ]
    shared = len(spans[0] & spans[1])
    for name, other in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
        check(f"seqeval.{name}", result[name], report[other])
    check("seqeval.f1", result["f1"], 2 * shared / (len(spans[0]) + len(spans[1])))
    flat = [[tag for tags in side for tag in tags] for side in (expected, found)]
    check("seqeval.accuracy", result["accuracy"], sklearn.metrics.accuracy_score(*flat))


def plain(answer: str) -> list[str]:
    """The words of an answer that count, letter by letter."""
    letters = "".join(letter for letter in answer.lower() if letter not in string.punctuation)
    return [word for word in re.split(r"\s+", re.sub(r"\b(?:an|a|the)\b", " ", letters)) if word]


def overlap(one: list[str], other: list[str], neither: float) -> float:
    if not one or not other:
        return neither if one == other else 0.0
    left = list(other)
    shared = 0
    for word in one:
        if word in left:
            left.remove(word)
            shared += 1
    if shared == 0:
        return 0.0
    precision, recall = shared / len(other), shared / len(one)
    return 2 * precision * recall / (precision + recall)


def squad_agrees(version: int) -> None:
    questions = []
    for _ in range(40):
        answers = [text(1, 4) for _ in range(rng.randint(1, 3))]
        if version == 2 and rng.random() < 0.4:
            answers = rng.choice([[], [], ["the"], ["the", "cat"]])
        given = near(rng.choice(answers)) if answers and rng.random() < 0.8 else text(1, 3)
        questions.append((answers, given if rng.random() < 0.8 else rng.choice(["", "The", "..."])))
    expected, found = [answers for answers, _ in questions], [given for _, given in questions]
    result = compute("squad" if version == 1 else "squad_v2", found, expected)
    exact = words = 0.0
    for answers, given in questions:
        golds = answers
        if version == 2:
            golds = [answer for answer in answers if plain(answer)] or [""]
        exact += max(plain(gold) == plain(given) for gold in golds)
        words += max(overlap(plain(gold), plain(given), version - 1.0) for gold in golds)
    check(f"squad_v{version}.exact_match", result["exact_match"], exact / len(questions))
    check(f"squad_v{version}.f1", result["f1"], words / len(questions))


def rouge_agrees(stemmer: bool) -> None:
    kinds = ("rouge1", "rouge2", "rougeL", "rougeLsum")
    expected = ["\n".join(text() for _ in range(rng.randint(1, 4))) for _ in range(20)]
    found = ["\n".join(near(line) for line in each.split("\n") if rng.random() < 0.8) or "cat" for each in expected]
    result = compute("rouge", found, expected, types=kinds, use_stemmer=stemmer)
    scorer = rouge_scorer.RougeScorer(kinds, use_stemmer=stemmer)
    for kind in kinds:
        values = [scorer.score(one, other)[kind].fmeasure for one, other in zip(expected, found, strict=True)]
        check(kind, result[kind], float(np.mean(values)))


def translations_agree() -> None:
    expected = [text(1, 20) for _ in range(20)]
    found = [near(each) for each in expected]
    if rng.random() < 0.2:
        found = ["hills"] * len(found)  # hardly anything in common
    check("sacrebleu", compute("sacrebleu", found, expected)["sacrebleu"] * 100,
          sacrebleu.corpus_bleu(found, [expected]).score)  # fmt: skip
    check("chrf", compute("chrf", found, expected)["chrf"] * 100, sacrebleu.corpus_chrf(found, [expected]).score)
    measures = jiwer.process_words(expected, found)
    errors = measures.substitutions + measures.deletions + measures.insertions
    check("wer", compute("wer", found, expected)["wer"], errors / sum(len(each.split()) for each in expected))


def numbers_agree() -> None:
    numbers = np.random.default_rng(rng.randrange(2**32))
    logits, labels = numbers.normal(size=(60, 12)), numbers.integers(0, 12, 60)
    likeliest = np.argsort(-logits, axis=-1)[:, :5]
    check("top_5_accuracy", compute("top_5_accuracy", likeliest, labels)["top_5_accuracy"],
          sklearn.metrics.top_k_accuracy_score(labels, logits, k=5, labels=range(12)))  # fmt: skip
    one = numbers.normal(size=50).round(1)
    other = (one + numbers.normal(size=50)).round(1)  # rounded, so that there are ties
    check("pearsonr", compute("pearsonr", other, one)["pearsonr"], float(np.corrcoef(one, other)[0, 1]))
    ranks = stats.rankdata(one), stats.rankdata(other)
    check("spearmanr", compute("spearmanr", other, one)["spearmanr"], float(np.corrcoef(*ranks)[0, 1]))
    tokens = numbers.integers(1, 40, 10)
    texts = [torch.tensor(numbers.normal(size=(int(count), 12))) for count in tokens]
    targets = [torch.tensor(numbers.integers(0, 12, int(count))) for count in tokens]
    loss = torch.nn.functional.cross_entropy
    sums = [loss(*pair, reduction="sum").item() for pair in zip(texts, targets, strict=True)]
    check("perplexity", compute("perplexity", sums, tokens)["perplexity"],
          math.exp(loss(torch.cat(texts), torch.cat(targets)).item()))  # fmt: skip


for _ in range(ROUNDS):
    seqeval_agrees()
    squad_agrees(1)
    squad_agrees(2)
    rouge_agrees(stemmer=False)
    rouge_agrees(stemmer=True)
    translations_agree()
    numbers_agree()
found = {name: [rounds[name], worst[name]] for name in worst}
print(json.dumps({"metrics": found, "written": CACHE.exists()}))
