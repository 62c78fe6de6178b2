"""Prints the threads that a loaded model's libraries are set to, whether they spin, and what a benchmark would give it.

Arguments: backend, artifact, threads, samples, tokens.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch

from cardgen.backends.registry import load_backend
from cardgen.benchmark.inputs import random_batch
from cardgen.evaluation.task import ModelFiles

backend, artifact, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
runner: Any = load_backend(backend).load(artifact, "text-classification", False, threads)
tokenizer = ModelFiles(artifact).tokenizer
batch = random_batch(artifact, tokenizer, int(sys.argv[4]), int(sys.argv[5]), "text-classification")
logits = runner.outputs(batch)["logits"]  # PyTorch is told its threads with each pass
if backend == "onnxruntime":
    options = runner.graphs.sessions["file_name"]._session.get_session_options()
    used = options.intra_op_num_threads
    spinning = options.get_session_config_entry("session.intra_op.allow_spinning") == "1"
    assert spinning == runner.spinning
else:
    used = torch.get_num_threads()
    spinning = runner.spinning
print(
    json.dumps(
        {
            "threads": used,
            "spinning": spinning,
            "batch": {name: array.tolist() for name, array in batch.items()},
            "special": {
                name: tokenizer.convert_tokens_to_ids(token) for name, token in tokenizer.special_tokens_map.items()
            },
            "words": len(tokenizer),
            "logits": list(logits.shape),
        }
    )
)
