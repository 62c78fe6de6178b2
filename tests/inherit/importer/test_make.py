from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardgen.errors import UsageError
from cardgen.inherit.importer.card import read_source
from cardgen.inherit.importer.make import Imported, Overrides, import_card
from cardgen.inherit.importer.tokens import marks
from cardgen.lint.reading.mojibake import find_misread
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from tests.inherit.importer.cards import CARDS, EXPORT, FALLBACKS, SWEEP, TWO_FORMATS, TWO_PARTS

NAMED = Overrides(base_model="acme/base", task="text-classification")


def imported(card: str, given_: Overrides | None = None) -> Imported:
    return import_card(card, "card", "card", given_)


def load(made: Imported, folder: Path) -> LoadedManifest:
    for name, text in {**made.prose, "card.yaml": made.text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_manifest(folder / "card.yaml")


def everything(made: Imported) -> str:
    return "\n".join([made.text, *made.prose.values()])


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_every_number_id_and_module_is_somewhere(card: str, tmp_path: Path) -> None:
    made = imported(card)
    load(made, tmp_path)
    source = read_source(card)
    body = source.document.source[source.document.head.end :]
    assert marks(body) <= marks(everything(made))
    front = source.document.front_matter
    told = " ".join(entry.text for entry in made.told)
    assert front is not None
    assert marks(front.yaml) <= marks(everything(made) + told)


def test_marks_are_numbers_ids_and_modules() -> None:
    assert marks("INT8: 1,669 MB of acme/reader, `model.decoder.layers.10.fc1`, 99.5%") == {
        "1669",
        "acme/reader",
        "model.decoder.layers.10.fc1",
        "10",
        "99.5",
    }
    assert marks("[here](https://example.org/2019)") == {"2019"}


def test_two_formats(tmp_path: Path) -> None:
    made = imported(TWO_FORMATS)
    manifest = load(made, tmp_path).manifest
    assert (manifest.card, manifest.repo_id) == ("model-card", "acme/film-reviews-int8-static")
    assert (manifest.title, manifest.task) == ("INT8 film reviews", "text-classification")
    assert manifest.base_model.id == "acme/film-reviews"
    assert {name: (v.backend, v.approach) for name, v in manifest.variants.items()} == {
        "pytorch": ("neural-compressor", "static"),
        "onnx": ("onnxruntime", "static"),
    }
    pytorch, onnx = manifest.reported
    assert (pytorch.value, pytorch.baseline, pytorch.scale) == (Decimal("0.9037"), Decimal("0.9106"), "fraction")
    assert (str(onnx.value), onnx.size_mb, onnx.baseline_size_mb) == ("0.9060", Decimal(80), Decimal(255))
    assert pytorch.note == "the card's metadata give 90.37"
    assert onnx.note is None
    assert pytorch.dataset is not None
    assert (pytorch.dataset.name, pytorch.dataset.id) == ("Stanford Sentiment Treebank", "sst2")
    assert pytorch.calibration is not None
    assert pytorch.calibration.model_dump(exclude_none=True) == {
        "split": "train",
        "asked": 100,
        "seen": 104,
        "batch_size": 8,
    }
    assert pytorch.source.name == "Model card of acme/film-reviews-int8-static"
    assert pytorch.source.url == "https://huggingface.co/acme/film-reviews-int8-static"


def test_the_tables_of_a_model_card_become_details(tmp_path: Path) -> None:
    made = imported(TWO_FORMATS)
    manifest = load(made, tmp_path).manifest
    details = manifest.details
    assert details is not None
    assert (details.authors, details.date, details.version) == ("Acme, 3 people", "March 29, 2022", "1")
    assert details.intended_use is not None
    assert details.intended_use.out_of_scope == "Anything with more than 2 moods"
    assert details.factors is not None
    assert (details.factors.groups, details.factors.environment) == ("Critics | viewers", None)
    assert details.evaluation_data is not None
    assert details.evaluation_data.datasets == "215,154 phrases, see [sst2](https://huggingface.co/datasets/sst2)"
    assert details.training_data == details.evaluation_data
    assert details.caveats == "Irony is lost on it."
    assert manifest.citation is not None
    assert manifest.citation.key == "film-reviews-int8-static"
    assert manifest.citation.fields == {"author": "Ann Example and Bo Example", "title": "Film reviews", "year": "2022"}


def test_what_is_not_understood_is_kept_and_told(tmp_path: Path) -> None:
    made = imported(TWO_FORMATS)
    load(made, tmp_path)
    assert "| Mascot | An otter named 42 |" in made.prose["prose/card-summary.md"]
    assert "License" not in made.prose["prose/card-summary.md"]
    assert "Here is a classifier of film reviews" in made.prose["prose/card-summary.md"]
    assert "print(model.config.num_labels == 2)" in made.prose["prose/card-notes.md"]
    told = [str(entry) for entry in made.told]
    line = (
        TWO_FORMATS.split("\n").index(
            "Here is a classifier of film reviews, in two forms, quantized to INT8 from the original FP32 model"
        )
        + 1
    )
    assert f"kept as prose: Model Details: INT8 film reviews, in summary (line {line})" in told
    assert any(text.startswith("left out: the code of Load the PyTorch form") for text in told)
    assert any(text.startswith("assumed: task is text-classification") for text in told)


def test_two_parts_with_a_scale_and_a_unit_each(tmp_path: Path) -> None:
    made = imported(TWO_PARTS)
    manifest = load(made, tmp_path).manifest
    pytorch, onnx = manifest.reported
    assert (manifest.card, manifest.task) == ("quantized", "question-answering")
    assert (str(pytorch.value), str(pytorch.baseline), pytorch.scale) == ("86.1069", "86.8374", "percent")
    assert (str(onnx.value), str(onnx.baseline), onnx.scale) == ("0.8626", "0.8687", "fraction")
    assert pytorch.fallback_modules == ("distilbert.transformer.layer.1.ffn.lin2",)
    assert pytorch.tolerance == 0.01
    assert (onnx.size_mb, onnx.baseline_size_mb) == (Decimal(153), Decimal(254))
    assert onnx.note == "the card prints the size as 0.153 GB; the card prints the baseline size as 0.254 GB"
    assert onnx.calibration is not None
    assert (onnx.calibration.split, onnx.calibration.asked, onnx.calibration.seen) == ("eval", 100, None)
    assert made.prose["prose/card-limitations.md"] == "It reads at most 384 tokens.\n"
    notes = made.prose["prose/card-notes.md"]
    assert re.findall("^#+ .*", notes, re.MULTILINE) == ["### Post-training static quantization", "#### PyTorch"]
    assert "It was quantized from" not in notes
    assert "lin2" not in notes
    assert any("the only dataset that the card names" in entry.text for entry in made.told)


def test_a_sweep(tmp_path: Path) -> None:
    made = imported(SWEEP)
    manifest = load(made, tmp_path).manifest
    assert (manifest.card, manifest.task, manifest.variants) == ("benchmark", "text-classification", {})
    assert manifest.base_model.id == "distilbert-base-uncased-finetuned-sst-2-english"
    assert manifest.benchmark is not None
    assert manifest.benchmark.model_dump(exclude_none=True) == {
        "duration_s": 15.0,
        "batch_sizes": (1,),
        "input_lengths": (224,),
        "parameters": {"quantization_approach": "dynamic", "dataset.calibration_split": None},
        "machine": {"Backend": "a-cloud", "instance_type": "ml.m5.2xlarge", "supported_instructions": "avx512"},
    }
    assert manifest.evaluation is not None
    assert manifest.evaluation.dataset is not None
    assert (manifest.evaluation.dataset.id, manifest.evaluation.dataset.config) == ("glue", "sst2")
    assert manifest.evaluation.columns == {"text": "sentence", "label": "label"}
    first, second, third = manifest.reported
    assert first.parameters == {
        "framework": "onnxruntime",
        "operators_to_quantize": ("Add", "MatMul"),
        "per_channel": False,
        "framework_args.opset": 13,
    }
    assert (str(second.value), str(second.latency_ms), str(first.samples_per_s)) == ("0.490", "64.78", "15.60")
    assert third.parameters is not None
    assert third.parameters == {"framework": "pytorch", "operators_to_quantize": None, "per_channel": None}
    assert made.prose == {"prose/card-notes.md": "**Number of evaluation samples:** `All of them`\n"}
    assert manifest.repo_id == "your-name/card"
    assert any("use --repo-id" in entry.text for entry in made.told)


def test_several_settings_of_a_sweep_are_entries_of_their_own(tmp_path: Path) -> None:
    times = SWEEP[SWEEP.index("Measured with batch size") :]
    card = SWEEP + "\n" + times.replace("batch size = 1", "batch size = 4").replace("64.31", "164.31")
    manifest = load(imported(card), tmp_path).manifest
    run = [entry for entry in manifest.reported if entry.parameters == manifest.reported[0].parameters]
    assert [(entry.metric, entry.batch_size, entry.latency_ms) for entry in run] == [
        ("accuracy", None, None),
        (None, 1, Decimal("64.31")),
        (None, 4, Decimal("164.31")),
    ]
    assert manifest.benchmark is not None
    assert manifest.benchmark.batch_sizes == (1, 4)


def test_modules_in_fp32(tmp_path: Path) -> None:
    made = imported(FALLBACKS)
    manifest = load(made, tmp_path).manifest
    (entry,) = manifest.reported
    assert entry.fallback_modules == (
        "model.decoder.layers.10.fc1",
        "lm_head",
        "model.decoder.layers.11.self_attn.v_proj",
    )
    assert (entry.total_modules, entry.tolerance) == (193, 0.01)
    assert (manifest.task, manifest.base_model.id) == ("summarization", "facebook/bart-large-cnn")
    assert (entry.size_mb, entry.baseline_size_mb) == (Decimal(625), Decimal(1669))
    assert "# 3, by the card's own count" in made.text
    assert made.prose == {}


def test_a_count_that_the_list_does_not_bear_out_is_noted(tmp_path: Path) -> None:
    manifest = load(imported(FALLBACKS.replace("3/193", "4/193")), tmp_path).manifest
    assert manifest.reported[0].note == "the card counts 4 modules in FP32 and lists 3"


def test_an_export_takes_its_base_models_card_along(tmp_path: Path) -> None:
    made = imported(EXPORT)
    manifest = load(made, tmp_path).manifest
    assert (manifest.card, manifest.task) == ("onnx-export", "fill-mask")
    assert manifest.base_model.card == "prose/card-base-card.md"
    assert manifest.metadata.model_extra == {"inference": False}
    own, *glue = manifest.reported
    assert (own.variant, own.metric) == ("onnx", None)
    assert [(entry.variant, entry.metric, entry.scale) for entry in glue] == [(None, "glue", "percent")] * 4
    assert [(entry.dataset.name, entry.dataset.config, entry.dataset.split) for entry in glue if entry.dataset] == [
        ("MNLI", "mnli", "test"),
        ("QQP", "qqp", "test"),
        ("SST-2", "sst2", "test"),
        ("CoLA", "cola", "test"),
    ]
    assert manifest.evaluation is not None
    assert manifest.evaluation.scales == {"glue": "percent"}
    assert made.prose == {"prose/card-base-card.md": EXPORT.partition("---\n\n")[2]}
    assert [str(entry) for entry in made.told if entry.kind in ("kept as prose", "left out")] == [
        "kept as prose: the whole text, in base-card (line 9)"
    ]


def test_of_an_exports_text_nothing_moves_elsewhere(tmp_path: Path) -> None:
    table = "\n## Uses\n\n| Intended Use | |\n|---|---|\n| Primary uses | Guessing |\n| Primary users | - |\n"
    made = imported(EXPORT + table)
    manifest = load(made, tmp_path).manifest
    assert (manifest.details, manifest.citation) == (None, None)
    assert made.prose["prose/card-base-card.md"].endswith(table)
    assert not told_of(made, "left out")


def test_an_exports_own_figures_are_its_own(tmp_path: Path) -> None:
    card = EXPORT + "\n## Size\n\n| | PyTorch | ONNX |\n|---|---|---|\n| Model size (MB) | 268 | 266 |\n"
    made = imported(card)
    manifest = load(made, tmp_path).manifest
    assert manifest.reported[0].size_mb == 266
    assert "268" in everything(made)


@pytest.mark.parametrize(
    ("front", "left_out"),
    [
        ("license: apache 2", "license: apache 2, which is not a licence identifier"),
        ("language: English", "language: English, which is the name of a language"),
        ("datasets: [a b c]", "datasets: a b c, which is not a Hub id"),
        ("licence: mit", "the key licence of the front matter"),
        ("license: other", "needs license_name"),
        ("metrics: [speed]", "metrics: speed"),
        ("license: [mit", "the front matter, which cannot be read"),
    ],
)
def test_what_a_manifest_refuses_is_left_out_and_told(front: str, left_out: str, tmp_path: Path) -> None:
    table = "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.91 | 0.92 |\n"
    card = f"---\n{front}\n---\n# INT8 model\n\n{table}"
    made = imported(card, Overrides("acme/x", "acme/base", "text-classification", "dynamic"))
    load(made, tmp_path)
    assert any(entry.kind == "left out" and left_out in entry.text for entry in made.told), made.told


def test_two_columns_of_one_runtime_are_two_variants(tmp_path: Path) -> None:
    card = (
        "# Quantized model\n\n| | FP32 | INT8 dynamic | INT8 static |\n|---|---|---|---|\n"
        "| Accuracy | 0.92 | 0.90 | 0.91 |\n| Size (MB) | 268 | 67 | 68 |\n"
    )
    manifest = load(imported(card, NAMED), tmp_path).manifest
    assert {name: variant.approach for name, variant in manifest.variants.items()} == {
        "int8-dynamic": "dynamic",
        "int8-static": "static",
    }
    assert [(entry.variant, entry.value, entry.baseline, entry.size_mb) for entry in manifest.reported] == [
        ("int8-dynamic", Decimal("0.90"), Decimal("0.92"), Decimal(67)),
        ("int8-static", Decimal("0.91"), Decimal("0.92"), Decimal(68)),
    ]


def test_an_evaluation_that_the_metadata_give_whole(tmp_path: Path) -> None:
    card = TWO_FORMATS.replace("{type: sst2, name:", "{type: glue, config: sst2, split: validation, name:")
    manifest = load(imported(card), tmp_path).manifest
    assert manifest.evaluation is not None
    dataset = manifest.evaluation.dataset
    assert dataset is not None
    assert (dataset.id, dataset.config, dataset.split) == ("glue", "sst2", "validation")
    assert all(entry.dataset is None for entry in manifest.reported)


@pytest.mark.parametrize(
    ("card", "given_", "says", "remedy"),
    [
        ("# Model\n", Overrides(), "does not say which model", "--base-model"),
        ("# Model\n", Overrides(base_model="acme/base"), "does not tell what the model is for", "--task"),
        (
            "# INT8 model\n\nMade with Neural Compressor.\n",
            NAMED,
            "does not say how the model was quantized",
            "--approach",
        ),
        ("# Model\n", Overrides(base_model="a b"), "--base-model: `a b` is not a Hub id", "owner/name"),
        ("# Model\n", Overrides(repo_id="alone"), "--repo-id: `alone` lacks the owner", "owner/alone"),
        ("# Model\n", Overrides(base_model="acme/base", task="fillmask"), "is not a task", "fill-mask"),
    ],
)
def test_what_only_the_user_can_say(card: str, given_: Overrides, says: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        imported(card, given_)
    assert says in caught.value.message
    assert remedy in caught.value.remedy


def test_the_user_has_the_last_word(tmp_path: Path) -> None:
    given_ = Overrides("me/mine", "me/base", "fill-mask", "dynamic")
    manifest = load(imported(TWO_FORMATS, given_), tmp_path).manifest
    assert (manifest.repo_id, manifest.base_model.id, manifest.task) == ("me/mine", "me/base", "fill-mask")
    assert {variant.approach for variant in manifest.variants.values()} == {"dynamic"}
    assert import_card(TWO_FORMATS, "README", None, given_).name == "mine"
    assert import_card(TWO_FORMATS, "README", None).name == "film-reviews-int8-static"
    assert import_card(SWEEP, "my sweep", None).name == "my-sweep"


LINES = sorted({line for card in CARDS.values() for line in card.splitlines()})
WILD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(LINES) | WILD, max_size=40), st.sampled_from(["", *CARDS.values()]), st.integers(0, 60))
def test_any_card_gives_a_manifest_that_loads_and_loses_nothing(
    tmp_path: Path, lines: list[str], card: str, at: int
) -> None:
    whole = card.splitlines()
    source = "\n".join([*whole[:at], *lines, *whole[at:]])
    made = imported(source, Overrides("acme/x-int8", "acme/base", "text-classification", "static"))
    load(made, tmp_path)
    told = "\n".join(entry.text for entry in made.told)
    document = read_source(source).document
    lost = marks(document.source[document.head.end :]) - marks(f"{everything(made)}\n{told}")
    assert not lost


