"""The task of tasks/colours.yaml for lighteval, with colours.jsonl as train.jsonl and test.jsonl in a folder `colours`:

``HF_HUB_OFFLINE=1 lighteval accelerate model_name=MODEL,batch_size=4,max_length=60 "colours|2"
--custom-tasks lighteval_colours.py --output-dir FOLDER --max-samples 8``

lighteval 0.13.0, xxhash below 4, antlr4-python3-runtime 4.13.2, torch 2.13.0, transformers 4.57. MODEL is what
../../weights/inspect/scripts/base.py writes, with PreTrainedTokenizerFast as the class of its tokenizer.
"""

from __future__ import annotations

from typing import Any

from lighteval.metrics.metrics import Metrics
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.requests import Doc


def prompt(line: dict[str, Any], task_name: str) -> Doc:
    """A question and its choices."""
    choices = [f" {choice}" for choice in line["choices"]]
    return Doc(task_name=task_name, query=line["question"], choices=choices, gold_index=line["answer"])


TASKS_TABLE = [
    LightevalTaskConfig(
        name="colours",
        prompt_function=prompt,
        hf_repo="colours",
        hf_subset="default",
        hf_avail_splits=["train", "test"],
        evaluation_splits=["test"],
        few_shots_split="train",
        metrics=[Metrics.loglikelihood_acc],
        version=4,
    )
]
