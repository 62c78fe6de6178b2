from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.errors import ManifestError, UsageError
from cardgen.inherit.default_name import default_name
from cardgen.inherit.skeleton import BaseModel, make_skeleton
from cardgen.inherit.skeleton_config import HEADS, read_config, task_of
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.model import LoadedManifest

CARD = """\
---
license: apache-2.0
language: en
datasets: [sst2, "not an id"]
base_model: distilbert-base-uncased
model-index:
- name: mine
  results:
  - dataset: {type: glue, name: GLUE, config: sst2, split: validation}
    metrics: [{type: accuracy, value: 0.9}]
---
# A model of mine
"""


def base(
    architecture: str = "BertForSequenceClassification", *, card: str | None = None, **config: object
) -> BaseModel:
    content = {"architectures": [architecture], "model_type": "bert", **config}
    return BaseModel(
        shown="models/mine",
        name="mine",
        id=None,
        commit=None,
        path="../models/mine",
        config=json.dumps(content),
        card=card,
    )


def load(text: str) -> LoadedManifest:
    return parse_manifest(text, Path("manifests/mine.yaml"))


def problems(text: str) -> dict[str, tuple[int | None, str, str]]:
    with pytest.raises(ManifestError) as caught:
        load(text)
    return {problem.key: (problem.line, problem.message, problem.remedy) for problem in caught.value.problems}


