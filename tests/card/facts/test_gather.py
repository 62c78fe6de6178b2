"""Evidence that is sealed and yet does not hold together is refused, and not a bug."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen.card.facts.gather import gather_facts
from cardgen.errors import EvidenceError
from cardgen.records.request import EvaluateRequest
from cardgen.records.results.evaluate import EvaluateResult
from tests.factory import make_evidence, make_manifest


@pytest.mark.parametrize("subject", ["baseline", "variant"])
@pytest.mark.parametrize("changes", [{"metric": "x"}, {"args": {"average": "x"}}])
def test_scores_of_other_metrics_than_were_asked_for(subject: str, changes: dict[str, Any]) -> None:
    manifest = make_manifest()
    records = []
    for record in make_evidence(manifest).records:
        if isinstance(record.request, EvaluateRequest) and record.request.subject == subject:
            assert isinstance(record.result, EvaluateResult)
            first, *others = record.result.scores
            scores = (first.model_copy(update=changes), *others)
            records.append(record.model_copy(update={"result": record.result.model_copy(update={"scores": scores})}))
        else:
            records.append(record)
    evidence = make_evidence(manifest).model_copy(update={"records": tuple(records)})
    with pytest.raises(EvidenceError, match="its scores are not of the metrics that were asked for"):
        gather_facts(manifest, evidence, "evidence.json")


def test_sound_evidence_is_taken() -> None:
    manifest = make_manifest()
    assert gather_facts(manifest, make_evidence(manifest), "evidence.json").quantized
