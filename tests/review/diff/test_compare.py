from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cardgen
from cardgen.card.build import build_card
from cardgen.card.render import render_card
from cardgen.manifest.model import Manifest
from cardgen.pipeline.edits import card_edited
from cardgen.plan.steps import STEP_VERSIONS
from cardgen.records.evidence import Evidence
from cardgen.records.sealed_text import seal_text, text_sha256
from cardgen.review.diff.change import Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.diff.words import sentence
from cardgen.review.state import State
from tests.factory import make_evidence, make_manifest, manifest_data
from tests.review.diff.states import make_state, scored, updated, with_results


def rules(comparison: Comparison) -> list[tuple[str, str]]:
    assert comparison.error is None
    return [(change.rule, change.place) for change in comparison.changes]


def by_this_cardgen(evidence: Evidence) -> Evidence:
    return evidence.model_copy(update={"cardgen": cardgen.__version__})


def rendered(state: State) -> str:
    assert state.manifest is not None
    assert state.evidence is not None
    built = build_card(state.manifest, state.evidence, {}, manifest_file="model.yaml", evidence_file="evidence.json")
    return render_card(built, state.manifest.card)


def with_card(state: State, text: str, *, written: str | None = None) -> State:
    """A state with a card, and evidence that knows what was written."""
    assert state.evidence is not None
    update = {"format": 3, "written": {"README.md": text_sha256(text if written is None else written)}}
    evidence = state.evidence.model_copy(update=update)
    return make_state(state.manifest, evidence, card=text, card_edited=card_edited(text, evidence))


def test_a_newer_cardgen_that_computes_the_same_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    new = make_state()
    older = {kind: version - 1 for kind, version in STEP_VERSIONS.items()}
    monkeypatch.setattr("cardgen.plan.steps.STEP_VERSIONS", older)
    old = make_state()
    monkeypatch.undo()
    assert old.evidence is not None
    assert new.evidence is not None
    assert {each.fingerprint for each in old.evidence.records}.isdisjoint(
        each.fingerprint for each in new.evidence.records
    )
    assert rules(compare(old, new)) == []


def test_a_card_that_is_worded_anew_says_nothing() -> None:
    state = make_state()
    text = rendered(state)
    reworded = text.replace("INT8 versions", "versions in INT8")
    assert reworded != text
    assert rules(compare(with_card(state, reworded), with_card(state, text))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Some words\nof a person.\n", "Some words of\n\na person.\n"),
        ("One.\r\n\r\nTwo.", "One.\n\nTwo.\n\n"),
    ],
    ids=["wrapped", "line ends"],
)
def test_words_that_are_wrapped_otherwise_say_nothing(old: str, new: str) -> None:
    one, other = (make_state(make_manifest(prose={"summary": text})) for text in (old, new))
    assert rules(compare(one, other)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"tags": ["one", "two"]}, {"tags": ["two", "one"]}),
        ({"language": ["en", "de"]}, {"language": ["de", "en"]}),
        ({"widget": [{"text": "a", "label": "b"}]}, {"widget": [{"label": "b", "text": "a"}]}),
    ],
    ids=["tags", "languages", "keys"],
)
def test_metadata_in_another_order_says_nothing(old: dict[str, Any], new: dict[str, Any]) -> None:
    one, other = (make_state(make_manifest(metadata=each)) for each in (old, new))
    assert rules(compare(one, other)) == []


def test_a_local_file_that_was_moved_is_the_same() -> None:
    old, new = (
        make_manifest(
            base_model={"path": f"{folder}/model"},
            evaluation={**manifest_data()["evaluation"], "dataset": {"path": f"{folder}/test.csv"}},
        )
        for folder in ("here", "there")
    )
    assert rules(compare(make_state(old), make_state(new))) == []


