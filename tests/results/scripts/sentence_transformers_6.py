"""What evaluators of sentence-transformers write: ``python sentence_transformers_6.py MODEL FOLDER``.

sentence-transformers 6.2.0, torch 2.13.0, transformers 5.24.0. MODEL is what ../../weights/inspect/scripts/base.py
writes.
"""

from __future__ import annotations

import sys

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import evaluation as ev

model = SentenceTransformer(sys.argv[1], device="cpu")
folder = sys.argv[2]
first = [f"w{number} w{number + 1}" for number in range(12)]
second = [f"w{number} w{number + 7}" for number in range(12)]
scores = [number / 12 for number in range(12)]
labels = [number % 2 for number in range(12)]
queries = {f"q{number}": text for number, text in enumerate(first[:4])}
corpus = {f"d{number}": text for number, text in enumerate(second)}
for evaluator in (
    ev.EmbeddingSimilarityEvaluator(first, second, scores, name="pairs-dev"),
    ev.BinaryClassificationEvaluator(first, second, labels, name="pairs"),
    ev.TripletEvaluator(first, second, first[::-1], name="triples"),
    ev.InformationRetrievalEvaluator(queries, corpus, {q: {f"d{n}"} for n, q in enumerate(queries)}, name="tiny"),
    ev.MSEEvaluator(first, second, teacher_model=model, name="same"),
):
    evaluator(model, output_path=folder)
    if isinstance(evaluator, ev.EmbeddingSimilarityEvaluator):
        evaluator(model, output_path=folder, epoch=1, steps=20)