@settings(max_examples=60)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.sampled_from(sorted(CARDS)))
def test_numbers_in_running_text_are_never_lost(numbers: list[int], name: str) -> None:
    words = " ".join(f"It saw {number} of them. " for number in numbers)
    made = imported(CARDS[name].rstrip("\n") + f"\n\n## More\n\n{words}\n")
    assert {str(number) for number in numbers} <= marks(everything(made))


def told_of(made: Imported, kind: str) -> list[str]:
    return [entry.text for entry in made.told if entry.kind == kind]


def test_what_quantized_a_variant_is_said_where_it_is_not_the_backend(tmp_path: Path) -> None:
    card = TWO_PARTS.replace("It was calibrated on 100", "Quantized with Neural Compressor. It was calibrated on 100")
    pytorch, onnx = load(imported(card), tmp_path).manifest.reported
    assert (pytorch.made_with, onnx.made_with) == (None, "Intel Neural Compressor")


@pytest.mark.parametrize(
    ("card", "scales"),
    [(TWO_PARTS, {"f1": "percent"}), (FALLBACKS, {"rougeLsum": "percent"}), (EXPORT, {"glue": "percent"})],
)
def test_percent_stays_percent(card: str, scales: dict[str, str], tmp_path: Path) -> None:
    evaluation = load(imported(card), tmp_path).manifest.evaluation
    assert evaluation is not None
    assert evaluation.scales == scales
    assert evaluation.dataset is None


