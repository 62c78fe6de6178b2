from __future__ import annotations

import pytest

from cardgen.errors import UsageError
from cardgen.inherit.importer.make import Overrides, import_card
from tests.inherit.importer.test_make import told_of

GIVEN = Overrides(task="text-classification", approach="static")


@pytest.mark.parametrize(
    ("title", "base", "loaded", "fit"),
    [
        ("INT8 gull large on MNLI", "acme/gull-large-mnli", "shop/gull-large-mnli-int8-static", "told"),
        ("INT8 reader of moods", "acme/gull-large-mnli", "shop/reader-of-moods-int8", "told"),
        ("INT8 gull", "acme/gull-sst-2", "shop/gull-sst2-int8", "told"),
        ("INT8 gull", "acme/gull", "shop/gull-moods-int8", "likely"),
        ("INT8 gull large on MNLI", "acme/gull-large-mnli", "shop/gull-base-squad2-int8-static", "unlike"),
        ("INT8 gull", "acme/gull-7b", "shop/tern-7b-int8", "unlike"),
    ],
)
def test_an_id_that_only_code_gives_is_held_against_title_and_base(
    title: str, base: str, loaded: str, fit: str
) -> None:
    code = f"from x import M\nmodel = M.from_pretrained('{loaded}')\n"
    table = "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 0.91 | 0.92 |\n"
    card = f"---\nbase_model: {base}\n---\n# {title}\n\nOf Neural Compressor.\n\n{table}\n```python\n{code}```\n"
    made = import_card(card, "card", "card", GIVEN)
    assumed = [text for text in told_of(made, "assumed") if "repo_id" in text]
    assert (f"repo_id: {loaded}\n" in made.text) == (fit != "unlike")
    assert (f"Model card of {loaded}" in made.text) == (fit != "unlike")
    assert bool(assumed) == (fit != "told")
    assert (code in "".join(made.prose.values())) == (fit == "unlike")


def test_the_model_index_bears_an_id_out() -> None:
    card = (
        "---\nbase_model: acme/gull-7b\nmodel-index: [{name: tern-7b-int8, results: []}]\n---\n# INT8 gull\n\n"
        "```python\nmodel = M.from_pretrained('shop/tern-7b-int8')\n```\n"
    )
    assert "repo_id: shop/tern-7b-int8\n" in import_card(card, "card", "card", GIVEN).text


@pytest.mark.parametrize(
    ("title", "stem", "name"),
    [
        ("INT8 gull", "gull-small", "gull-small"),
        ("INT8 gull", "card", "gull-7b-int8"),
        ("gull-chat-int8", "card", "gull-chat-int8"),
        ("INT8 birds", "birds", "birds"),
    ],
)
def test_a_model_without_a_name_is_called_by_file_title_or_base(title: str, stem: str, name: str) -> None:
    card = f"---\nbase_model: acme/gull-7b\n---\n# {title}\n\nOf PyTorch.\n"
    assert f"repo_id: your-name/{name}\n" in import_card(card, stem, stem, GIVEN).text


@pytest.mark.parametrize(
    ("code", "task"),
    [
        ("from mlx_lm import load, generate", "text-generation"),
        ("from vllm import LLM, SamplingParams", "text-generation"),
        ("vllm serve shop/gull-7b-FP8", "text-generation"),
        ("from tensorrt_llm import LLM", "text-generation"),
        ("llama-cli -hf shop/gull-7b-GGUF:Q4_K_M", "text-generation"),
        ("llama-server -hf shop/gull-7b-GGUF --mmproj see.gguf", None),
        ("vllm serve shop/gull-7b-FP8 --task embed", None),
        ("llama-quantize gull.gguf", None),
    ],
)
def test_tools_that_run_models_of_one_task_tell_it(code: str, task: str | None) -> None:
    card = f"---\nbase_model: acme/gull-7b\n---\n# gull-7b-FP8\n\nQuantized to FP8.\n\n```\n{code}\n```\n"
    if task is None:
        with pytest.raises(UsageError):
            import_card(card, "card", "card")
    else:
        made = import_card(card, "card", "card")
        assert f"task: {task}\n" in made.text
        assert any(task in text for text in told_of(made, "assumed"))


@pytest.mark.parametrize(("words", "task"), [("Evaluated on", "summarization"), ("Calibration data:", None)])
def test_what_a_model_was_calibrated_on_tells_no_task(words: str, task: str | None) -> None:
    data = "[cnn_dailymail](https://huggingface.co/datasets/abisee/cnn_dailymail)"
    card = f"---\nbase_model: acme/gull-7b\n---\n# gull-7b-FP8\n\nQuantized to FP8. {words} {data}.\n"
    if task is None:
        with pytest.raises(UsageError):
            import_card(card, "card", "card")
    else:
        assert f"task: {task}\n" in import_card(card, "card", "card").text


def test_a_title_of_any_card_is_none() -> None:
    card = "---\nbase_model: acme/gull-7b\n---\n# Model Overview\n\nOf PyTorch.\n"
    assert "title: gull-7b\n" in import_card(card, "card", "card", GIVEN).text
