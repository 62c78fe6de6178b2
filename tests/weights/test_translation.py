"""What transformers 5 writes, in the words of transformers 4: told without either."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.weights.configuration import parsed_version, translate_configuration
from cardgen.weights.tokenizer import translate_tokenizer
from cardgen.weights.working_copy import translate_files, version_faults

HERE = Path(__file__).parent
CASES: dict[str, Any] = json.loads((HERE / "scripts" / "architectures.json").read_text())
SAVED: dict[str, Any] = json.loads((HERE / "saved_by_5.json").read_text())
VERSIONS = {"4.45": (4, 45), "4.57": (4, 57)}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", CASES)
def test_each_architecture_as_version_5_saves_it(name: str, version: str) -> None:
    case = CASES[name]
    translation = translate_configuration(SAVED["models"][name], VERSIONS[version])
    if version not in case["versions"]:
        assert translation.faults
        return
    assert translation.faults == ()
    assert "rope_parameters" not in translation.content
    for key, value in case["in_4"].items():
        assert translation.content[key] == value, key
        assert any(each.startswith(f"{key}: ") for each in translation.written)


def test_a_configuration_of_version_4_stays_as_it_is() -> None:
    given = {"model_type": "llama", "rope_theta": 5e5, "rope_scaling": None, "transformers_version": "4.57.6"}
    translation = translate_configuration(given, (4, 57))
    assert translation == (given, (), ())


def test_version_5_reads_its_own() -> None:
    given = SAVED["models"]["llama"]
    assert translate_configuration(given, (5, 24)) == (given, (), ())


def rotary(kind: str, **changes: Any) -> dict[str, Any]:
    parameters = {"rope_type": "default", "rope_theta": 777.0, **changes.pop("parameters", {})}
    return {"model_type": kind, "max_position_embeddings": 64, "rope_parameters": parameters, **changes}


@pytest.mark.parametrize(
    ("config", "version", "fault"),
    [
        (rotary("no_such"), (4, 57), "does not read for models of the type `no_such`"),
        (rotary("qwen3"), (4, 45), "does not read for models of the type `qwen3`"),
        (
            rotary("mistral", parameters={"rope_type": "linear", "factor": 2.0}),
            (4, 45),
            "scales long inputs as `linear`",
        ),
        (rotary("llama", parameters={"rope_type": "longrope", "factor": 2.0}), (4, 57), "as `longrope`"),
        (rotary("llama", parameters={"partial_rotary_factor": 0.5}), (4, 57), "turns a part of each head"),
        (
            rotary("llama", parameters={"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 16}),
            (4, 45),
            "as `yarn` with `original_max_position_embeddings: 16`",
        ),
        (
            rotary("llama", parameters={"rope_type": "yarn", "factor": 2.0, "new_key": 1}),
            (4, 57),
            "as `yarn` with `new_key: 1`",
        ),
        (rotary("olmo3", rope_parameters={"full_attention": {"rope_theta": 1.0}}), (4, 57), "for each type of layer"),
        (
            rotary("gemma3_text", rope_parameters={"sliding_attention": {"rope_type": "linear", "rope_theta": 1.0}}),
            (4, 57),
            "as `linear` in its layers of sliding_attention",
        ),
        ({"model_type": "gemma2", "use_bidirectional_attention": True}, (4, 57), "sets `use_bidirectional_attention"),
        ({"model_type": "modernbert", "layer_types": ["sliding_attention"] * 2}, (4, 57), "`layer_types`"),
        ({"model_type": "gemma2", "layer_types": ["full_attention"] * 2}, (4, 45), "`layer_types`"),
        ({"model_type": "qwen2", "layer_types": ["sliding_attention"]}, (4, 45), "`layer_types`"),
        ({"model_type": "longt5", "scale_decoder_outputs": False}, (4, 45), "does not scale"),
        ({"model_type": "x", "text_config": rotary("no_such")}, (4, 57), "`no_such`, in `text_config`"),
    ],
)
def test_what_version_4_cannot_say_is_refused(config: dict[str, Any], version: tuple[int, int], fault: str) -> None:
    faults = translate_configuration(config, version).faults
    assert len(faults) == 1
    assert fault in faults[0]


@pytest.mark.parametrize(
    ("config", "written"),
    [
        (rotary("phi", parameters={"partial_rotary_factor": 0.2}), {"rope_theta": 777.0, "partial_rotary_factor": 0.2}),
        (rotary("llama", parameters={"partial_rotary_factor": 1.0}), {"rope_theta": 777.0}),
        ({"model_type": "xlm", "pad_token_id": 7}, {"pad_index": 7}),
        ({"model_type": "umt5", "tie_word_embeddings": True, "scale_decoder_outputs": False},
         {"tie_word_embeddings": False}),
        ({"model_type": "mt5", "tie_word_embeddings": True, "transformers_version": "5.1.0"},
         {"tie_word_embeddings": False}),
        ({"model_type": "gemma2", "layer_types": ["sliding_attention", "full_attention"]}, {}),
        ({"model_type": "x", "text_config": rotary("llama")}, {"text_config.rope_theta": 777.0}),
    ],
)  # fmt: skip
def test_what_is_written(config: dict[str, Any], written: dict[str, Any]) -> None:
    translation = translate_configuration(config, (4, 45))
    assert translation.written == tuple(f"{key}: {value}" for key, value in written.items())
    assert translation.faults == ()


def test_the_stored_precision_is_named_as_4_45_names_it() -> None:
    assert translate_configuration({"dtype": "float16"}, (4, 45)).content == {"torch_dtype": "float16"}
    assert translate_configuration({"dtype": "float16"}, (4, 57)).content == {"dtype": "float16"}


@pytest.mark.parametrize("name", SAVED["tokenizers"])
def test_tokenizers(name: str) -> None:
    given = SAVED["tokenizers"][name]
    translation = translate_tokenizer(given, has_core=True)
    assert translation.faults == ()
    assert "TokenizersBackend" not in translation.content.values()
    assert "extra_special_tokens" not in translation.content
    extra = tuple(given.get("extra_special_tokens", ()))
    assert tuple(translation.content.get("additional_special_tokens", ())) == extra
    generic = given["tokenizer_class"] == "TokenizersBackend"
    assert translation.content.get("model_input_names") == (["input_ids", "attention_mask"] if generic else None)


@pytest.mark.parametrize("name", ["TokenizersBackend", "SentencePieceBackend"])
def test_a_tokenizer_that_only_version_5_has_is_refused(name: str) -> None:
    [fault] = translate_tokenizer({"tokenizer_class": name}, has_core=False).faults
    assert f"names the tokenizer class `{name}`" in fault


def test_a_folder_tells_who_saved_it_and_what_helps(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(SAVED["models"]["modernbert"]))
    [fault] = version_faults(tmp_path, ["4.45.2", "4.57.6"])
    assert fault.message.startswith("The base model's config.json, saved by transformers 5.24.0, ")
    assert "transformers 4.45.2, which is to run the model" in fault.message
    assert fault.remedy.startswith("Use the onnxruntime backend alone")
    changed = rotary("no_such", transformers_version="5.0.0")
    (tmp_path / "config.json").write_text(json.dumps(changed))
    assert (
        version_faults(tmp_path, ["4.57.6"])[0].remedy
        == "Name a model, or a revision of it, that transformers 4 saved."
    )


def test_a_folder_that_is_no_model_is_told_by_who_loads_it(tmp_path: Path) -> None:
    assert translate_files(tmp_path, "4.57.6") == {}
    (tmp_path / "config.json").write_text("[")
    (tmp_path / "tokenizer_config.json").write_text("[]")
    assert translate_files(tmp_path, "4.57.6") == {}


@pytest.mark.parametrize(("text", "version"), [("4.57.6", (4, 57)), ("5.0.0.dev0", (5, 0)), ("main", None)])
def test_versions(text: str, version: tuple[int, int] | None) -> None:
    assert parsed_version(text) == version
