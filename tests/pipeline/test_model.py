"""Base models that no step could use rightly: told before the first step, for a folder and for the Hub."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from cardgen.errors import ResolveError
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.build import build
from cardgen.pipeline.prepare import Settings, prepare
from cardgen.run.progress import Silent
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]

MANIFEST = """\
version: 1
repo_id: me/reviews-int8
title: INT8 reviews
task: {task}
base_model: {base}
metadata: {{license: mit}}
variants:
  onnx: {{backend: onnxruntime, approach: dynamic}}
evaluation:
  dataset: {{path: test.csv}}
  columns: {{text: text{label}}}
  metrics: [{metric}]
"""
ROTARY = {"model_type": "llama", "transformers_version": "5.24.0"}
LONG = {**ROTARY, "rope_parameters": {"rope_theta": 5e5, "rope_type": "longrope", "factor": 4.0}}


def project(folder: Path, base: str, task: str = "text-generation") -> Path:
    """A manifest and its data; the model is another's."""
    (folder / "cardgen.toml").touch()
    (folder / "test.csv").write_text("text,label,other,score\nfine,good,well,4\nawful,bad,good,1\n")
    labelled = task == "text-classification"
    label, metric = (", label: label", "accuracy") if labelled else ("", "perplexity")
    if task == "sentence-similarity":
        label, metric = ", text_pair: other, score: score", "pearsonr"
    text = MANIFEST.format(task=task, base=base, label=label, metric=metric)
    (folder / "reviews.yaml").write_text(text)
    return folder / "reviews.yaml"


def refused(folder: Path, files: Mapping[str, object], task: str = "text-generation") -> str:
    """Why a folder with these files is refused; those that are no text are JSON."""
    for name, content in files.items():
        file = folder / "model" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    loaded = load_manifest(project(folder, "{path: model}", task))
    with pytest.raises(ResolveError) as caught:
        prepare(loaded, Settings(), Silent())
    assert caught.value.exit_code == 4
    return str(caught.value)


def refused_on_the_hub(folder: Path, hub: HubServer, files: Mapping[str, object], task: str = "text-generation") -> str:
    """Why a repository with these files is refused; its weights are not fetched for that."""
    content = {
        name: (each if isinstance(each, str) else json.dumps(each)).encode()
        for name, each in {"model.safetensors": "weights", **files}.items()
    }
    hub.add("acme/model", content)
    loaded = load_manifest(project(folder, "{id: acme/model}", task))
    with pytest.raises(ResolveError) as caught:
        build(loaded, Settings())
    assert not [asked for asked in hub.requests if "/resolve/" in asked.path and asked.path.endswith(".safetensors")]
    return str(caught.value)


def test_a_model_of_transformers_5_that_4_would_run_otherwise(tmp_path: Path) -> None:
    text = refused(tmp_path, {"config.json": LONG})
    assert "reviews.yaml: base_model: The base model's config.json, saved by transformers 5.24.0, scales long" in text
    assert "as `longrope` (`rope_parameters`): transformers 4.57.6, which is to run the model," in text
    assert text.endswith("\n    Name a model, or a revision of it, that transformers 4 saved.")


def test_such_a_model_on_the_hub(tmp_path: Path, hub: HubServer) -> None:
    tokenizer = {"tokenizer_class": "SentencePieceBackend"}
    text = refused_on_the_hub(tmp_path, hub, {"config.json": LONG, "tokenizer_config.json": tokenizer})
    assert "as `longrope`" in text
    assert "tokenizer_config.json, saved by transformers 5.24.0, names the tokenizer class `Sentence" in text