def _local(**names: str) -> Manifest:
    """A manifest that reads what lies here."""
    base = {key: names[key] for key in ("id", "path") if key in names}
    static = {"backend": "neural-compressor", "approach": "static"}
    return make_manifest(
        base_model=base or {"path": "model"},
        variants={"pytorch": {**static, "calibration": {"dataset": {"path": names.get("train", "train.csv")}}}},
        evaluation={**manifest_data()["evaluation"], "dataset": {"path": names.get("test", "test.csv")}},
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"test": "other.csv"}, [("dataset-gone", "evaluation.dataset"), ("dataset-new", "evaluation.dataset")]),
        ({"train": "other.csv"}, [("calibration-data-changed", "variants.pytorch.calibration.dataset")]),
        ({"path": "other"}, [("base-changed", "base_model.id")]),
    ],
    ids=str,
)
def test_a_file_that_no_build_has_read_is_not_taken_for_what_was_measured(
    names: dict[str, str], told: list[tuple[str, str]]
) -> None:
    evidence = by_this_cardgen(make_evidence(_local()))
    found = rules(compare(make_state(_local(), evidence), make_state(_local(**names), evidence)))
    assert set(told) <= set(found)


def test_a_folder_that_no_build_has_read_is_told_where_the_model_keeps_its_name() -> None:
    old, new = _local(id="owner/model", path="here"), _local(id="owner/model", path="there")
    evidence = by_this_cardgen(make_evidence(old))
    assert rules(compare(make_state(old, evidence), make_state(new, evidence))) == [("base-changed", "base_model.path")]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"base_model": {"id": "owner/model"}}, "base_model.revision"),
        ({"base_model": {"id": "owner/model", "revision": "v2"}}, "base_model.revision"),
        (
            {
                "evaluation": {
                    **manifest_data()["evaluation"],
                    "dataset": {"id": "owner/data", "split": "validation", "revision": "v2"},
                }
            },
            "evaluation.revision",
        ),
    ],
    ids=str,
)
def test_a_revision_that_no_build_has_read_is_told(changed: dict[str, Any], place: str) -> None:
    data = manifest_data()
    pinned = {"base_model": {"id": "owner/model", "revision": "v1"}}
    dataset = {"id": "owner/data", "split": "validation"}
    old = make_manifest(**{**pinned, "evaluation": {**data["evaluation"], "dataset": dataset}})
    new = make_manifest(**{**pinned, "evaluation": {**data["evaluation"], "dataset": dataset}, **changed})
    evidence = by_this_cardgen(make_evidence(old))
    found = rules(compare(make_state(old, evidence), make_state(new, evidence)))
    assert place in [where for _rule, where in found]
    assert "record-lost" in [rule for rule, _where in found]
    assert place in [where for _rule, where in rules(compare(make_state(new, evidence), make_state(old, evidence)))]


def test_metrics_that_are_asked_for_otherwise_are_told_whoever_wrote_the_evidence() -> None:
    old, new = (
        make_manifest(evaluation={**manifest_data()["evaluation"], "metrics": metrics})
        for metrics in (["accuracy", "f1"], ["accuracy"])
    )
    evidence = make_evidence(old)
    assert ("manifest-changed", "evaluation.metrics") in rules(
        compare(make_state(old, evidence), make_state(new, evidence))
    )


def test_what_is_said_of_two_figures_of_one_report_is_told_once() -> None:
    report = {"variant": "onnx", "metric": "accuracy", "value": "0.91", "size_mb": "65", "source": {"name": "Somebody"}}
    old, new = (make_manifest(reported=[{**report, **more}]) for more in ({}, {"note": "Of one machine."}))
    assert [rule for rule, _where in rules(compare(make_state(old), make_state(new)))] == ["manifest-changed"]


def test_a_machine_with_other_instructions_is_another() -> None:
    old = make_state()
    assert old.evidence is not None
    records = tuple(
        record.model_copy(
            update={"hardware": record.hardware and record.hardware.model_copy(update={"instruction_sets": ("avx2",)})}
        )
        for record in old.evidence.records
    )
    new = make_state(old.manifest, old.evidence.model_copy(update={"records": records}))
    assert ("hardware-changed", "hardware") in rules(compare(old, new))