def test_fractions_need_no_scale() -> None:
    assert "evaluation:" not in imported(TWO_FORMATS).text
    assert "scales" not in imported(SWEEP).text
    assert "scales: {accuracy: percent}" in imported(re.sub(r" 0\.(\d\d)(\d) ", r" \1.\2 ", SWEEP)).text


@pytest.mark.parametrize(
    ("words", "split"),
    [
        ("GLUE, on the test set:", "test"),
        ("GLUE dev results:", "validation"),
        ("How it does on GLUE when put to the test:", None),
        ("GLUE, on the test set or the validation set:", None),
        ("GLUE:", None),
    ],
)
def test_a_split_is_never_invented(words: str, split: str | None, tmp_path: Path) -> None:
    made = imported(EXPORT.replace("GLUE, on the test set:", words))
    _own, *glue = load(made, tmp_path).manifest.reported
    assert {entry.dataset.split for entry in glue if entry.dataset} == {split}


def test_a_benchmark_that_is_not_named_is_not_invented(tmp_path: Path) -> None:
    made = imported(EXPORT.replace("GLUE, on the test set:", "On some tasks:"))
    assert len(load(made, tmp_path).manifest.reported) == 1
    assert "| 82.2 |" in made.prose["prose/card-base-card.md"]


def test_faults_with_one_remedy_are_mended_and_told(tmp_path: Path) -> None:
    card = TWO_FORMATS.replace("- PostTrainingStatic", "- AcmeÂ®").replace("An otter", "AcmeÂ® the otter")
    made = import_card(card, "card", "card", misread=find_misread)
    assert load(made, tmp_path).manifest.metadata.tags == ("text-classification", "int8", "Acme®")
    assert "Acme® the otter" in everything(made)
    assert sorted(told_of(made, "mended")) == [
        "`AcmeÂ®` is `Acme®`, read in another encoding",
        "the citation: a comma stands after its key",
        "the citation: its authors are Ann Example and Bo Example",
        "the tag `text-clasification` is `text-classification`",
    ]
    assert "mended" not in {entry.kind for entry in imported(SWEEP).told}


