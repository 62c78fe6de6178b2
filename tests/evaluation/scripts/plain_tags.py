"""Labels of words by a plain loop: ``plain_tags.py KIND ARTIFACT DATA``; prints them, and seqeval's scores."""

import json
import sys
from pathlib import Path

import torch
from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score
from transformers import AutoModelForTokenClassification, AutoTokenizer

kind, artifact, data = sys.argv[1:]
if kind == "torch":
    model = AutoModelForTokenClassification.from_pretrained(artifact).eval()
elif kind == "neural-compressor":
    from optimum.intel import INCModelForTokenClassification

    model = INCModelForTokenClassification.from_pretrained(artifact)
else:
    from optimum.onnxruntime import ORTModelForTokenClassification

    model = ORTModelForTokenClassification.from_pretrained(artifact, file_name=kind)
tokenizer = AutoTokenizer.from_pretrained(artifact)
expected, found = [], []
for line in Path(data).read_text(encoding="utf-8").splitlines():
    row = json.loads(line)
    encoded = tokenizer(row["tokens"], is_split_into_words=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        ids = model(**encoded).logits[0].argmax(-1).tolist()
    words: dict[int, int] = {}
    for token, word in enumerate(encoded.word_ids(0)):
        if word is not None:
            words.setdefault(word, ids[token])
    expected.append([row["ner_tags"][word] for word in words])
    found.append([model.config.id2label[label] for label in words.values()])
scores = [f1_score, precision_score, recall_score, accuracy_score]
print(json.dumps({"found": found, "scores": [float(score(expected, found)) for score in scores]}))
