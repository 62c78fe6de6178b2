"""The five cards of the repository: every fact that is published of those models, with what is wrong there mended."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.card.assemble import card_place, render_manifest
from cardgen.inherit.document import CodeBlock, Document, Table
from cardgen.inherit.parse import parse_card
from cardgen.lint.reading.bibtex import read_entries
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.render import render
from cardgen.plan.steps import reported_records
from cardgen.records.sealed_text import read_seal

ROOT = Path(__file__).parents[2]
SST2 = "distilbert-base-uncased-finetuned-sst-2-english"
SQUAD = "distilbert-base-uncased-distilled-squad"
OPTIMUM = "https://github.com/huggingface/optimum-intel"
NEURAL_COMPRESSOR = "https://github.com/intel/neural-compressor"
_LAYERS = {
    "model.decoder.layers.{}.fc1": (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11),
    "model.decoder.layers.{}.fc2": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    "model.encoder.layers.{}.fc1": (3, 6, 8, 9, 10, 11),
    "model.encoder.layers.{}.fc2": (0, 1, 2, 7, 8, 10, 11),
    "model.decoder.layers.{}.self_attn.v_proj": (1, 6, 11),
    "model.decoder.layers.{}.self_attn.out_proj": (11,),
    "model.decoder.layers.{}.encoder_attn.v_proj": (11,),
}
BART_MODULES = (*(name.format(at) for name, layers in _LAYERS.items() for at in layers), "lm_head")

FACTS: dict[str, tuple[str, ...]] = {
    "distilbert-sst2": (
        *("0.9037", "0.9060", "0.9106", "65 MB", "80 MB", "255 MB", "90.37", "eval-accuracy"),
        *("100 asked for, 104 seen; batches of 8", "215,154", "3 human judges", "4 authors", "split `train`"),
        *("March 29, 2022", "February 3, 2023", "| Version | 1 |", "| Authors | Intel |", "Apache License 2.0"),
        f"https://huggingface.co/Intel/{SST2}-int8-static/discussions",
        f"https://huggingface.co/{SST2}",
        *("https://discord.gg/rv2Gp55UJQ", "https://arxiv.org/abs/cs/0506075", "Pang and Lee (2005)"),
        *(f"[Optimum Intel]({OPTIMUM})", f"[Intel® Neural Compressor]({NEURAL_COMPRESSOR})"),
        *("https://huggingface.co/datasets/sst2", "Stanford Sentiment Treebank", "sentiment classification"),
        *("INCModelForSequenceClassification", "ORTModelForSequenceClassification"),
        *("Primary intended uses", "Primary intended users", "Out-of-scope uses", "Groups", "Instrumentation"),
        *("Card prompts", "Model performance measures", "Motivation", "Preprocessing", "Unitary results"),
        *("Intersectional results", "Human life", "Mitigations", "Risks and harms", "Caveats and recommendations"),
        *("Not known: environment.", "decision thresholds and approaches to uncertainty and variability"),
        *("Not known: use cases.", "(0.76 % relative loss)", "(0.51 % relative loss)", "film reviews"),
    ),
    "distilbert-squad": (
        *("86.1069", "86.8374", "0.8626", "0.8687", "86.26", "86.87", "eval-f1"),
        *("74.7 MB", "265 MB", "153 MB", "254 MB", "distilbert.transformer.layer.1.ffn.lin2"),
        *("300 asked for, 304 seen; batches of 8", "100 asked for", "within 1 %", "(0.84 % relative loss)"),
        *("(0.70 % relative loss)", f"[Optimum Intel]({OPTIMUM})", f"[Intel® Neural Compressor]({NEURAL_COMPRESSOR})"),
        *(f"Intel/{SQUAD}-int8-static", f"distilbert/{SQUAD}", "IncQuantizedModelForQuestionAnswering"),
        *("INCModelForQuestionAnswering", "ORTModelForQuestionAnswering", "rajpurkar/squad"),
    ),
    "sst2-sweep": (
        *("0.911", "0.898", "0.490", "83.23", "12.07", "64.31", "15.60", "64.78", "15.47", "82.63", "12.13"),
        *("83.82", "11.93", "84.34", "11.87", "15 seconds", "Batch size 1, input length 224"),
        *("sagemaker-training", "ml.m5.2xlarge", "avx512", "all samples", "`glue`", "configuration `sst2`"),
        *("`eval_split`: `validation`", "`data_keys.primary`: `sentence`", "`ref_keys`: `[label]`"),
        *(f"`name_or_path`: `{SST2}`", "`from_transformers`: `true`", "`quantization_approach`: `dynamic`"),
        *("`node_exclusion`: none", "`calibration_split`: n/a", "`framework`: `onnxruntime`, `pytorch`"),
        *("`framework_args.opset`: `13`", "`framework_args.optimization_level`: `1`"),
        *("`framework_args.intra_op_num_threads`: `4`", "`operators_to_quantize`: `[Add, MatMul]`, `[Add]`"),
        *("`per_channel`: `false`, `true`", "`apply_quantization`: `false`, `true`"),
        *("total_time_in_seconds", "samples_per_second", "latency_in_seconds"),
    ),
    "bart-cnn": (
        *("41.2224", "41.5274", "625 MB", "1669 MB", "153 of 193", "40 of 193", "within 1 %", "eval-rougeLsum"),
        *("(0.73 % relative loss)", "facebook/bart-large-cnn", "Intel/bart-large-cnn-int8-dynamic"),
        *("INCModelForSeq2SeqLM", "cnn_dailymail", "rougeLsum", f"[Optimum Intel]({OPTIMUM})", NEURAL_COMPRESSOR),
        *(f"- `{module}`" for module in BART_MODULES),
    ),
    "distilbert-onnx": (
        *("distilbert-base-uncased", "https://huggingface.co/bert-base-uncased", "https://arxiv.org/abs/1910.01108"),
        "https://github.com/huggingface/transformers/tree/main/examples/research_projects/distillation",
        "https://github.com/huggingface/transformers/tree/master/examples/distillation",
        *("https://huggingface.co/models?filter=distilbert", "https://yknzhu.wixsite.com/mbweb", "11,038", "30,000"),
        "https://huggingface.co/bert-base-uncased#limitations-and-bias",
        "https://huggingface.co/exbert/?model=distilbert-base-uncased",
        *("https://en.wikipedia.org/wiki/English_Wikipedia", "BookCorpus", "WordPiece", "[CLS] Sentence A [SEP]"),
        *("15%", "80%", "10%", "`[MASK]`", "0.5", "512 tokens", "8 V100 of 16 GB, for 90 hours"),
        *("DistilBertTokenizer", "DistilBertModel", "TFDistilBertModel", "fill-mask", "GPT2", "RNNs"),
        *("| role | 2535 | 0.05292855575680733 |", "| fashion | 4827 | 0.03968575969338417 |"),
        *("| business | 2449 | 0.034743521362543106 |", "| model | 2944 | 0.03462274372577667 |"),
        *("| modeling | 11643 | 0.018145186826586723 |", "| blacksmith | 20987 | 0.1235365942120552 |"),
        *("| carpenter | 10533 | 0.10142576694488525 |", "| farmer | 7500 | 0.04985016956925392 |"),
        *("| miner | 18594 | 0.03932540491223335 |", "| butcher | 14998 | 0.03351764753460884 |"),
        *("| waitress | 13877 | 0.13283951580524445 |", "| nurse | 6821 | 0.12586183845996857 |"),
        *("| maid | 10850 | 0.11708822101354599 |", "| prostitute | 19215 | 0.11499975621700287 |"),
        "| housekeeper | 22583 | 0.04722772538661957 |",
        *("MNLI", "82.2", "QQP", "88.5", "QNLI", "89.2", "SST-2", "91.3", "CoLA", "51.3", "STS-B", "85.8"),
        *("MRPC", "87.5", "RTE", "59.9", "distillation loss", "masked language modelling", "cosine embedding loss"),
    ),
}
TAGS = {
    "distilbert-sst2": ("int8", "neural-compressor", "Intel® Neural Compressor", "PostTrainingStatic"),
    "distilbert-squad": ("int8", "Intel® Neural Compressor", "PostTrainingStatic", "onnx"),
    "sst2-sweep": ("distilbert",),
    "bart-cnn": ("int8", "neural-compressor", "Intel® Neural Compressor", "PostTrainingDynamic"),
    "distilbert-onnx": ("onnx", "exbert"),
}
HEADS: dict[str, dict[str, Any]] = {
    "distilbert-sst2": {
        "license": "apache-2.0",
        "pipeline_tag": "text-classification",
        "datasets": ["stanfordnlp/sst2"],
    },
    "distilbert-squad": {
        "license": "apache-2.0",
        "pipeline_tag": "question-answering",
        "datasets": ["rajpurkar/squad"],
    },
    "sst2-sweep": {"license": "apache-2.0", "pipeline_tag": "text-classification", "datasets": ["nyu-mll/glue"]},
    "bart-cnn": {"license": "mit", "pipeline_tag": "summarization", "datasets": ["abisee/cnn_dailymail"]},
    "distilbert-onnx": {
        "license": "apache-2.0",
        "pipeline_tag": "fill-mask",
        "datasets": ["bookcorpus/bookcorpus", "wikimedia/wikipedia"],
        "inference": False,
    },
}
BASES = {
    "distilbert-sst2": f"distilbert/{SST2}",
    "distilbert-squad": f"distilbert/{SQUAD}",
    "sst2-sweep": f"distilbert/{SST2}",
    "bart-cnn": "facebook/bart-large-cnn",
    "distilbert-onnx": "distilbert/distilbert-base-uncased",
}
NAMES = sorted(FACTS)
WITH_CODE = sorted(set(NAMES) - {"sst2-sweep"})


def card(name: str) -> str:
    return (ROOT / "cards" / name / "README.md").read_bytes().decode()


@cache
def document(name: str) -> Document:
    return parse_card(card(name))


def head(name: str) -> dict[str, Any]:
    found = yaml.safe_load(card(name).split("---\n", 2)[1])
    assert isinstance(found, dict)
    return found


def indexed(name: str) -> dict[str, tuple[str, Any]]:
    """Name of a metric in model-index to its type and value."""
    (entry,) = head(name)["model-index"]
    metrics = [metric for result in entry["results"] for metric in result["metrics"]]
    return {metric["name"]: (metric["type"], metric["value"]) for metric in metrics}


def section(name: str, title: str) -> str:
    (found,) = (part for part in document(name).sections if part.title == title)
    return document(name).slice(found.span)


@pytest.mark.parametrize("name", NAMES)
def test_card_is_what_its_manifest_says_now(name: str) -> None:
    loaded = load_manifest(ROOT / "manifests" / f"{name}.yaml")
    place = card_place(loaded)
    evidence = place.read_evidence()
    assert evidence.reported == reported_records(loaded.manifest)
    assert (render_manifest(loaded, evidence, place), "intact") == read_seal(card(name))


@pytest.mark.parametrize("name", NAMES)
def test_card_holds_every_fact(name: str) -> None:
    text = card(name)
    assert [fact for fact in FACTS[name] if fact not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_metadata_are_whole(name: str) -> None:
    found = head(name)
    assert found["base_model"] == BASES[name]
    assert found.get("base_model_relation") == (None if name in ("sst2-sweep", "distilbert-onnx") else "quantized")
    assert found["language"] == ["en"]
    assert {key: found[key] for key in HEADS[name]} == HEADS[name]
    assert set(TAGS[name]) <= set(found["tags"])


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_filled(name: str) -> None:
    tables = [block for block in document(name).blocks if isinstance(block, Table)]
    assert tables
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.header)}
        cells = [cell.text for row in table.rows for cell in row]
        assert {"", "-", "None", "nan"}.isdisjoint(cells)


@pytest.mark.parametrize("name", WITH_CODE)
def test_code_loads_this_model(name: str) -> None:
    repo_id = load_manifest(ROOT / "manifests" / f"{name}.yaml").manifest.repo_id
    codes = [
        block.code for block in document(name).blocks if isinstance(block, CodeBlock) and block.language == "python"
    ]
    assert codes
    for code in codes:
        ast.parse(code)
        assert f'model_id = "{repo_id}"' in code
        assert re.search(r"^model = \w+\.from_pretrained\(model_id", code, re.MULTILINE)
        assert BASES[name] not in code


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_garbled(name: str) -> None:
    text = card(name)
    for garbled in ("classfication", "IntelĀ", "Â®", "HF staff", "'s picture", "sentiment-classification"):
        assert garbled not in text


def test_both_formats_of_sst2_are_in_the_metadata_on_one_scale() -> None:
    assert indexed("distilbert-sst2") == {
        "Accuracy, pytorch static INT8, reported": ("accuracy", 0.9037),
        "Accuracy, onnx static INT8, reported": ("accuracy", 0.9060),
    }
    (line,) = (line for line in card("distilbert-sst2").splitlines() if "90.37" in line)
    assert "in percent" in line
    assert "| **0.9037** | 0.9106 |" in section("distilbert-sst2", "Results")


def test_squad_is_on_one_scale_with_its_differences_told() -> None:
    assert indexed("distilbert-squad") == {
        "F1, pytorch static INT8, reported": ("f1", 86.1069),
        "F1, onnx static INT8, reported": ("f1", 86.26),
    }
    told = section("distilbert-squad", "What does not add up")
    assert "0.86" not in card("distilbert-squad").replace(told, "")
    for rule in ("two-scales", "calibration-split", "baselines-differ", "mebibytes"):
        assert f"cardgen:disclosed {rule}" in told


def test_the_collapse_of_a_run_is_told() -> None:
    assert "**0.490, collapsed**" in section("sst2-sweep", "Scores")
    told = section("sst2-sweep", "What does not add up")
    for rule in ("collapse", "throughput", "spread-missing", "setting-missing"):
        assert f"cardgen:disclosed {rule}" in told
    assert head("sst2-sweep")["metrics"] == ["accuracy"]
    assert len(indexed("sst2-sweep")) == 6


def test_the_impossible_size_of_bart_is_told() -> None:
    assert len(set(BART_MODULES)) == 40
    told = section("bart-cnn", "What does not add up")
    assert "625 MB" in told
    assert "1625.2 MB" in told
    assert {"size-bound", "fp32-size"} == set(re.findall("cardgen:disclosed ([a-z0-9-]+)", told))
    assert indexed("bart-cnn") == {"ROUGE-Lsum, pytorch dynamic INT8, reported": ("rougeLsum", 41.2224)}
    assert "DistilBart" not in card("bart-cnn").split("## Where the figures come from")[0]


def test_results_of_the_base_model_are_not_the_exports() -> None:
    assert "model-index" not in head("distilbert-onnx")
    results = section("distilbert-onnx", "Results of the base model")
    assert "They are not results of the files that this card describes" in results
    for score in ("82.2", "88.5", "89.2", "91.3", "51.3", "85.8", "87.5", "59.9"):
        assert card("distilbert-onnx").count(f"| {score} |") == results.count(f"| {score} |") == 1


@pytest.mark.parametrize(
    ("name", "key", "fields"),
    [
        (
            "distilbert-sst2",
            f"{SST2}-int8-static",
            {
                "author": "Xin He and Yu Wenz",
                "title": f"{SST2}-int8-static",
                "year": "2022",
                "url": f"https://huggingface.co/Intel/{SST2}-int8-static",
            },
        ),
        (
            "distilbert-onnx",
            "Sanh2019DistilBERTAD",
            {
                "title": "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter",
                "author": "Victor Sanh and Lysandre Debut and Julien Chaumond and Thomas Wolf",
                "journal": "ArXiv",
                "year": "2019",
                "volume": "abs/1910.01108",
            },
        ),
    ],
)
def test_citation_is_bibtex(name: str, key: str, fields: dict[str, str]) -> None:
    blocks = [block for block in document(name).blocks if isinstance(block, CodeBlock) and block.language == "bibtex"]
    (entry,) = read_entries(blocks[0].code)
    assert entry.faults == []
    assert entry.key == key
    assert {field: value for field, value, _at in entry.fields} == fields


def test_rendering_keeps_the_evidence_as_it_is(tmp_path: Path) -> None:
    place = render(load_manifest(ROOT / "manifests" / "bart-cnn.yaml"), tmp_path)
    assert place.evidence.read_bytes() == (ROOT / "cards" / "bart-cnn" / "evidence.json").read_bytes()
