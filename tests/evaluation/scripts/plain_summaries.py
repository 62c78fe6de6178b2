"""Summaries one by one, and what rouge-score says of them: ``plain_summaries.py KIND ARTIFACT DATA``."""

import json
import re
import sys
from pathlib import Path

import torch
from rouge_score import rouge_scorer
from sacrebleu import corpus_bleu, corpus_chrf
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

kind, artifact, data = sys.argv[1:]
if kind == "neural-compressor":
    from optimum.intel import INCModelForSeq2SeqLM

    model = INCModelForSeq2SeqLM.from_pretrained(artifact)
else:
    model = AutoModelForSeq2SeqLM.from_pretrained(artifact).eval()
tokenizer = AutoTokenizer.from_pretrained(artifact)
rows = [json.loads(line) for line in Path(data).read_text(encoding="utf-8").splitlines()]
found = []
for row in rows:
    with torch.no_grad():
        inputs = tokenizer(row["text"], truncation=True, return_tensors="pt")
        # optimum-intel's class generates by transformers' defaults unless it is given what it read.
        ids = model.generate(**inputs, generation_config=model.generation_config)
    found.append(tokenizer.decode(ids[0], skip_special_tokens=True).strip())


def lines(text: str) -> str:
    return re.sub(r"\. +(?=[A-Z])", ".\n", text)


scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])
sums = dict.fromkeys(scorer.rouge_types, 0.0)
for row, text in zip(rows, found, strict=True):
    for name, score in scorer.score(lines(row["summary"]), lines(text)).items():
        sums[name] += score.fmeasure / len(rows)
expected = [row["summary"] for row in rows]
sums["sacrebleu"] = corpus_bleu(found, [expected]).score / 100
sums["chrf"] = corpus_chrf(found, [expected]).score / 100
print(json.dumps({"found": found, "scores": sums}))
