"""Counts the operators that a PyTorch model runs, by PyTorch's own profiler: ``count_products.py TASK MODEL``."""

import json
import sys
from pathlib import Path

import torch

from cardgen.backends.checkpoint import load_tokenizer, probe
from cardgen.backends.neural_compressor import NeuralCompressor

task, model = sys.argv[1], Path(sys.argv[2])
runner = NeuralCompressor().load(model, task, False, 1)
batch = probe(load_tokenizer(model, False), task)
with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
    runner.outputs(batch)
print(json.dumps({event.key: event.count for event in profile.key_averages()}))