def test_a_manifest_that_was_not_built_again_has_lost_its_record() -> None:
    built = make_manifest()
    evidence = by_this_cardgen(make_evidence(built))
    variants = manifest_data()["variants"]
    variants["pytorch"]["calibration"]["seed"] = 7
    assert rules(compare(make_state(built, evidence), make_state(make_manifest(variants=variants), evidence))) == [
        ("record-lost", "variants.pytorch"),
        ("calibration-seed-changed", "variants.pytorch.calibration.seed"),
    ]


def test_what_another_cardgen_wrote_is_not_said_to_have_lost_a_record() -> None:
    built = make_manifest()
    variants = manifest_data()["variants"]
    variants["pytorch"]["calibration"]["seed"] = 7
    old, new = make_state(built), make_state(make_manifest(variants=variants), make_evidence(built))
    assert ("record-lost", "variants.pytorch") not in rules(compare(old, new))


def test_a_variant_that_was_asked_for_and_never_built_is_new() -> None:
    third = {"backend": "onnxruntime", "approach": "static"}
    manifest = make_manifest(variants={**manifest_data()["variants"], "third": third})
    found = rules(compare(make_state(), make_state(manifest, make_evidence(make_manifest()))))
    assert ("variant-new", "variants.third") in found


def test_a_change_of_the_baseline_makes_noise_of_scores_again() -> None:
    """The difference to FP32 is narrow, and says nothing where FP32 itself answered otherwise."""
    old = make_state()
    assert old.evidence is not None
    slightly = make_state(old.manifest, make_evidence(make_manifest(), {"onnx": 0.9361}))
    assert slightly.evidence is not None
    assert ("score-worse", "variants.onnx.accuracy") in rules(compare(old, slightly))
    other_baseline = make_state(old.manifest, with_results(old.evidence, "evaluate", scores=scored(0.9361)))
    assert ("score-worse-within-noise", "variants.onnx.accuracy") in rules(compare(old, other_baseline))


def test_a_score_that_fell_is_no_noise_whatever_its_difference_to_fp32_says() -> None:
    old = make_state()
    assert old.evidence is not None
    records = tuple(
        record.model_copy(update={"result": updated(record.result, {"scores": scored(0.8)})})
        if record.result.kind == "evaluate" and getattr(record.request, "subject", None) != "baseline"
        else record
        for record in old.evidence.records
    )
    fallen = make_state(old.manifest, old.evidence.model_copy(update={"records": records}))
    assert ("score-worse", "variants.onnx.accuracy") in rules(compare(old, fallen))


def test_evidence_alone_is_compared_by_the_names_of_what_was_measured() -> None:
    manifest = make_manifest()
    old, new = (
        State("model", "evidence.json", evidence=evidence)
        for evidence in (make_evidence(manifest), make_evidence(manifest, {"onnx": 0.90}))
    )
    assert rules(compare(old, new)) == [
        ("score-worse", "variants.onnx.accuracy"),
        ("score-worse", "variants.onnx.f1-macro"),
        ("agreement-lower", "variants.onnx.agreement"),
    ]


def test_evidence_alone_tells_how_samples_are_read() -> None:
    evaluation = {**manifest_data()["evaluation"], "batch_size": 16, "limit": {"samples": 100, "seed": 3}}
    evaluation["columns"] = {"text": "question", "label": "label"}
    old, new = (
        State("model", "evidence.json", evidence=make_evidence(manifest))
        for manifest in (make_manifest(), make_manifest(evaluation=evaluation))
    )
    assert {place for _rule, place in rules(compare(old, new))} == {
        "evaluation.batch_size",
        "evaluation.columns.text",
        "evaluation.limit",
        "evaluation.seed",
    }


def test_a_manifest_alone_is_compared_by_what_it_asks_for() -> None:
    variants = manifest_data()["variants"]
    variants["onnx"]["options"] = {"per_channel": False}
    old, new = (
        State("model", "m.yaml", manifest, prose={}) for manifest in (make_manifest(), make_manifest(variants=variants))
    )
    assert rules(compare(old, new)) == [("option-changed", "variants.onnx.options.per_channel")]


