"""Results files in the shape of lm-eval's, of chosen figures, for tests of what is done with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def lm_eval_file(model: str | None, tasks: Mapping[str, Mapping[str, float]], **changes: Any) -> str:
    """The text of a file.

    Args:
        model: as the file names it.
        tasks: task to metrics, such as ``{"acc": 0.5}``; each has a standard error of 0.01 unless it names one.
        changes: other keys of the file: ``versions``, ``lm_eval_version``, ``config``, ``chat_template``.
    """
    results: dict[str, dict[str, Any]] = {}
    for task, metrics in tasks.items():
        results[task] = {"alias": task}
        for metric, value in metrics.items():
            results[task][f"{metric},none"] = value
            results[task].setdefault(f"{metric}_stderr,none", 0.01)
    content: dict[str, Any] = {
        "results": results,
        "group_subtasks": {task: [] for task in tasks},
        "versions": dict.fromkeys(tasks, 1.0),
        "n-shot": dict.fromkeys(tasks, 0),
        "n-samples": {task: {"original": 1000, "effective": 1000} for task in tasks},
        "higher_is_better": {
            task: {metric: "perplexity" not in metric for metric in metrics} for task, metrics in tasks.items()
        },
        "config": {"model": "hf", "model_args": {"pretrained": model}, "limit": None},
        "chat_template": None,
        "lm_eval_version": "0.4.13",
        **({"model_name": model} if model is not None else {}),
        **changes,
    }
    return json.dumps(content, indent=2)
