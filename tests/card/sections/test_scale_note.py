"""What a card says of the scale of its metrics."""

from __future__ import annotations

import pytest

from cardgen.card.sections.results import scale_note
from tests.factory import make_manifest


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        (["accuracy", "f1"], "Metrics are fractions, not percent."),
        (["pearsonr", "mae"], "Pearson correlation is a fraction, not percent."),
        (["pearsonr", "spearmanr", "mae"], "Pearson correlation and Spearman correlation are fractions, not percent."),
        (["mae"], ""),
        (["perplexity"], ""),
        ([], ""),
    ],
)
def test_what_is_no_fraction_is_not_called_one(metrics: list[str], said: str) -> None:
    assert scale_note(make_manifest(), iter(metrics)) == said