def test_an_edited_card_is_breaking() -> None:
    state = make_state()
    text = rendered(state)
    old, new = with_card(state, text), with_card(state, text.replace("0.9401", "0.9999"), written=text)
    assert rules(compare(old, new)) == [("card-edited", "README.md")]
    assert rules(compare(None, new)) == [("card-edited", "README.md"), ("card-new", "card")]


def test_who_accepts_an_edit_by_hand_accepts_no_other() -> None:
    state = make_state()
    text = rendered(state)
    cards = [with_card(state, text.replace("0.9401", typed), written=text) for typed in ("0.9999", "0.9998")]
    evidences = [replace(state, evidence_edited=True, sha256={"evidence": digit * 64}) for digit in "ab"]
    for edited in (cards, evidences):
        changes = [change for each in edited for change in compare(with_card(state, text), each).changes]
        found = {change.fingerprint for change in changes if change.rule in ("card-edited", "evidence-edited")}
        assert len(found) == 2


def test_who_accepts_what_was_not_built_accepts_nothing_else_that_was_not() -> None:
    evidence = by_this_cardgen(make_evidence(make_manifest()))
    lost = []
    for seed in (7, 8):
        variants = manifest_data()["variants"]
        variants["pytorch"]["calibration"]["seed"] = seed
        found = compare(make_state(None, evidence), make_state(make_manifest(variants=variants), evidence)).changes
        lost += [change.fingerprint for change in found if change.rule == "record-lost"]
    assert len(set(lost)) == 2


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("intact", "intact", None),
        ("intact", "broken", "card-edited"),
        ("intact", "absent", "card-edited"),
        ("broken", "intact", "card-restored"),
        ("broken", "broken", None),
        ("broken", "absent", "card-edited-again"),
        ("absent", "broken", "card-edited-again"),
        ("absent", "absent", None),
        (None, "intact", None),
        (None, "absent", "card-edited"),
        (None, "broken", "card-edited"),
        ("broken", None, "card-restored"),
    ],
)
def test_the_hash_that_a_card_ends_with_tells_whether_it_was_edited(
    old: str | None, new: str | None, rule: str | None
) -> None:
    state = make_state()
    sealed = seal_text(rendered(state), "README.md")
    cards = {
        "intact": sealed,
        "broken": sealed.replace("0.9401", "0.9999"),
        "absent": rendered(state).replace("0.9401", "0.7777"),
        None: None,
    }
    one, other = (
        make_state(card=cards[each], card_edited=card_edited(cards[each] or "", state.evidence)) if each else None
        for each in (old, new)
    )
    edits = [each for each in compare(one, other).changes if each.place == "README.md"]
    assert [each.rule for each in edits] == ([rule] if rule else [])


def test_records_in_another_order_say_nothing() -> None:
    state = make_state()
    assert state.evidence is not None
    turned = state.evidence.model_copy(update={"records": tuple(reversed(state.evidence.records))})
    assert rules(compare(state, make_state(evidence=turned))) == []


def test_records_without_the_names_of_their_steps_are_those_of_the_variants_in_order() -> None:
    state = make_state()
    assert state.evidence is not None
    records = tuple(each.model_copy(update={"step": ""}) for each in state.evidence.records)
    assert rules(compare(make_state(evidence=state.evidence.model_copy(update={"records": records})), state)) == []


def test_a_card_of_others_is_compared_by_metadata_sections_and_lint() -> None:
    texts = (
        "---\nlicense: mit\n---\n# A model\n\n## Use\n\nLoad it.\n",
        "---\nlicense: apache-2.0\n---\n# A model\n\n## Use\n\nLoad it twice.\n\n## More\n\nWords.\n",
    )
    old, new = (State("model", "hub:owner/name", card=text) for text in texts)
    assert rules(compare(old, new)) == [
        ("license-changed", "metadata.license"),
        ("prose-changed", "sections.Use"),
        ("prose-new", "sections.More"),
    ]


