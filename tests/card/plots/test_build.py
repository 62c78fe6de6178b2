"""Which plots a card has, where it shows them, and what they say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.card.assemble import assemble_card, card_place
from cardgen.card.model import Card
from cardgen.catalog.plots import PLOTS, PlotKind
from cardgen.export.beside import card_files, written_paths
from cardgen.lint.engine import lint
from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from cardgen.records.results.evaluate import EvaluateResult
from tests.card.plots.pictures import Seen
from tests.factory import load, make_evidence, make_manifest, manifest_data

SOURCE = {"name": "A card"}
GRID = {
    "card": "benchmark",
    "variants": {},
    "evaluation": {
        "dataset": {"id": "owner/data", "split": "validation"},
        "columns": {"text": "sentence", "label": "label"},
        "metrics": ["accuracy"],
    },
    "benchmark": {
        "batch_sizes": [1, 8],
        "input_lengths": [64],
        "grid": {"framework": ["onnxruntime", "pytorch"], "per_channel": [False, True]},
    },
}


def tuned(**changes: Any) -> Manifest:
    variants = manifest_data()["variants"]
    variants["pytorch"]["fallback"] = {"tolerance": 0.01}
    return make_manifest(variants=variants, **changes)


def made(manifest: Manifest, evidence: Evidence | None = None, own: str | None = None) -> Card:
    loaded = load(manifest, Path("/nowhere")).model_copy(update={"variant": own})
    return assemble_card(loaded, evidence or make_evidence(manifest), card_place(loaded))


def files(card: Card) -> list[str]:
    return [plot.file for plot in card.plots]


def test_every_kind_has_a_name() -> None:
    assert set(get_args(PlotKind)) == set(PLOTS)


def test_a_card_has_what_its_evidence_holds() -> None:
    assert files(made(make_manifest())) == ["scores.svg", "sizes.svg"]
    assert files(made(tuned())) == ["scores.svg", "sizes.svg", "sensitivity-pytorch.svg", "trials-pytorch.svg"]
    assert files(made(make_manifest(**GRID))) == ["latency-1x64.svg", "latency-8x64.svg"]


def test_a_manifest_chooses() -> None:
    assert files(made(tuned(plots=["trials", "scores"]))) == ["scores.svg", "trials-pytorch.svg"]
    assert files(made(tuned(plots=[]))) == []
    assert (
        "assets/"
        not in card_files(loaded := load(tuned(plots=[]), Path("/x")), make_evidence(tuned()), card_place(loaded))[
            "README.md"
        ]
    )


def test_one_figure_is_no_plot() -> None:
    entry = {"variant": "onnx", "metric": "accuracy", "value": 0.91, "source": SOURCE}
    variants = {"onnx": {"backend": "onnxruntime", "approach": "dynamic"}}
    alone = make_manifest(variants=variants, reported=[entry])
    assert files(made(alone)) == []
    beside = make_manifest(variants=variants, reported=[{**entry, "baseline": 0.92, "size_mb": 70}])
    assert files(made(beside)) == ["scores.svg"]


def test_a_variant_that_needed_no_trials_has_no_plot_of_them() -> None:
    manifest = tuned()
    evidence = make_evidence(manifest)
    records = []
    for record in evidence.records:
        if record.result.kind == "tune":
            first = record.result.candidates[:1]
            result = record.result.model_copy(update={"ranking": None, "candidates": first})
            records.append(record.model_copy(update={"result": result}))
        else:
            records.append(record)
    card = made(manifest, evidence.model_copy(update={"records": tuple(records)}))
    assert files(card) == ["scores.svg", "sizes.svg"]


def test_variants_with_repositories_of_their_own_show_all_beside_each_other() -> None:
    manifest = tuned(publish={"repositories": "per-variant"})
    assert files(made(manifest, own="onnx")) == ["scores.svg", "sizes.svg"]
    assert files(made(manifest, own="pytorch")) == [
        *("scores.svg", "sizes.svg", "sensitivity-pytorch.svg", "trials-pytorch.svg")
    ]
    scores = made(manifest, own="onnx").plots[0].picture
    assert "pytorch INT8" in scores
    assert "onnx INT8" in scores


def test_what_a_card_shows_is_made_where_it_can_lie(tmp_path: Path) -> None:
    for manifest in (
        tuned(publish={"repositories": "per-variant"}),
        make_manifest(**GRID),
        make_manifest(),
        tuned(plots=["sizes"]),
    ):
        loaded = load(manifest, tmp_path)
        found = card_files(loaded, make_evidence(manifest), card_place(loaded))
        assert found.keys() <= {*written_paths(loaded, card_place(loaded))}
        shown = {path for path, text in found.items() if path.endswith(".svg")}
        for path in shown:
            folder, _assets, name = path.rpartition("assets/")
            assert f"](assets/{name})" in found[f"{folder}README.md"]


def test_a_template_that_shows_none_makes_none(tmp_path: Path) -> None:
    template = tmp_path / "manifests" / "mine.jinja"
    template.parent.mkdir()
    template.write_text("{{ front_matter }}\n# {{ title }}\n{{ plots[1].picture }}\n", encoding="utf-8")
    manifest = make_manifest(card="mine.jinja")
    loaded = load(manifest, tmp_path)
    found = card_files(loaded, make_evidence(manifest), card_place(loaded))
    assert list(found) == ["README.md", "assets/sizes.svg"]


def test_plots_stand_in_their_sections(tmp_path: Path) -> None:
    loaded = load(tuned(), tmp_path)
    text = card_files(loaded, make_evidence(loaded.manifest), card_place(loaded))["README.md"]
    for name, heading in (
        ("scores", "## Results"),
        ("sizes", "## Results"),
        ("sensitivity-pytorch", "## How it was quantized"),
        ("trials-pytorch", "## How it was quantized"),
    ):
        before = text.partition(f"](assets/{name}.svg)")[0]
        assert before.rpartition("\n## ")[2].startswith(heading.removeprefix("## "))
    loaded = load(make_manifest(**GRID), tmp_path)
    text = card_files(loaded, make_evidence(loaded.manifest), card_place(loaded))["README.md"]
    assert "<summary>The same for 1 more shape of input</summary>" in text


def test_times_of_several_processors_are_not_compared() -> None:
    manifest = make_manifest(**GRID)
    evidence = make_evidence(manifest)
    last = max(at for at, record in enumerate(evidence.records) if record.result.kind == "benchmark")
    records = list(evidence.records)
    hardware = records[last].hardware
    assert hardware is not None
    records[last] = records[last].model_copy(update={"hardware": hardware.model_copy(update={"cpu": "Another"})})
    card = made(manifest, evidence.model_copy(update={"records": tuple(records)}))
    assert files(card) == ["latency-1x64.svg"]


def test_reported_runs_of_several_entries_are_one() -> None:
    def entry(parameters: dict[str, Any], **figures: Any) -> dict[str, Any]:
        return {"parameters": parameters, "source": SOURCE, **figures}

    manifest = make_manifest(
        card="benchmark",
        variants={},
        reported=[
            entry({"per_channel": True}, metric="accuracy", value=0.91),
            entry({"per_channel": True}, latency_ms=20, batch_size=1, input_length=64),
            entry(
                {"per_channel": False},
                metric="accuracy",
                value=0.92,
                latency_ms=30,
                batch_size=1,
                input_length=64,
            ),
            entry({"per_channel": None}, latency_ms=30, batch_size=1, input_length=64),
            entry({"framework": None}, metric="accuracy", value=0.92),
        ],
    )
    (plot,) = made(manifest).plots
    assert plot.file == "latency-reported-1x64.svg"
    assert "per_channel true 0.91 at 20 ms; per_channel false 0.92 at 30 ms." in plot.picture
    assert "2 runs without a score or a latency are not drawn." in plot.caption


@pytest.mark.parametrize("scale", ["fraction", "percent"])
def test_figures_are_those_of_the_tables(scale: str) -> None:
    evaluation = {**manifest_data()["evaluation"], "scales": {"accuracy": scale}}
    card = made(make_manifest(evaluation=evaluation))
    scores, sizes = card.plots
    shown = "0.9401" if scale == "fraction" else "94.01"
    assert f"Accuracy: pytorch INT8 {shown} (" in scores.picture
    assert f"**{shown}**" in card.results
    assert "74.7 MB" in sizes.picture
    assert f">{shown}</text>" in scores.svg


@pytest.mark.parametrize("manifest", [tuned(), make_manifest(), make_manifest(**GRID)], ids=["tuned", "int8", "grid"])
def test_they_claim_nothing_that_lint_would_take_for_another_fact(manifest: Manifest) -> None:
    def found(manifest: Manifest) -> list[tuple[str, str]]:
        loaded = load(manifest, Path("/nowhere"))
        text = card_files(loaded, make_evidence(manifest), card_place(loaded))["README.md"]
        return sorted((finding.rule, finding.severity) for finding in lint(text, "README.md").findings)

    assert found(manifest) == found(manifest.model_copy(update={"plots": ()}))


metric_values = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(metric_values, min_size=6, max_size=6))
@settings(deadline=None, max_examples=60)
def test_whatever_was_measured_a_picture_is_whole(numbers: list[float]) -> None:
    manifest = make_manifest()
    evidence = make_evidence(manifest)
    values = iter(numbers)
    records = []
    for record in evidence.records:
        if isinstance(record.result, EvaluateResult):
            low, value, high = (next(values, 0.5) for _ in range(3))
            changed = {"low": low, "value": value, "high": high}
            scores = tuple(score.model_copy(update=changed) for score in record.result.scores)
            result = record.result.model_copy(update={"scores": scores})
            records.append(record.model_copy(update={"result": result}))
        else:
            records.append(record)
    plots = made_plots(manifest, evidence.model_copy(update={"records": tuple(records)}))
    for svg in plots:
        seen = Seen(svg)
        assert all(Decimal(0) <= Decimal(str(x)) <= 640 and 0 <= y <= seen.size[1] for x, y in seen.points())
        assert not {"nan", "inf", "NaN", "Infinity"} & {word for text in seen.texts for word in text.words.split()}


def made_plots(manifest: Manifest, evidence: Evidence) -> list[str]:
    from cardgen.card.facts.gather import gather_facts
    from cardgen.card.plots.build import build_plots

    facts = gather_facts(manifest, evidence, "evidence.json")
    first, again = build_plots(facts), build_plots(facts)
    assert first == again
    return [plot.svg for plot in first]