def test_a_misspelt_pipeline_tag_is_mended(tmp_path: Path) -> None:
    made = imported(SWEEP.replace("pipeline_tag: text-classification", "pipeline_tag: text-clasification"))
    assert load(made, tmp_path).manifest.task == "text-classification"
    assert told_of(made, "mended") == ["the pipeline_tag `text-clasification` is `text-classification`"]


def test_all_that_goes_is_listed() -> None:
    assert {
        "“It was quantized from [acme/reader](https://huggingface.co/acme/reader).”, which the manifest says",
        "“It was calibrated on 100 samples of the eval split.”, which the manifest says",
        "the section Test result, whose content the manifest says",
    } <= set(told_of(imported(TWO_PARTS), "left out"))
    assert {
        "“Fixed parameters:”, as the manifest says what it announces",
        "the heading Evaluation",
        "the section Scores, whose content the manifest says",
        "the section Times, whose content the manifest says",
    } <= set(told_of(imported(SWEEP), "left out"))
    left_out = told_of(imported(TWO_FORMATS), "left out")
    assert "Environment, of which the card says nothing" in left_out
    assert "the section BibTeX, whose content the manifest says" in left_out


def test_every_section_is_somewhere() -> None:
    for card in (TWO_FORMATS, TWO_PARTS, SWEEP, FALLBACKS):
        made = imported(card)
        lists = "\n".join([everything(made), *(entry.text for entry in made.told)])
        for section in read_source(card).document.sections:
            assert section.title.rstrip(":") in lists


