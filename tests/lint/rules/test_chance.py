from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import card_place, render_manifest
from cardgen.lint.engine import lint
from cardgen.lint.rules.chance import RULES
from tests.factory import load, make_evidence, make_manifest, manifest_data
from tests.lint.asking import ask


def card_of(folder: Path, value: float, scales: dict[str, str] | None = None) -> str:
    evaluation = {**manifest_data()["evaluation"], "metrics": ["accuracy"], "scales": scales or {}}
    manifest = make_manifest(evaluation=evaluation)
    return render_manifest(
        load(manifest, folder), make_evidence(manifest, {"onnx": value}), card_place(load(manifest, folder))
    )


@pytest.mark.parametrize(("value", "warned"), [(0.48, True), (0.5, True), (0.509, True), (0.511, False), (0.9, False)])
def test_a_score_that_chance_reaches_is_warned_of(tmp_path: Path, value: float, warned: bool) -> None:
    card = card_of(tmp_path, value)
    found = ask(RULES, card)
    assert len(found) == warned
    if warned:
        assert (found[0].rule, found[0].severity) == ("chance", "warning")
        assert found[0].message == (
            f"onnx has accuracy {value:.4f}, which is no better than chance (0.5000); "
            "the labels: negative is negative, positive is positive"
        )
        line = 1 + next(at for at, text in enumerate(card.splitlines()) if text.startswith("No better than chance"))
        assert [each.rule for each in lint(card, "README.md").findings if each.line == line] == ["chance"]


def test_it_is_told_on_the_scale_of_the_card(tmp_path: Path) -> None:
    (found,) = ask(RULES, card_of(tmp_path, 0.48, {"accuracy": "percent"}))
    assert "accuracy 48.00, which is no better than chance (50.00)" in found.message


@pytest.mark.parametrize(("labels", "place"), [("", "columns"), (" Labels were taken so: `1` is `0`.", "labels")])
def test_what_to_look_at_is_what_the_task_has(labels: str, place: str) -> None:
    told = "has pearson correlation 0.08 [−0.15, 0.31], and the same answers, dealt at random, would have: 0.00."
    (found,) = ask(RULES, f"# Model\n\nNo better than chance: `onnx` {told}{labels}\n")
    assert f"`evaluation.{place}`" in str(found.remedy)
