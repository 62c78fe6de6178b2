"""The code that loads models that others made: sound in its language, of the repository, and absent where unknown."""

from __future__ import annotations

import ast
import json
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.loading import PublishedModel, loading_code
from cardgen.catalog.task_code import TASK_CODE

MODEL = PublishedModel("gulls/gull-1b", "safetensors", "gptq", ("model.safetensors",))
GGUF = replace(MODEL, format="gguf", method="Q4_K_M", weights=("gull-Q4_K_M.gguf",))
ONNX = replace(MODEL, format="onnx", method="dynamic", weights=("onnx/model_int8.onnx",))
OPENVINO = replace(MODEL, format="openvino", method="weights", weights=("openvino_model.bin", "openvino_model.xml"))
SENTENCES = frozenset({"modules.json", "tokenizer.json"})


def libraries(task: str, model: PublishedModel) -> list[str]:
    return [one.library for one in loading_code(task, model)]


@pytest.mark.parametrize(
    ("task", "model", "expected"),
    [
        ("text-generation", MODEL, ["transformers", "vLLM"]),
        ("text-generation", replace(MODEL, method="hqq"), ["transformers"]),
        ("text-generation", replace(MODEL, method="modelopt"), ["vLLM"]),
        ("text-generation", replace(MODEL, method="of-the-day"), []),
        ("text-generation", replace(MODEL, method="mlx"), ["mlx-lm"]),
        ("text-classification", replace(MODEL, method="mlx"), []),
        ("text-classification", replace(MODEL, method="torchao"), ["transformers"]),
        ("text-to-image", replace(MODEL, method="torchao"), []),
        ("sentence-similarity", replace(MODEL, method="torchao"), ["transformers"]),
        ("sentence-similarity", replace(MODEL, method="torchao", others=SENTENCES), ["Sentence Transformers"]),
        ("text-generation", GGUF, ["llama.cpp"]),
        ("feature-extraction", GGUF, ["llama.cpp"]),
        ("text-classification", GGUF, []),
        ("text-classification", ONNX, ["Optimum"]),
        ("text-classification", replace(ONNX, others=SENTENCES), ["Optimum", "transformers.js"]),
        ("text-classification", replace(ONNX, weights=("model_int8.onnx",), others=SENTENCES), ["Optimum"]),
        ("text-classification", replace(ONNX, weights=("onnx/model_qint8.onnx",), others=SENTENCES), ["Optimum"]),
        ("sentence-similarity", replace(ONNX, others=SENTENCES), ["Sentence Transformers"]),
        ("object-detection", ONNX, []),
        ("text-classification", OPENVINO, ["OpenVINO through Optimum"]),
        ("sentence-similarity", replace(OPENVINO, others=SENTENCES), ["Sentence Transformers"]),
        ("text-classification", replace(MODEL, format="pickle"), []),
        ("text-generation", replace(MODEL, weights=()), []),
    ],
)
def test_what_people_load_a_format_by(task: str, model: PublishedModel, expected: list[str]) -> None:
    assert libraries(task, model) == expected


def test_several_graphs_are_of_a_model_that_no_one_file_name_loads() -> None:
    graphs = ("onnx/decoder_model_merged_q4.onnx", "onnx/encoder_model_q4.onnx")
    assert libraries("summarization", replace(ONNX, weights=graphs, others=SENTENCES)) == ["transformers.js"]
    (code,) = loading_code("summarization", replace(ONNX, weights=graphs, others=SENTENCES))
    assert 'dtype: "q4"' in code.code
    mixed = ("onnx/decoder_model_merged_q4.onnx", "onnx/encoder_model.onnx")
    assert libraries("summarization", replace(ONNX, weights=mixed, others=SENTENCES)) == []


def test_a_split_gguf_is_named_by_its_first_part() -> None:
    parts = tuple(f"q8/gull-{part:05}-of-00003.gguf" for part in (3, 1, 2))
    (code,) = loading_code("text-generation", replace(GGUF, weights=parts))
    assert "--hf-file q8/gull-00001-of-00003.gguf" in code.code


def test_a_file_in_a_folder_is_named_by_both() -> None:
    (code,) = loading_code("text-classification", ONNX)
    assert 'model_id, subfolder="onnx", file_name="model_int8.onnx"' in code.code


def test_code_of_the_repository_is_run_only_where_the_manifest_says_so() -> None:
    for model in (MODEL, ONNX, OPENVINO, replace(MODEL, others=SENTENCES)):
        for task in ("text-generation", "sentence-similarity"):
            plain = loading_code(task, model)
            trusting = loading_code(task, replace(model, trust_remote_code=True))
            assert not any("trust_remote_code" in one.code for one in plain)
            assert all("trust_remote_code=True" in one.code for one in trusting)


def test_a_pair_of_texts_is_put_in_as_a_pair() -> None:
    (code,) = loading_code("text-classification", replace(MODEL, columns=("label", "text", "text_pair")))
    assert 'tokenizer("Put your text here.", "And its second part here.", return_tensors="pt")' in code.code


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20)
FORMATS = {"safetensors": ".safetensors", "gguf": ".gguf", "onnx": ".onnx", "openvino": ".xml"}


@given(
    st.sampled_from([*TASK_CODE, "any-to-any"]),
    st.sampled_from(list(FORMATS)),
    st.sampled_from([None, "gptq", "mlx", "torchao", "unheard-of"]),
    st.lists(NAMES, min_size=1, max_size=3, unique=True),
    NAMES,
    st.booleans(),
)
def test_all_code_is_sound_whatever_files_are_called(
    task: str, kind: str, method: str | None, names: list[str], owner: str, sentences: bool
) -> None:
    repo_id, files = f"{owner}/model", tuple(f"onnx/{name}{FORMATS[kind]}" for name in names)
    model = PublishedModel(repo_id, kind, method, files, SENTENCES if sentences else frozenset())
    for one in loading_code(task, model):
        if one.language == "python":
            constants = [node.value for node in ast.walk(ast.parse(one.code)) if isinstance(node, ast.Constant)]
            assert repo_id in constants
        elif one.language == "bash":
            command = shlex.split(one.code.split("\n", 1)[1])
            assert command[command.index("--hf-repo") + 1] == repo_id
            assert command[command.index("--hf-file") + 1] in files
        else:
            assert json.dumps(repo_id, ensure_ascii=False) in one.code
