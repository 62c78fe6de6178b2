from __future__ import annotations

import pytest

from cardgen.card.words.wording import base_model, lowered, metric_title
from tests.factory import make_evidence, make_manifest


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("accuracy", "accuracy"),
        ("f1", "F1"),
        ("rougeL", "ROUGE-L"),
        ("mae", "mean absolute error"),
        ("pearsonr", "Pearson correlation"),
        ("spearmanr", "Spearman correlation"),
        ("matthews_correlation", "Matthews correlation"),
    ],
)
def test_a_metric_inside_a_sentence_keeps_the_name_of_its_author(metric: str, told: str) -> None:
    assert lowered(metric_title(metric)) == told


def test_a_base_model_without_an_id_is_told_in_words_that_fit_into_a_sentence() -> None:
    manifest = make_manifest(base_model={"path": "models/mine"})
    assert base_model(manifest, make_evidence(manifest)) == "a model that is not on the Hub"
