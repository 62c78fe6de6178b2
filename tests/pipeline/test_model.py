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
    (folder / "test.csv").write_text("text,label\nfine,good\nawful,bad\n")
    labelled = task == "text-classification"
    label, metric = (", label: label", "accuracy") if labelled else ("", "perplexity")
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