def fill(text: str, /, **blanks: str) -> str:
    """Write values behind keys that stand empty."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        key, colon, rest = line.strip().partition(":")
        if colon and key in blanks and (not rest or rest.startswith("  #")):
            lines[index] = line.replace(f"{key}:", f"{key}: {blanks.pop(key)}", 1)
    assert not blanks, f"not found in the skeleton: {blanks}"
    return "\n".join(lines) + "\n"


def test_each_blank_is_a_problem_with_its_line_and_what_to_write() -> None:
    text = make_skeleton(base(card=CARD)).text
    found = problems(text)
    assert set(found) == {
        "evaluation.dataset",
        "evaluation.dataset.split",
        "evaluation.columns.text",
        "evaluation.columns.label",
    }
    for key, (line, _, remedy) in found.items():
        assert line is not None
        assert text.splitlines()[line - 1].strip().startswith(key.rpartition(".")[2] + ":")
        assert remedy


def test_it_loads_once_the_blanks_are_filled() -> None:
    text = make_skeleton(base(card=CARD, id2label={"1": "good", "0": "bad"})).text
    manifest = load(fill(text, id="stanfordnlp/sst2", split="validation", text="sentence", label="label")).manifest
    assert manifest.repo_id == "your-name/mine-int8"
    assert manifest.base_model.path == "../models/mine"
    assert manifest.metadata.license == "apache-2.0"
    assert manifest.metadata.language == ("en",)
    assert manifest.metadata.datasets == ("sst2",)
    assert {name: (variant.backend, variant.approach) for name, variant in manifest.variants.items()} == {
        "pytorch-static": ("neural-compressor", "static"),
        "onnx-dynamic": ("onnxruntime", "dynamic"),
    }


def test_what_the_model_and_its_card_tell_stands_in_comments() -> None:
    text = make_skeleton(base(card=CARD, id2label={"1": "good", "0": "bad"})).text
    assert "#   0: bad\n  #   1: good\n" in text
    assert "# Its card gives results on glue, config sst2, split validation." in text
    assert "made from distilbert-base-uncased" in text
    assert "# The base model's card says datasets: not an id, which is not a Hub id." in text


def test_of_many_labels_it_says_that_more_follow() -> None:
    text = make_skeleton(base(id2label={str(index): f"kind {index}" for index in range(26)})).text
    assert "  #   11: kind 11\n  #   …  and the other 14 in the same way, up to 25\n" in text
    few = make_skeleton(base(id2label={str(index): f"kind {index}" for index in range(12)})).text
    assert "in the same way" not in few


def test_a_model_of_the_hub_is_pinned_to_its_commit() -> None:
    mine = base(card=None)
    text = make_skeleton(
        BaseModel(shown="acme/m", name="m", id="acme/m", commit="a" * 40, path=None, config=mine.config, card=None)
    ).text
    filled = load(fill(text, id="acme/data", split="test", text="x", label="y")).manifest
    assert (filled.base_model.id, filled.base_model.revision) == ("acme/m", "a" * 40)
    assert "the base model's card is missing" in text


@pytest.mark.parametrize(
    ("architecture", "task", "blanks"),
    [
        ("BertModel", "feature-extraction", {"text": "text"}),
    ],
)
def test_what_can_only_be_exported(architecture: str, task: str, blanks: dict[str, str]) -> None:
    skeleton = make_skeleton(base(architecture))
    assert not skeleton.quantizes
    manifest = load(fill(skeleton.text, id="acme/data", split="test", **blanks)).manifest
    assert (manifest.task, manifest.card) == (task, "onnx-export")
    assert {name: (variant.backend, variant.approach) for name, variant in manifest.variants.items()} == {
        "onnx": ("onnxruntime", "none")
    }


@pytest.mark.parametrize(
    ("model", "task", "blanks", "metric"),
    [
        (
            base("BertForQuestionAnswering"),
            "question-answering",
            {"question": "question", "context": "context", "answers": "answers"},
            "exact_match",
        ),
        (base("BertForTokenClassification"), "token-classification", {"text": "tokens", "labels": "tags"}, "f1"),
        (
            base("BartForConditionalGeneration", card="---\npipeline_tag: summarization\n---\n"),
            "summarization",
            {"text": "article", "summary": "highlights"},
            "rouge1",
        ),
        (base("DistilBertForMaskedLM"), "fill-mask", {"text": "text"}, "perplexity"),
        (base("GPT2LMHeadModel"), "text-generation", {"text": "text"}, "perplexity"),
        (
            base("BertForMultipleChoice"),
            "multiple-choice",
            {"text": "sent1", "choices": "ending*", "label": "label"},
            "accuracy",
        ),
    ],
)
def test_other_tasks_are_quantized_too(model: BaseModel, task: str, blanks: dict[str, str], metric: str) -> None:
    skeleton = make_skeleton(model)
    assert skeleton.quantizes
    manifest = load(fill(skeleton.text, id="acme/data", split="test", **blanks)).manifest
    assert (manifest.task, manifest.card) == (task, "quantized")
    assert manifest.scoring.primary == metric
    approaches = {variant.approach for variant in manifest.variants.values()}
    both = all(task in backend.tasks for backend in BACKENDS.values())
    assert approaches == ({"dynamic"} if task == "summarization" else {"static", "dynamic"} if both else {"static"})


@pytest.mark.parametrize(
    ("config", "task", "column", "metric"),
    [
        ({"problem_type": "regression"}, "text-regression", "score", "pearsonr"),
        ({"num_labels": 1}, "text-regression", "score", "pearsonr"),
        ({"problem_type": "multi_label_classification"}, "multi-label-classification", "labels", "f1"),
    ],
    ids=str,
)
@pytest.mark.parametrize("asked", [None, "text-classification"])
def test_heads_over_a_text_are_told_apart(
    config: dict[str, Any], task: str, column: str, metric: str, asked: str | None
) -> None:
    skeleton = make_skeleton(base(**config), asked)
    assert skeleton.quantizes
    manifest = load(fill(skeleton.text, id="acme/data", split="test", text="x", **{column: "y"})).manifest
    assert (manifest.task, manifest.scoring.primary) == (task, metric)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (base("BartForConditionalGeneration"), "what models/mine is for cannot be told"),
        (base("Wav2Vec2ForCTC"), "is for automatic-speech-recognition"),
    ],
)
def test_tasks_that_cardgen_cannot_run(model: BaseModel, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_skeleton(model)
    assert says in caught.value.message
    assert "text-classification" in caught.value.remedy
    assert "token-classification" in caught.value.remedy


def test_the_task_can_be_told() -> None:
    assert make_skeleton(base("MineForAll"), "fill-mask").task == "fill-mask"
    with pytest.raises(UsageError, match="did you mean `fill-mask`"):
        make_skeleton(base("MineForAll"), "fillmask")


@pytest.mark.parametrize("config", ["[]", "{}", "{", '{"layers": 3}', "[" * 100_000])
def test_what_is_no_transformers_model(config: str) -> None:
    with pytest.raises(UsageError, match=r"config\.json of mine"):
        read_config(config, "mine")


def test_the_longest_ending_of_a_class_counts() -> None:
    assert read_config('{"architectures": ["BertModel"]}', "m").task == "feature-extraction"
    assert read_config('{"architectures": ["BertForMaskedLM"]}', "m").task == "fill-mask"
    assert read_config('{"architectures": ["T5ForConditionalGeneration"]}', "m").task is None
    assert read_config('{"model_type": "bert"}', "m").task is None
    assert read_config('{"architectures": [7], "model_type": "bert"}', "m").architecture is None
    for ending, task in HEADS.items():
        assert read_config(json.dumps({"architectures": [f"Mine{ending}"]}), "m").task == task


@pytest.mark.parametrize(
    ("architecture", "tag", "task"),
    [
        ("BertModel", "sentence-similarity", "sentence-similarity"),
        ("BertModel", "fill-mask", "feature-extraction"),
        ("BertForMaskedLM", "sentence-similarity", "fill-mask"),
        ("ViTForImageClassification", None, "image-classification"),
    ],
)
def test_a_card_tells_what_embeddings_are_for(architecture: str, tag: str | None, task: str) -> None:
    assert task_of(read_config(json.dumps({"architectures": [architecture]}), "m"), tag) == task


@pytest.mark.parametrize(
    ("name", "fits"), [("Mine", "Mine"), ("my model", "my-model"), ("..", "model"), ("a--b", "a-b"), ("é", "model")]
)
def test_names_become_possible_names(name: str, fits: str) -> None:
    assert default_name(name) == fits


def test_a_name_of_any_length_makes_a_possible_id() -> None:
    model = base()
    long = BaseModel(shown="m", name="m" * 200, id=None, commit=None, path="m", config=model.config, card=None)
    assert set(problems(make_skeleton(long).text)) == set(problems(make_skeleton(model).text))


@pytest.mark.parametrize("key", ["quantization_config", "quantization"])
def test_a_model_that_is_quantized_already_is_none_to_quantize(key: str) -> None:
    text = json.dumps({"architectures": ["GullForCausalLM"], key: {"bits": 4}})
    with pytest.raises(UsageError, match=f"is quantized already, by `{key}`"):
        read_config(text, "m")
    assert read_config(json.dumps({"architectures": ["GullForCausalLM"], key: None}), "m").task == "text-generation"
