"""What a card says of how the modules that stay FP32 were found."""

from __future__ import annotations

from dataclasses import replace

from cardgen.card.facts.gather import gather_facts
from cardgen.card.sections.tuning import tuning_notes
from tests.factory import make_evidence, make_manifest

DYNAMIC = {"backend": "onnxruntime", "approach": "dynamic"}


def test_where_plain_int8_does_no_module_is_said_to_have_been_chosen() -> None:
    manifest = make_manifest(variants={"onnx": {**DYNAMIC, "fallback": {"tolerance": 0.000001, "absolute": True}}})
    fact = gather_facts(manifest, make_evidence(manifest), "evidence.json").variants[0]
    assert fact.quantized is not None
    assert fact.quantized.tune is not None
    only = fact.quantized.tune.model_copy(
        update={"ranking": None, "fallback_modules": (), "candidates": fact.quantized.tune.candidates[:1]}
    )
    assert fact.run is not None
    run = replace(fact.run, outcome=replace(fact.quantized, tune=only))
    lead, trials = tuning_notes(manifest, replace(fact, run=run))
    assert lead.startswith(
        "Modules of `onnx` were to stay FP32 as far as it takes to keep the loss of Accuracy within 0.000001. "
        "Plain INT8 already does: no module had to, and there was no other trial. "
    )
    assert lead.endswith("The trial was scored on the evaluation data.")
    assert "<summary>1 trial</summary>" in trials


def test_seconds_are_told_with_what_else_the_machine_did() -> None:
    manifest = make_manifest(variants={"onnx": {**DYNAMIC, "fallback": {"tolerance": 0.01}}})
    fact = gather_facts(manifest, make_evidence(manifest), "evidence.json").variants[0]
    assert fact.run is not None
    assert fact.quantized is not None
    assert fact.quantized.tune is not None
    plain, _trials = tuning_notes(manifest, fact)
    busy = fact.quantized.tune.model_copy(update={"load": 1.26, "spinning": False})
    run = replace(fact.run, outcome=replace(fact.quantized, tune=busy))
    lead, _trials = tuning_notes(manifest, replace(fact, run=run))
    told = "Other work took 1.3 processors meanwhile. Threads that waited for work did not spin."
    assert lead == f"{plain} {told}"


def test_a_choice_on_other_samples_is_held_to_the_evaluation() -> None:
    tuned = {**DYNAMIC, "fallback": {"tolerance": 0.01, "split": "train"}}
    manifest = make_manifest(variants={"onnx": tuned})

    def said(value: float) -> str:
        fact = gather_facts(manifest, make_evidence(manifest, {"onnx": value}), "evidence.json").variants[0]
        assert fact.quantized is not None
        assert fact.quantized.tune is not None
        # FP32 does so much better on the samples of the evaluation that the limit of the trials is no limit there.
        tune = fact.quantized.tune.model_copy(update={"baseline": 0.7, "limit": 0.693})
        assert fact.run is not None
        run = replace(fact.run, outcome=replace(fact.quantized, tune=tune))
        return str(tuning_notes(manifest, replace(fact, run=run))[0])

    assert "**The tolerance is not met** by the evaluation above" in said(0.9)
    assert "The tolerance is met; " in said(0.935)
    assert said(0.935).endswith(
        "The trials were scored on 872 other samples ([owner/data](https://huggingface.co/datasets/owner/data), "
        "configuration `main`, split `train`), on which FP32 has 0.7000. "
        "Those of the results above chose nothing: they were seen once, by what was chosen."
    )
