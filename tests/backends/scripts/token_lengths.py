"""Prints the tokens of rows of a CSV file, drawn as a calibration draws: ``token_lengths.py MODEL DATA COUNT SEED``.

Beside them the hash of their texts, as the documentation says how to compute it.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

folder, data, count, seed = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
with Path(data).open(encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
drawn = np.random.default_rng(int(seed)).permutation(len(rows))[: int(count)].tolist()
lines = [json.dumps({"text": rows[row]["text"]}, sort_keys=True) for row in drawn]
lengths = [len(tokenizer(rows[row]["text"], truncation=True)["input_ids"]) for row in drawn]
print(json.dumps({"sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(), "lengths": lengths}))