def test_one_that_can_be_translated_is_taken(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    fit = {**ROTARY, "rope_parameters": {"rope_theta": 5e5, "rope_type": "default"}}
    (tmp_path / "model" / "config.json").write_text(json.dumps(fit))
    prepared = prepare(load_manifest(project(tmp_path, "{path: model}")), Settings(), Silent())
    assert prepared.missing


ADAPTER = {"peft_type": "LORA", "base_model_name_or_path": "acme/base"}
PLAIN = {"model_type": "bert"}


def test_an_adapter_beside_full_weights(tmp_path: Path, hub: HubServer) -> None:
    files = {"config.json": PLAIN, "adapter_config.json": ADAPTER}
    weights = {"model.safetensors": "weights", "adapter_model.safetensors": "more"}
    for text in (refused(tmp_path, {**files, **weights}), refused_on_the_hub(tmp_path, hub, {**files, **weights})):
        assert "base_model: An adapter (LORA, for acme/base) lies beside the base model's own files." in text
        assert "merge_and_unload()" in text
        assert "else name a folder or revision without adapter_config.json" in text


@pytest.mark.parametrize("configured", [False, True])
def test_an_adapter_alone(tmp_path: Path, hub: HubServer, configured: bool) -> None:
    files = {"adapter_config.json": ADAPTER, "adapter_model.safetensors": "weights", "tokenizer.json": "{}"}
    files |= {"config.json": PLAIN} if configured else {}
    assert "the folder `model` is an adapter (adapter_config.json)" in refused(tmp_path, files)
    hub.add("acme/adapter", {name: json.dumps(each).encode() for name, each in files.items()})
    with pytest.raises(ResolveError, match=r"the model acme/adapter is an adapter") as caught:
        build(load_manifest(project(tmp_path, "{id: acme/adapter}")), Settings())
    assert "merge_and_unload()" in str(caught.value)


@pytest.mark.parametrize("content", ["[", "[]", '{"base_model_name_or_path": "/home/somebody/base"}'])
def test_whatever_an_adapter_says_of_itself(tmp_path: Path, content: str) -> None:
    text = refused(tmp_path, {"config.json": PLAIN, "adapter_config.json": content, "model.safetensors": "weights"})
    assert "base_model: An adapter lies beside" in text


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 500\n"
WHOLE = {"config.json": PLAIN, "tokenizer.json": "{}", "model.safetensors": "weights"}


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "tokenizer.json",
        "vocab.txt",
        "spiece.model",
        "model.safetensors",
        "model-1-of-2.safetensors",
    ],
)
def test_a_pointer_in_the_place_of_a_file(tmp_path: Path, name: str) -> None:
    text = refused(tmp_path, {**WHOLE, name: POINTER})
    assert f"In the base model's folder {name} is a Git LFS pointer" in text
    assert text.endswith("`git lfs pull`, in the repository that it is of.")


def test_several_pointers_are_told_at_once(tmp_path: Path) -> None:
    text = refused(tmp_path, {**WHOLE, "tokenizer.json": POINTER, "model.safetensors": POINTER})
    assert "tokenizer.json, model.safetensors are Git LFS pointers" in text


def test_pointers_that_nobody_reads_are_left_alone(tmp_path: Path) -> None:
    for name, content in {**WHOLE, "tf_model.h5": POINTER, "pytorch_model.bin": POINTER}.items():
        (tmp_path / "model").mkdir(exist_ok=True)
        (tmp_path / "model" / name).write_text(content if isinstance(content, str) else json.dumps(content))
    assert prepare(load_manifest(project(tmp_path, "{path: model}")), Settings(), Silent()).missing


def test_data_that_are_a_pointer(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps(PLAIN))
    manifest = load_manifest(project(tmp_path, "{path: model}"))
    (tmp_path / "test.csv").write_text(POINTER)
    with pytest.raises(ResolveError, match=r"evaluation\.dataset: `test\.csv` is a Git LFS pointer"):
        prepare(manifest, Settings(), Silent())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"num_labels": 1}, "gives a number (num_labels 1, problem_type not said in its config.json)"),
        ({"id2label": {"0": "LABEL_0"}}, "gives a number (num_labels 1"),
        ({"problem_type": "regression", "id2label": {"0": "LABEL_0"}}, "`task: text-regression`"),
        ({"problem_type": "multi_label_classification"}, "`task: multi-label-classification`"),
    ],
)
def test_a_model_that_gives_no_label(tmp_path: Path, config: dict[str, object], message: str) -> None:
    text = refused(tmp_path, {"config.json": {**PLAIN, **config}}, "text-classification")
    assert message in text
    assert "id2label" not in text


def test_a_part_that_is_not_computed(tmp_path: Path, hub: HubServer) -> None:
    parts = [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    ]
    files = {"config.json": PLAIN, "modules.json": parts}
    for text in (
        refused(tmp_path, files, "sentence-similarity"),
        refused_on_the_hub(tmp_path, hub, files, "sentence-similarity"),
    ):
        assert "The model has a part that cardgen does not compute: Dense, in modules.json." in text


def test_a_way_of_pooling_that_is_not_computed_on_the_hub(tmp_path: Path, hub: HubServer) -> None:
    files = {"config.json": PLAIN, "1_Pooling/config.json": {"pooling_mode_lasttoken": True}}
    text = refused_on_the_hub(tmp_path, hub, files, "sentence-similarity")
    assert "pools tokens in a way that cardgen does not compute: lasttoken" in text


def test_a_model_of_an_older_sentence_transformers(tmp_path: Path, hub: HubServer) -> None:
    files = {"modules.json": [], "0_Transformer/config.json": PLAIN, "1_Pooling/config.json": {}}
    said = "is a model of an older sentence-transformers, whose transformers model lies in its folder 0_Transformer"
    assert f"the folder `model` {said}" in refused(tmp_path, files, "sentence-similarity")
    assert f"the model acme/model {said}" in refused_on_the_hub(tmp_path, hub, files, "sentence-similarity")
