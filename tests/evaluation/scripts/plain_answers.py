"""Answers by a plain loop over every span of every window: ``plain_answers.py KIND ARTIFACT DATA``.

KIND is ``torch``, ``neural-compressor`` or the name of an ONNX file. Prints the answers by the rules of SQuAD v2.0.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

kind, artifact, data = sys.argv[1:]
if kind == "torch":
    model = AutoModelForQuestionAnswering.from_pretrained(artifact).eval()
elif kind == "neural-compressor":
    from optimum.intel import INCModelForQuestionAnswering

    model = INCModelForQuestionAnswering.from_pretrained(artifact)
else:
    from optimum.onnxruntime import ORTModelForQuestionAnswering

    model = ORTModelForQuestionAnswering.from_pretrained(artifact, file_name=kind)
tokenizer = AutoTokenizer.from_pretrained(artifact)
answers = []
for line in Path(data).read_text(encoding="utf-8").splitlines():
    row = json.loads(line)
    windows = tokenizer(row["question"], row["context"], truncation="only_second", max_length=32, stride=8,
                        return_overflowing_tokens=True, return_offsets_mapping=True)  # fmt: skip
    best, best_text, null = float("-inf"), "", float("inf")
    for number, ids in enumerate(windows["input_ids"]):
        batch = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.int64)}
        with torch.no_grad():
            outputs = model(**batch)
        starts, ends = outputs.start_logits[0].tolist(), outputs.end_logits[0].tolist()
        null = min(null, starts[0] + ends[0])
        inside = [token for token in range(len(ids)) if windows.sequence_ids(number)[token] == 1]
        for first in inside:
            for last in inside:
                if first <= last < first + 30 and starts[first] + ends[last] > best:
                    best = starts[first] + ends[last]
                    offsets = windows["offset_mapping"][number]
                    best_text = row["context"][offsets[first][0] : offsets[last][1]]
    answers.append("" if null > best else best_text)
print(json.dumps(answers))