def test_runs_that_only_an_empty_mapping_tells_apart_stay_apart(tmp_path: Path) -> None:
    row = "| `pytorch` | `None` | `None` | `{}` | \\| | 0.911 |\n"
    assert row in SWEEP
    card = SWEEP.replace(row, row + row.replace("{}", "{'args': {}}").replace("0.911", "0.912"))
    runs = load(imported(card), tmp_path).manifest.reported
    assert [run.parameters["framework_args"] for run in runs if run.parameters] == [
        "{'opset': 13}",
        "{'opset': 13}",
        "{}",
        "{'args': {}}",
    ]


OWN_EXPORT = """\
---
license: apache-2.0
pipeline_tag: fill-mask
tags: [onnx]
base_model: acme/encoder
---

# Encoder in ONNX

What `acme/encoder` is, in another format and in FP32.

## The export

|   | `onnx` |
| :--- | :--- |
| Format | ONNX, FP32 |
| Opset | 18 |
"""


def test_a_card_of_an_export_that_cardgen_made_needs_no_option(tmp_path: Path) -> None:
    manifest = load(imported(OWN_EXPORT), tmp_path).manifest
    assert (manifest.card, manifest.base_model.id, manifest.task) == ("onnx-export", "acme/encoder", "fill-mask")
    assert {name: variant.approach for name, variant in manifest.variants.items()} == {"onnx": "none"}
