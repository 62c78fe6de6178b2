"""What language modelling makes of unusual texts and losses: ``language_edges.py FOLDER``, with trained models."""

import json
import sys
from pathlib import Path

from datasets import Dataset

from cardgen.errors import StepError
from cardgen.evaluation.scoring.measured import difference_of, score_of
from cardgen.evaluation.task import ModelFiles, Outcomes
from cardgen.evaluation.tasks import fill_mask, text_generation
from cardgen.records.request import MetricRequest

folder = Path(sys.argv[1])
texts = Dataset.from_dict({"text": ["", "the fox sees the harbour.", "nobody sells some bread. " * 30]})
found: dict[str, object] = {}
for name, task in (("gpt2", text_generation), ("llama", text_generation), ("bert", fill_mask)):
    rows = task.read_inputs(texts, {"text": "text"}, ModelFiles(folder / name))
    batch = rows.batch(range(3))
    found[name] = {
        "lengths": list(rows.lengths),
        "truncated": rows.truncated,
        "first": batch["input_ids"][0].tolist(),
        "ends": [int(ids[length - 1]) for ids, length in zip(batch["input_ids"], rows.lengths, strict=True)],
        "inputs": sorted(batch),
        "eos": ModelFiles(folder / name).tokenizer.eos_token_id,
    }
asked = MetricRequest(type="perplexity")


def measured(*losses: float):  # type: ignore[no-untyped-def]
    return text_generation.measure(asked, Outcomes([4] * len(losses), losses))


messages = []
for losses in ((1e5, 1e5), (float("inf"), 1.0)):
    try:
        score_of(measured(*losses))
    except StepError as error:
        messages.append(error.message)
found["messages"] = messages
better, worse = measured(4, 8, 6, 7), measured(5, 9, 7, 8)
found["score"] = score_of(better).model_dump()
found["difference"] = difference_of(worse, better).model_dump()
print(json.dumps(found))
