"""Has a language model in PyTorch answer, and scores it: ``score_language.py TASK MODEL DATA BATCH_SIZE METRIC...``.

Prints what the steps give, what is stored, and the model's score by the first metric as a candidate of a tuning beside
that of its baseline; or the message of the failure.
"""

import json
import sys
from pathlib import Path

from cardgen.backends.checkpoint import load_checkpoint
from cardgen.backends.torch_runner import TorchRunner
from cardgen.errors import StepError
from cardgen.evaluation.answering.predict import predict
from cardgen.evaluation.answering.predictions import read_outcomes
from cardgen.evaluation.candidates import CandidateScores
from cardgen.evaluation.scoring.evaluate import evaluate
from cardgen.evaluation.task import ModelFiles
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import EvaluateRequest, MetricRequest, PredictRequest

task, folder, data, batch_size, *names = sys.argv[1:]
local = DatasetSlice(source=Source(origin="local", sha256="0" * 64), format="json")
asked = PredictRequest(
    backend="neural-compressor", task=task, data=local, columns={"text": "text"}, batch_size=int(batch_size)
)
metrics = tuple(MetricRequest(type=name) for name in names)
scoring = EvaluateRequest(backend="neural-compressor", task=task, subject="variant", metrics=metrics)
here, model = Path.cwd(), Path(folder)
try:
    runner = TorchRunner(load_checkpoint(model, task, trust_remote_code=False).model)
    answered = predict(asked, lambda _: runner, ModelFiles(model), Path(data), None, here, 1, lambda *_: None)
    scored = evaluate(scoring, here, here)
    candidates = CandidateScores(asked, metrics[0], ModelFiles(model), Path(data), here)
    candidate = candidates.score(runner, 1, lambda _: False, lambda *_: None)
except StepError as error:
    print(json.dumps({"message": error.message, "remedy": error.remedy}))
else:
    stored = read_outcomes(here)
    print(
        json.dumps(
            {
                "answered": answered.model_dump(),
                "scored": scored.model_dump(),
                "expected": stored.expected,
                "predicted": stored.predicted,
                "tuned": [candidates.baseline, candidate.score],
            }
        )
    )
