"""A pair of states for each rule: what it takes for a change to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cardgen.review.diff.change import Change
from cardgen.review.diff.compare import compare
from cardgen.review.diff.rules import RULES
from tests.review.diff.mutated import Recipe
from tests.review.diff.states import make_state, summarizer

EXAMPLES: Mapping[str, tuple[Recipe, Recipe]] = {
    "evidence-edited": (Recipe(), Recipe(held=("edited evidence",))),
    "card-edited": (Recipe(), Recipe(held=("edited card",))),
    "evidence-edited-again": (Recipe(held=("edited evidence",)), Recipe(held=("edited again",))),
    "card-edited-again": (Recipe(held=("edited card",)), Recipe(held=("card edited again",))),
    "variant-gone": (Recipe(asked_since=("third",)), Recipe()),
    "run-gone": (Recipe(asked_since=("reported runs",)), Recipe()),
    "metric-gone": (Recipe(), Recipe(asked=("metrics",))),
    "dataset-gone": (Recipe(), Recipe(asked=("dataset",))),
    "repository-changed": (Recipe(), Recipe(asked=("repository",))),
    "task-changed": (Recipe(), Recipe(asked_since=("task",))),
    "family-changed": (Recipe(), Recipe(asked=("family",))),
    "primary-changed": (Recipe(), Recipe(asked=("primary",))),
    "scale-changed": (Recipe(), Recipe(asked=("scale",))),
    "manifest-changed": (Recipe(), Recipe(asked=("leaderboard",))),
    "record-lost": (Recipe(), Recipe(observed=("without records",))),
    "measured-to-reported": (Recipe(), Recipe(asked=("reported",))),
    "source-changed": (Recipe(asked=("reported",)), Recipe(asked=("reported otherwise",))),
    "reported-changed": (Recipe(asked=("reported",)), Recipe(asked=("reported otherwise",))),
    "reported-gone": (Recipe(asked=("reported base",)), Recipe()),
    "imported-gone": (Recipe(observed=("imported",)), Recipe(observed=("imported less",))),
    "imported-tool-changed": (Recipe(observed=("imported",)), Recipe(observed=("imported by another version",))),
    "imported-task-changed": (Recipe(observed=("imported",)), Recipe(observed=("imported of another task",))),
    "imported-conditions-changed": (Recipe(observed=("imported",)), Recipe(observed=("imported with examples",))),
    "results-file-changed": (Recipe(observed=("imported",)), Recipe(observed=("imported from another file",))),
    "imported-worse": (Recipe(observed=("imported",)), Recipe(observed=("imported worse",))),
    "imported-within-noise": (Recipe(observed=("imported",)), Recipe(observed=("imported slightly worse",))),
    "imported-changed": (Recipe(observed=("imported",)), Recipe(observed=("imported of another task",))),
    "score-worse": (Recipe(), Recipe(observed=("worse",))),
    "score-worse-within-noise": (Recipe(), Recipe(observed=("slightly worse",))),
    "score-elsewhere": (Recipe(), Recipe(asked=("split",), observed=("worse",))),
    "baseline-worse": (Recipe(), Recipe(observed=("worse",))),
    "baseline-within-noise": (Recipe(), Recipe(observed=("slightly worse",))),
    "tolerance-broken": (Recipe(asked=("tuned",)), Recipe(asked=("tuned",), observed=("lossy",))),
    "loss-beyond-noise": (Recipe(observed=("no loss",)), Recipe()),
    "chance-level": (Recipe(), Recipe(observed=("chance",))),
    "agreement-lower": (Recipe(), Recipe(observed=("less alike",))),
    "agreement-within-noise": (Recipe(), Recipe(observed=("hardly less alike",))),
    "divergence-rose": (Recipe(), Recipe(observed=("less alike",))),
    "divergence-within-noise": (Recipe(), Recipe(observed=("hardly less alike",))),
    "samples-fewer": (Recipe(), Recipe(observed=("fewer samples",))),
    "export-further": (Recipe(asked=("exported",)), Recipe(asked=("exported",), observed=("further",))),
    "modules-to-int8": (Recipe(asked=("tuned",)), Recipe()),
    "modules-gone": (Recipe(), Recipe(observed=("renamed modules",))),
    "operators-changed": (Recipe(), Recipe(observed=("operators",))),
    "saturation-likelier": (Recipe(), Recipe(observed=("other modules",))),
    "size-grew": (Recipe(), Recipe(observed=("larger",))),
    "size-grew-slightly": (Recipe(), Recipe(observed=("a little larger",))),
    "baseline-size-changed": (Recipe(), Recipe(observed=("another export",))),
    "parameters-changed": (Recipe(), Recipe(observed=("another export",))),
    "latency-rose": (Recipe(asked=("benchmark",)), Recipe(asked=("benchmark",), observed=("slower",))),
    "latency-within-noise": (Recipe(asked=("benchmark",)), Recipe(asked=("benchmark",), observed=("a little slower",))),
    "latency-elsewhere": (Recipe(asked=("benchmark",)), Recipe(asked=("benchmark",), observed=("slower elsewhere",))),
    "backend-changed": (Recipe(), Recipe(asked_since=("other backend",))),
    "approach-changed": (Recipe(), Recipe(asked=("static",))),
    "option-changed": (Recipe(), Recipe(asked=("options",))),
    "fallback-changed": (Recipe(), Recipe(asked_since=("tuned",))),
    "tolerance-wider": (Recipe(asked=("tuned",)), Recipe(asked=("tuned wider",))),
    "calibrated-on-evaluation": (Recipe(), Recipe(asked_since=("calibrated on the evaluation",))),
    "calibration-data-changed": (Recipe(), Recipe(asked=("calibrated elsewhere",))),
    "calibration-split-changed": (Recipe(), Recipe(asked_since=("calibrated on the evaluation",))),
    "calibration-fewer": (Recipe(), Recipe(observed=("calibrated less",))),
    "calibration-seed-changed": (Recipe(), Recipe(asked_since=("calibration",))),
    "calibration-batch-changed": (Recipe(), Recipe(asked_since=("calibration",))),
    "base-changed": (Recipe(), Recipe(asked=("base",))),
    "base-revision-changed": (Recipe(), Recipe(observed=("resolved anew",))),
    "remote-code-on": (Recipe(), Recipe(asked_since=("remote code",))),
    "data-revision-changed": (Recipe(), Recipe(observed=("resolved anew",))),
    "data-split-changed": (Recipe(), Recipe(asked=("split",))),
    "labels-changed": (Recipe(), Recipe(observed=("other labels",))),
    "sampling-changed": (Recipe(), Recipe(asked=("batches",))),
    "version-lowered": (Recipe(observed=("newer",)), Recipe()),
    "package-gone": (Recipe(observed=("newer",)), Recipe()),
    "hardware-changed": (Recipe(), Recipe(observed=("another machine",))),
    "license-changed": (Recipe(), Recipe(asked=("license",))),
    "license-gone": (Recipe(), Recipe(asked=("no license",))),
    "tags-gone": (Recipe(asked=("tags",)), Recipe()),
    "metadata-changed": (Recipe(), Recipe(asked=("languages",))),
    "metadata-gone": (Recipe(asked=("extra",)), Recipe()),
    "code-changed": (Recipe(), Recipe(asked=("remote code",))),
    "disclosure-new": (Recipe(), Recipe(asked=("reported runs",))),
    "lint-error-new": (Recipe(), Recipe(asked=("calibrated on the evaluation",))),
    "lint-warning-new": (Recipe(), Recipe(asked=("no license",))),
    "lint-note-new": (Recipe(), Recipe(asked=("third",))),
    "title-changed": (Recipe(), Recipe(asked=("title",))),
    "prose-changed": (Recipe(asked=("prose",)), Recipe(asked=("other prose",))),
    "prose-gone": (Recipe(asked=("other prose",)), Recipe()),
}
"""One of each pair of mirrors: the other is told the other way round."""

_OTHERS = {
    "card-built",
    "card-gone",
    "card-new",
    "card-unbuilt",
    "generation-changed",
    "settings-milder",
    "settings-stricter",
}
"""Told by tests of their own."""


def told(old: Recipe, new: Recipe) -> dict[str, Change]:
    return {change.rule: change for change in compare(old.state(), new.state()).changes}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_is_told_and_its_mirror_the_other_way_round(rule: str) -> None:
    old, new = EXAMPLES[rule]
    assert told(old, new)[rule].severity == RULES[rule].severity
    assert RULES[rule].mirror in told(new, old)


def test_every_rule_has_an_example() -> None:
    shown = {*EXAMPLES, *(RULES[rule].mirror for rule in EXAMPLES), *_OTHERS}
    assert shown == set(RULES)


def test_a_card_is_gone_or_new() -> None:
    state = Recipe().state()
    assert [change.rule for change in compare(state, None).changes] == ["card-gone"]
    assert [change.rule for change in compare(None, state).changes] == ["card-new"]


@pytest.mark.parametrize("absent", ["evidence", "card"])
def test_a_card_is_built_or_not_while_its_manifest_stays(absent: str) -> None:
    state = replace(Recipe().state(), card="# A card\n")
    bare = replace(state, evidence=None) if absent == "evidence" else replace(state, card=None)
    for old, new, rule in ((state, bare, "card-unbuilt"), (bare, state, "card-built")):
        (found,) = [each for each in compare(old, new).changes if each.rule.endswith("built")]
        assert (found.rule, found.severity) == (rule, RULES[rule].severity)
    alone = replace(bare, manifest=None)
    assert not any(each.rule.endswith("built") for each in compare(replace(state, manifest=None), alone).changes)


def test_what_writes_text_is_asked_otherwise() -> None:
    old, new = (make_state(summarizer(beams)) for beams in (2, 4))
    assert {change.place: dict(change.arguments) for change in compare(old, new).changes} == {
        "generation.num_beams": {"setting": "num_beams", "old": 2, "new": 4}
    }
