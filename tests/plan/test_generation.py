"""What is in force when a model writes text, and what is refused before it does: decided from files alone."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen.plan.generation import generation_faults, generation_request
from cardgen.plan.layout import printed_snippet
from cardgen.plan.steps import plan_steps
from cardgen.records.inputs import ModelGeneration, Resolution, Source
from cardgen.records.request import ExportRequest, GenerationRequest
from tests.factory import make_environments, make_manifest, make_resolutions

T5 = ModelGeneration(
    model_type="t5",
    tokenizer="T5Tokenizer",
    task_specific_params={
        "summarization": {"max_length": 200, "num_beams": 4, "prefix": "summarize: "},
        "translation_en_to_de": {"max_length": 300, "num_beams": 4, "prefix": "translate English to German: "},
        "translation_en_to_fr": {"max_length": 300, "num_beams": 4, "prefix": "translate English to French: "},
    },
)
M2M = ModelGeneration(model_type="m2m_100", tokenizer="M2M100Tokenizer")
MBART = ModelGeneration(model_type="mbart", tokenizer="MBartTokenizer")
MARIAN = ModelGeneration(model_type="marian", tokenizer="MarianTokenizer")
PAIR = {"src_lang": "en", "tgt_lang": "de"}


def base(own: ModelGeneration) -> Resolution:
    return Resolution(what="model", source=Source(origin="local", sha256="ab" * 32), generation=own)


def in_force(own: ModelGeneration, task: str = "translation", **asked: Any) -> GenerationRequest:
    found = generation_request(make_manifest(task=task, generation=asked or None), base(own))
    assert found is not None
    return found


def faults(own: ModelGeneration, task: str = "translation", **asked: Any) -> list[str]:
    manifest = make_manifest(task=task, generation=asked or None)
    return [f"{fault.key} {fault.message}; {fault.remedy}" for fault in generation_faults(manifest, own)]


def test_the_entry_of_the_task_holds() -> None:
    assert in_force(T5, "summarization").prefix == "summarize: "
    assert in_force(T5, "summarization").settings == {"max_length": 200, "num_beams": 4}
    german = in_force(T5, **PAIR)
    assert german.prefix == "translate English to German: "
    assert german == in_force(T5, task_specific_params="translation_en_to_de")
    assert german.told_languages == (None, None)  # the tokenizer takes none
    assert faults(T5, "summarization") == faults(T5, **PAIR) == []


def test_the_manifest_goes_before_the_model() -> None:
    found = in_force(T5, "summarization", num_beams=1, prefix="tl;dr ", min_length=5)
    assert found == GenerationRequest(prefix="tl;dr ", settings={"max_length": 200, "min_length": 5, "num_beams": 1})
    assert in_force(T5, task_specific_params="none") == GenerationRequest()


def test_an_only_entry_holds_whatever_its_languages() -> None:
    one = T5.model_copy(update={"task_specific_params": {"translation_en_to_ro": {"prefix": "to Romanian: "}}})
    assert in_force(one).prefix == "to Romanian: "
    assert faults(one) == []


def test_one_of_several_entries_must_be_named() -> None:
    (fault,) = faults(T5)
    assert fault == (
        "task_specific_params is missing: the base model's config.json has several entries for translation, each with "
        "a prefix or settings of its own: `translation_en_to_de`, `translation_en_to_fr`; name one of them, as in "
        "`generation: {task_specific_params: translation_en_to_de}`; or `none`, where the model was fine-tuned for "
        "something else"
    )
    (fault,) = faults(T5, src_lang="en", tgt_lang="ru")
    assert "have no entry from en to ru, but `translation_en_to_de`" in fault
    (fault,) = faults(T5, task_specific_params="translation_en_to_ge")
    assert "did you mean `translation_en_to_de`?" in fault


@pytest.mark.parametrize("own", [M2M, MBART, M2M.model_copy(update={"tokenizer": "NllbTokenizer"})])
@pytest.mark.parametrize("task", ["translation", "summarization"])
def test_a_model_of_many_languages_needs_both(own: ModelGeneration, task: str) -> None:
    target, source = faults(own, task)
    assert target.startswith("tgt_lang is missing: the base model, with its ")
    assert source.startswith("src_lang is missing: ")
    assert "as in `generation: {src_lang: en" in target
    assert faults(own, task, **PAIR) == []
    assert in_force(own, task, **PAIR).told_languages == ("en", "de")


def test_the_languages_of_the_models_own_files_are_honoured() -> None:
    for own, told in ((M2M, "forced_bos_token_id"), (MBART, "decoder_start_token_id")):
        assert faults(own.model_copy(update={"starts": (told,), "src_lang": "en_XX"})) == []
        assert faults(own.model_copy(update={"src_lang": "en_XX", "tgt_lang": "de_DE"})) == []
        assert faults(own, "translation", src_lang="en", **{told: 5}) == []
    # Every model of this kind starts from a token; the language is another.
    assert len(faults(M2M.model_copy(update={"starts": ("decoder_start_token_id",)}))) == 2


def test_marian_is_told_before_the_text() -> None:
    assert faults(MARIAN) == faults(MARIAN, tgt_lang="deu") == []
    assert in_force(MARIAN, tgt_lang="deu").prefix == ">>deu<< "
    assert in_force(MARIAN, tgt_lang="deu").told_languages == (None, None)
    (fault,) = faults(MARIAN, **PAIR)
    assert fault.startswith("src_lang does not apply: the base model's MarianTokenizer takes no code")


def test_languages_that_nothing_takes_are_refused() -> None:
    plain = ModelGeneration(model_type="bart", tokenizer="BartTokenizer", prefix=" ")
    assert [fault.split()[0] for fault in faults(plain, **PAIR)] == ["src_lang", "tgt_lang"]
    assert in_force(plain).prefix == " "


def test_the_printed_code_says_what_is_in_force() -> None:
    data = {"columns": {"text": "text", "translation": "translation"}}
    manifest = make_manifest(task="translation", generation=PAIR, evaluation=data)
    assert '("translate English to German: " + "Put your text here.", return' in printed_snippet(
        manifest, "onnx", base(T5)
    )
    code = printed_snippet(manifest, "onnx", base(M2M))
    assert 'AutoTokenizer.from_pretrained(model_id, subfolder="onnx", src_lang="en", tgt_lang="de")' in code


def test_the_export_is_told_and_a_model_without_text_is_not() -> None:
    for task, generation in (("translation", PAIR), ("text-classification", None)):
        manifest = make_manifest(task=task, generation=generation)
        resolutions = make_resolutions(manifest) | {"base_model": base(M2M)}
        steps = plan_steps(manifest, manifest.variants, resolutions, make_environments(manifest)).steps
        exports = [step.request for step in steps if isinstance(step.request, ExportRequest)]
        assert {export.generation for export in exports if export.generation is None} == (
            set() if generation else {None}
        )
