from __future__ import annotations

from typing import Any

import pytest

from cardgen.plan.needs import data_needs
from cardgen.plan.steps import plan_steps
from tests.factory import make_environments, make_manifest, make_resolutions, manifest_data


@pytest.mark.parametrize(
    ("metrics", "primary", "fallback", "spans"),
    [
        (["accuracy"], "accuracy", None, {"evaluation": {False}}),
        (["accuracy", "recall"], "accuracy", None, {"evaluation": {True}}),
        (["accuracy", "f1"], "accuracy", {"tolerance": 0.1}, {"evaluation": {True, False}}),
    ],
)
def test_spans_are_needed_where_metrics_are_of_spans(
    metrics: list[str], primary: str, fallback: dict[str, Any] | None, spans: dict[str, set[bool]]
) -> None:
    data = manifest_data()
    onnx = {**data["variants"]["onnx"], **({"fallback": fallback} if fallback else {})}
    evaluation = {**data["evaluation"], "columns": {"text": "tokens", "labels": "tags"}, "metrics": metrics}
    manifest = make_manifest(
        task="token-classification", variants={"onnx": onnx}, evaluation={**evaluation, "primary": primary}
    )
    plan = plan_steps(manifest, manifest.variants, make_resolutions(manifest), make_environments(manifest))
    found: dict[str, set[bool]] = {}
    for need in data_needs(plan.steps):
        found.setdefault(need.name, set()).add(need.spans)
    assert found == spans
