from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cardgen.card.assemble import CardPlace, render_manifest
from cardgen.inherit.importer.make import Imported, Overrides, import_card
from cardgen.inherit.parse import parse_card
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.reported import ReportedDataset
from cardgen.plan.steps import reported_records
from cardgen.records.evidence import Evidence
from tests.inherit.importer.test_make import load, told_of

GIVEN = Overrides("shop/gull-int8", "acme/gull", "text-classification", "dynamic")
COMMIT = "fd8e86499fa5c264fcaad392a8f49ddf58bf4037"
TABLE = "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.91 | 0.92 |\n"


def card(*results: str, body: str = "") -> str:
    lines = "".join(f"  - {{{result}}}\n" for result in results)
    return (
        f"---\nmodel-index:\n- name: gull-int8\n  results:\n{lines}---\n# INT8 gull\n\nBy Neural Compressor.\n\n{body}"
    )


def result(value: str, *, metric: str = "type: accuracy", source: str = "", **dataset: str) -> str:
    on = ", ".join(f"{key}: {value}" for key, value in {"type": "glue", "name": "GLUE", **dataset}.items())
    task = "task: {type: text-classification}"
    return f"{task}, dataset: {{{on}}}, metrics: [{{{metric}, value: {value}}}]{source}"


def imported(text: str) -> Imported:
    return import_card(text, "card", "card", GIVEN)


def rendered(loaded: LoadedManifest, folder: Path) -> str:
    evidence = Evidence(cardgen="0", records=(), reported=reported_records(loaded.manifest))
    return render_manifest(loaded, evidence, CardPlace(folder))


@pytest.mark.parametrize("key", ["config", "split", "revision", "name", "type"])
def test_results_of_two_datasets_stay_two(key: str, tmp_path: Path) -> None:
    base = {"config": "sst2", "split": "validation", "revision": COMMIT}
    other = {**base, key: "c0ffee" * 6 + "c0ff" if key == "revision" else "other"}
    made = imported(card(result("0.91", **base), result("0.83", **other)))
    loaded = load(made, tmp_path)
    first, second = loaded.manifest.reported
    assert (first.value, second.value, first.note, second.note) == (Decimal("0.91"), Decimal("0.83"), None, None)
    wanted = {"name": "GLUE", "id": "glue", **base}
    assert first.dataset == ReportedDataset(**wanted)
    assert second.dataset == ReportedDataset(**{**wanted, {"type": "id"}.get(key, key): other[key]})
    built = rendered(loaded, tmp_path)
    front = parse_card(built).front_matter
    assert front is not None
    written = [result["dataset"] for result in front.data["model-index"][0]["results"]]
    assert written == [{"type": "glue", "name": "GLUE", **base}, {"type": "glue", "name": "GLUE", **other}]
    rows = [line.split(" | ")[1] for line in built.splitlines() if line.startswith("| `pytorch` | Accuracy on ")]
    assert len(set(rows)) == (1 if key in ("revision", "type") else 2)


def test_one_dataset_is_the_evaluations_with_its_revision(tmp_path: Path) -> None:
    text = card(result("0.91", config="sst2", split="validation", revision=COMMIT), body=TABLE)
    loaded = load(imported(text), tmp_path)
    assert loaded.manifest.scored_on is not None
    assert loaded.manifest.scored_on.revision == COMMIT
    assert f"revision: {COMMIT}" in rendered(loaded, tmp_path)


def test_a_table_is_of_the_dataset_whose_value_it_repeats(tmp_path: Path) -> None:
    text = card(result("0.83", config="mrpc"), result("91", config="sst2"), body=TABLE)
    first, second = load(imported(text), tmp_path).manifest.reported
    assert (first.value, first.baseline, first.dataset and first.dataset.config) == (
        Decimal("0.91"),
        Decimal("0.92"),
        "sst2",
    )
    assert (second.value, second.dataset and second.dataset.config) == (Decimal("0.83"), "mrpc")


