"""Has a PyTorch model answer a dataset, in batches of several sizes: ``answer.py MODEL REQUEST DATA SIZE...``.

``REQUEST`` is JSON: ``task``, ``columns``, ``format``, ``metrics``, and ``labels`` if there are. Prints for each size
what the model answered, the logits, the scores, and what the prediction tells of itself.
"""

import json
import sys
from pathlib import Path
from typing import Any

import transformers

from cardgen.backends.checkpoint import AUTO_CLASSES
from cardgen.backends.torch_runner import TorchRunner
from cardgen.errors import StepError
from cardgen.evaluation.answering.predict import predict
from cardgen.evaluation.answering.predictions import read_outcomes
from cardgen.evaluation.scoring.evaluate import evaluate
from cardgen.evaluation.task import ModelFiles
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import EvaluateRequest, MetricRequest, PredictRequest

folder, data = Path(sys.argv[1]), Path(sys.argv[3])
asked = json.loads(sys.argv[2])
source = DatasetSlice(source=Source(origin="local", sha256="0" * 64), format=asked["format"])
model = getattr(transformers, AUTO_CLASSES[asked["task"]]).from_pretrained(folder).eval()
runner = TorchRunner(model, threads=1)
found: dict[int, dict[str, Any]] = {}
for size in map(int, sys.argv[4:]):
    output = Path(f"answers-{size}")
    output.mkdir()
    request = PredictRequest(
        backend="torch",
        task=asked["task"],
        data=source,
        columns=asked["columns"],
        labels=asked.get("labels"),
        batch_size=size,
    )
    scoring = EvaluateRequest(
        backend="torch",
        task=asked["task"],
        subject="baseline",
        metrics=tuple(MetricRequest(type=name) for name in asked["metrics"]),
    )
    try:
        told = predict(request, lambda _: runner, ModelFiles(folder), data, None, output, 2, lambda *_stage: None)
        scores = evaluate(scoring, output, None).scores
    except StepError as error:
        found[size] = {"message": error.message, "remedy": error.remedy}
        continue
    outcomes = read_outcomes(output)
    found[size] = {
        "expected": outcomes.expected,
        "predicted": outcomes.predicted,
        "logits": outcomes.logits,
        "labels": outcomes.labels,
        "scores": {score.metric: score.value for score in scores},
        "intervals": {score.metric: [score.low, score.high] for score in scores},
        "told": told.model_dump(),
    }
print(json.dumps(found))