def test_a_card_without_records_cannot_be_compared_with_one_that_has_them() -> None:
    card = State("model", "hub:owner/name", card="# A model\n")
    for old, new in ((card, make_state()), (make_state(), card)):
        error = compare(old, new).error
        assert error is not None
        assert "hub:owner/name holds a card and no records" in error


def test_two_sides_that_hold_nothing_are_no_comparison_without_changes() -> None:
    nothing = State("model", "nothing")
    assert compare(nothing, nothing).error == "nothing holds nothing that could be compared"
    with pytest.raises(ValueError, match="nothing to compare"):
        compare(None, None)


def test_the_project_s_severities_order_the_changes() -> None:
    old, new = make_state(), make_state(make_manifest(title="Another", metadata={"license": "mit", "language": ["en"]}))
    assert rules(compare(old, new)) == [("license-changed", "metadata.license"), ("title-changed", "title")]
    judged = compare(old, new, {"title-changed": "breaking", "license-changed": "note"})
    assert rules(judged) == [("title-changed", "title"), ("license-changed", "metadata.license")]
    assert [change.fingerprint for change in judged.changes] == [
        change.fingerprint for change in reversed(compare(old, new).changes)
    ]


def test_labels_are_told_as_they_are_called() -> None:
    found = compare(make_state(label="main:cards/model"), make_state(label="cards/model"))
    assert (found.name, found.old, found.new) == ("model", "main:cards/model", "cards/model")
    assert compare(None, make_state(label="x")).old is None


def test_figures_that_overflow_are_compared() -> None:
    old = make_state()
    assert old.evidence is not None
    tiny, huge = (
        make_state(old.manifest, with_results(old.evidence, "evaluate", scores=scored(value, 8e307)))
        for value in (5e-324, 9e307)
    )
    found = compare(tiny, huge)
    assert {change.rule for change in found.changes} >= {"score-better-within-noise"}
    assert all(len(change.fingerprint) == 12 for change in found.changes)
    assert all(len(sentence(change)) < 200 for change in found.changes)


def test_hundreds_of_changes_are_put_in_order() -> None:
    variants = {f"v{index}": {"backend": "onnxruntime", "approach": "dynamic"} for index in range(200)}
    manifest = make_manifest(variants=variants)
    worse = dict.fromkeys(variants, 0.9)
    # Without its words no card is made, and none is linted.
    old, new = make_state(manifest, prose=None), make_state(manifest, make_evidence(manifest, worse), prose=None)
    found = compare(old, new).changes
    assert len(found) == 600  # two scores of each, and how often it answers as FP32 does
    of_rules = [
        [change.place for change in found if change.rule == rule] for rule in ("score-worse", "agreement-lower")
    ]
    assert [change.place for change in found] == [*sorted(of_rules[0]), *sorted(of_rules[1])]
    assert len({change.fingerprint for change in found}) == 600


@pytest.mark.parametrize("name", ["bart-cnn", "distilbert-onnx", "distilbert-squad", "distilbert-sst2", "sst2-sweep"])
def test_a_reported_figure_that_moved_is_told_once(name: str) -> None:
    from cardgen.review.sides.named import state_of

    root = Path(__file__).parents[3]

    def no_hub() -> Any:
        raise AssertionError

    state = state_of(str(root / "cards" / name), no_hub)
    assert state.manifest is not None
    first = state.manifest.reported[0]
    moved = first.model_copy(update={"source": first.source.model_copy(update={"name": "Somebody else"})})
    reported = tuple(moved if entry is first else entry for entry in state.manifest.reported)
    manifest = state.manifest.model_copy(update={"reported": reported})
    other = State(**{**vars(state), "manifest": manifest})
    assert compare(state, state).changes == ()
    assert {change.rule for change in compare(state, other).changes} <= {"source-changed"}
