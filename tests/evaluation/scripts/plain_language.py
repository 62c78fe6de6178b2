"""Scores of a language model by a plain loop over torch's cross-entropy: ``plain_language.py TASK MODEL DATA``.

Prints the perplexity, how many tokens it is over, and for masked ones the share that is right and the likeliest ids.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

task, folder, data = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)
texts = [json.loads(line)["text"] for line in Path(data).read_text(encoding="utf-8").splitlines()]
length = tokenizer.model_max_length


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> float:
    return float(torch.nn.functional.cross_entropy(logits, labels, reduction="sum"))


def causal() -> dict[str, object]:
    """As transformers' guide has it, with sums in the place of weighted means."""
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    ids = tokenizer("\n\n".join(texts), return_tensors="pt", verbose=False)["input_ids"]
    total, tokens, before = 0.0, 0, 0
    for begin in range(0, ids.size(1), length // 2):
        end = min(begin + length, ids.size(1))
        window = ids[:, begin:end]
        labels = window.clone()
        labels[:, : -(end - before)] = -100
        total += loss_of(model(window).logits[0, :-1], labels[0, 1:])
        tokens += int((labels[0, 1:] != -100).sum())
        before = end
        if end == ids.size(1):
            break
    return {"perplexity": math.exp(total / tokens), "tokens": tokens}


def masked() -> dict[str, object]:
    model = AutoModelForMaskedLM.from_pretrained(folder).eval()
    ids = [token for text in texts for token in tokenizer(text, add_special_tokens=False)["input_ids"]]
    total, tokens, right, found = 0.0, 0, 0, []
    for number, begin in enumerate(range(0, len(ids), length - 2)):
        window = torch.tensor([[tokenizer.cls_token_id, *ids[begin : begin + length - 2], tokenizer.sep_token_id]])
        free = [at for at, token in enumerate(window[0].tolist()) if token not in tokenizer.all_special_ids]
        count = max(1, round(0.15 * len(free)))
        places = sorted(np.random.default_rng([0, number]).permutation(free)[:count].tolist())
        labels = window[0, places]
        window[0, places] = tokenizer.mask_token_id
        logits = model(input_ids=window).logits[0, places]
        total += loss_of(logits, labels)
        found.append(logits.argmax(-1).tolist())
        right += int((logits.argmax(-1) == labels).sum())
        tokens += count
    return {"perplexity": math.exp(total / tokens), "tokens": tokens, "accuracy": right / tokens, "found": found}


with torch.no_grad():
    print(json.dumps(causal() if task == "text-generation" else masked()))
