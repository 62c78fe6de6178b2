"""Which models a results file is taken for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from cardgen.records.results_file import ResultsFile
from cardgen.results.subject import subject_fault, subject_of
from tests.factory import make_manifest
from tests.results.strategies import results_files

BASE = {"id": "org/gull", "path": "models/gull", "precision": "BF16"}


def results(model: str | None, revision: str | None = None, tool: str = "lm-eval") -> ResultsFile:
    return ResultsFile(tool=tool, tool_version=None, model=model, revision=revision, sha256="0" * 64, figures=())


def message(found: ResultsFile, variant: str | None, stated: str | None = None, **made: Any) -> str | None:
    variants: dict[str, Any] = {"q4": {"made": made}, "int8": {"backend": "onnxruntime", "approach": "dynamic"}}
    manifest = make_manifest(card="quantized", repo_id="me/gull-set", base_model=BASE, variants=variants)
    models = {name: subject_of(manifest, name, None) for name in (None, *manifest.variants)}
    others = tuple(model for name, model in models.items() if name != variant)
    fault = subject_fault(found, models[variant], others, stated)
    return fault.message if fault else None


@pytest.mark.parametrize(
    "name",
    ["me/gull-set", "else/gull-gguf", "else/gull-gguf:Q4_K_M", "gull-gguf", "hf/else/gull-gguf", "gull-Q4_K_M.gguf",
     "gull-Q4_K_M"],
)  # fmt: skip
def test_a_model_of_others_goes_by_its_repository_and_its_file(name: str) -> None:
    assert message(results(name), "q4", id="else/gull-gguf", file="gull-Q4_K_M.gguf") is None


@pytest.mark.parametrize("name", ["models/q4", "./models/q4", "models/q4/"])
def test_a_model_of_others_goes_by_its_folder(name: str) -> None:
    assert message(results(name), "q4", path="models/q4") is None


@pytest.mark.parametrize(
    ("name", "variant", "said"),
    [
        ("else/gull-gguf", None, "is of `else/gull-gguf`, which is `variants.q4`"),
        ("org/gull", "q4", "is of `org/gull`, which is `base_model`"),
        ("models/gull", "q4", "is of `models/gull`, which is `base_model`"),
        ("gull", "q4", "is of `gull`, which is `base_model`"),
        ("fork/gull", None, "is of another model: it says `fork/gull`, and base_model is `org/gull` or `models/gull`"),
        ("fork/gull-gguf", "q4", "is of another model"),
        ("gull-Q8_0", "q4", "is of another model"),
    ],
)
def test_another_model_is_another_one(name: str, variant: str | None, said: str) -> None:
    told = message(results(name), variant, id="else/gull-gguf", file="gull-Q4_K_M.gguf")
    assert told is not None
    assert told.startswith(said)


def test_a_commit_that_the_manifest_does_not_name_is_another_state() -> None:
    made = {"id": "else/gull-gguf", "revision": "a" * 40}
    assert message(results("else/gull-gguf", "a" * 40), "q4", **made) is None
    assert str(message(results("else/gull-gguf", "b" * 40), "q4", **made)).startswith("is of another state")
    assert str(message(results("out/q4", "b" * 40), "q4", "out/q4", **made)).startswith("is of another state")


def test_another_file_of_one_repository_is_another_model() -> None:
    made = {"id": "else/gull-gguf", "file": "q4/gull-Q4_K_M.gguf"}
    found = results("else/gull-gguf")
    for file, fine in (("gull-Q4_K_M.gguf", True), ("gull-Q8_0.gguf", False), (None, True)):
        told = message(found.model_copy(update={"model_file": file}), "q4", **made)
        assert (told is None) == fine, told
    told = message(found.model_copy(update={"model_file": "gull-Q8_0.gguf"}), "q4", **made)
    assert told == (
        "is of another file of the model: it says `gull-Q8_0.gguf`, and variants.q4 is `q4/gull-Q4_K_M.gguf`"
    )


def test_what_llama_cpp_prints_is_a_title_and_no_id() -> None:
    assert message(results("Gull 4B Instruct", tool="llama.cpp"), "q4", id="else/gull-gguf") is None


@given(results_files())
def test_a_file_is_of_no_two_models_unless_it_names_none_or_they_share_a_name(found: ResultsFile) -> None:
    faults = [message(found, variant, id="else/gull-gguf", file="a.gguf") for variant in (None, "q4", "int8")]
    if found.model is None or found.tool == "llama.cpp":
        assert faults == [None, None, None]
    else:
        assert faults[0] is not None or faults[1] is not None