def test_a_table_is_of_the_dataset_that_it_names(tmp_path: Path) -> None:
    table = "| Task | INT8 | FP32 |\n|---|---|---|\n| SST-2 | 0.91 | 0.92 |\n| MRPC | 0.83 | 0.84 |\n"
    text = card(
        result("0.83", config="mrpc", split="test"), result("0.90", config="sst2"), body=f"## Accuracy\n\n{table}"
    )
    first, second = load(imported(text), tmp_path).manifest.reported
    assert first.dataset == ReportedDataset(name="SST-2", id="glue", config="sst2")
    assert first.note == "the card's metadata give 0.90"
    assert second.dataset == ReportedDataset(name="MRPC", id="glue", config="mrpc", split="test")
    assert second.note is None


def test_names_and_sources_of_the_metadata_are_kept(tmp_path: Path) -> None:
    source = ", source: {name: A board, url: 'https://example.org/board'}"
    text = card(
        result("0.91", metric="type: accuracy, name: this model", source=source),
        result("0.85", metric="type: accuracy, name: the old head"),
    )
    made = imported(text)
    (entry,) = load(made, tmp_path).manifest.reported
    assert entry.source.model_dump() == {"name": "A board", "url": "https://example.org/board", "date": None}
    assert entry.note == ("the card's metadata call it “this model”; the card's metadata give 0.85 as “the old head”")
    assert "accuracy of pytorch is 0.91, the first that the metadata give of several" in told_of(made, "assumed")


def test_a_second_model_of_the_metadata_is_not_this_one(tmp_path: Path) -> None:
    text = card(result("0.91")).replace(
        "---\n# INT8", "- name: gull-large\n  results:\n  - {" + result("0.95", config="big") + "}\n---\n# INT8"
    )
    made = imported(text)
    (entry,) = load(made, tmp_path).manifest.reported
    assert entry.value == Decimal("0.91")
    assert any("0.95" in text for text in told_of(made, "left out"))


@pytest.mark.parametrize(("metric", "label"), [("wer", "WER"), ("bleu", "BLEU"), ("meteor", "METEOR")])
def test_a_value_that_no_fraction_has_is_in_percent(metric: str, label: str, tmp_path: Path) -> None:
    made = imported(card(result("8.92", metric=f"type: {metric}"), body=f"| | INT8 |\n|---|---|\n| {label} | 8.92 |\n"))
    (entry,) = load(made, tmp_path).manifest.reported
    assert (entry.value, entry.scale) == (Decimal("8.92"), "percent")
    assert ("wer 8.92 is in percent, as it is above 1" in told_of(made, "assumed")) == (metric == "wer")


def test_brackets_make_no_other_dataset(tmp_path: Path) -> None:
    head = "| Dataset | FP32 WER | INT8 WER |\n|---|---|---|\n"
    table = f"{head}| Gulls clean | 7.54 | 8.92 |\n| Gulls other | 17.1 | 18.3 |\n"
    told = [
        result(value, metric="type: wer", type="gulls", name=f"Gulls ({config})", config=config)
        for value, config in (("8.92", "clean"), ("18.3", "other"))
    ]
    first, second = load(imported(card(*told, body=table)), tmp_path).manifest.reported
    assert first.dataset == ReportedDataset(name="Gulls clean", id="gulls", config="clean")
    assert second.dataset == ReportedDataset(name="Gulls other", id="gulls", config="other")
    assert (first.baseline, second.note) == (Decimal("7.54"), None)


@pytest.mark.parametrize(("data", "count"), [("acme/gulls", 1), ("acme/gulls-calibration", 0), ("acme/imatrix", 0)])
def test_figures_are_of_no_data_that_only_calibrated(data: str, count: int) -> None:
    made = imported(f"---\ndatasets: [{data}]\n---\n# INT8 gull\n\n| | INT8 |\n|---|---|\n| Accuracy | 0.91 |\n")
    assert sum(told.startswith("the figures are of") for told in told_of(made, "assumed")) == count
