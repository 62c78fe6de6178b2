from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.prepare import Settings, prepare
from cardgen.records.inputs import ModelGeneration
from cardgen.run.model_generation import read_model_generation
from cardgen.run.progress import Silent

MANIFEST = """version: 1
repo_id: me/model-int8
title: INT8 translator
task: translation
base_model: {path: model}
metadata: {license: mit}
variants:
  onnx: {backend: onnxruntime, approach: dynamic}
generation:
  src_lang: en
evaluation:
  dataset: {path: data.jsonl}
  columns: {text: text, translation: translation}
  metrics: [sacrebleu]
"""


def write(folder: Path, **files: object) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_what_the_files_of_a_model_say(tmp_path: Path) -> None:
    params = {"summarization": {"prefix": "summarize: ", "max_length": 200, "nested": {}}, "odd": 3}
    model = write(
        tmp_path / "model",
        config={"model_type": "m2m_100", "prefix": "x ", "task_specific_params": params, "decoder_start_token_id": 2},
        generation_config={"forced_bos_token_id": 250004},
        tokenizer_config={"tokenizer_class": "NllbTokenizerFast", "src_lang": "eng_Latn", "tgt_lang": None},
    )
    assert read_model_generation(model) == ModelGeneration(
        model_type="m2m_100",
        tokenizer="NllbTokenizer",
        prefix="x ",
        task_specific_params={"summarization": {"prefix": "summarize: ", "max_length": 200}},
        src_lang="eng_Latn",
        starts=("forced_bos_token_id", "decoder_start_token_id"),
    )


@pytest.mark.parametrize(
    ("config", "tokenizer"),
    [
        ({"model_type": "m2m_100"}, "M2M100Tokenizer"),
        ({"model_type": "mbart", "tokenizer_class": "MBart50Tokenizer"}, "MBart50Tokenizer"),
        ({"model_type": "t5"}, ""),
    ],
)
def test_a_tokenizer_that_only_config_json_tells(tmp_path: Path, config: dict[str, str], tokenizer: str) -> None:
    assert read_model_generation(write(tmp_path / "model", config=config)).tokenizer == tokenizer


def test_files_that_are_no_json_objects_tell_nothing(tmp_path: Path) -> None:
    model = write(tmp_path / "model", config=[1], generation_config="x")
    for broken in (b"\xff{", b'{"src_lang": "\\ud800"}', b"[" * 9999):
        (model / "tokenizer_config.json").write_bytes(broken)
        assert read_model_generation(model) == ModelGeneration()


def test_what_is_no_setting_is_left_out(tmp_path: Path) -> None:
    params = {
        "translation": {"length_penalty": math.nan, "num_beams": 4, "bad_words_ids": [[1]], "early_stopping": True}
    }
    found = read_model_generation(write(tmp_path / "model", config={"task_specific_params": params}))
    assert found.task_specific_params == {"translation": {"num_beams": 4, "early_stopping": True}}


def test_a_language_that_is_missing_is_told_before_anything_runs(tmp_path: Path) -> None:
    write(tmp_path / "model", config={"model_type": "m2m_100"})
    (tmp_path / "data.jsonl").write_text('{"text": "a", "translation": "b"}\n' * 3, encoding="utf-8")
    (tmp_path / "card.yaml").write_text(MANIFEST, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        prepare(load_manifest(tmp_path / "card.yaml"), Settings(), Silent())
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (9, "generation.tgt_lang")
    assert "M2M100Tokenizer, can write many languages" in problem.message
    assert "generation: {src_lang: en, tgt_lang: de}" in problem.remedy
