from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.identity import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

HEAD = "---\nlicense: mit\nbase_model: BASE\ntags: [int8]\n---\n# TITLE\n\n"


def card(body: str, base: str = "acme/gull-4b", title: str = "gull-4b-int8") -> str:
    return HEAD.replace("BASE", base).replace("TITLE", title) + body


def loading(*models: str, lines: str = "") -> str:
    loads = "".join(f'AutoModel.from_pretrained("{model}")\n' for model in models)
    return f"```python\nfrom transformers import AutoModel, AutoTokenizer\n{loads}{lines}```\n"


@pytest.mark.parametrize(
    ("base", "title", "loaded", "why"),
    [
        ("acme/gull-4b", "gull-4b-int8", "shop/tern-7b-squad-int8", "number of parameters is 4b, not 7b"),
        ("acme/gull-4b", "gull-4b-int8", "shop/tern-squad-int8", "no word in common"),
        ("acme/gull-large-mnli", "INT8 gull large on MNLI", "shop/gull-base-squad2-int8", "size is large, not base"),
        ("acme/bert-base-mrpc", "INT8 BERT on MRPC", "shop/bert-base-qnli-int8", "data is mrpc, not qnli"),
        ("acme/bert-base", "INT8 BERT", "shop/roberta-base-int8", "architecture is bert, not roberta"),
        ("acme/opus-mt-en-de", "INT8 translation", "shop/opus-mt-en-fr-int8", "languages is en-de, not en-fr"),
        ("acme/gull-L6-v2", "INT8 gull", "shop/gull-L12-v2-int8", "number of layers is 6, not 12"),
        ("google-bert/bert-base-cased", "INT8 BERT", "shop/bert-base-uncased-int8", "case is cased, not uncased"),
    ],
)
def test_code_that_loads_another_model(base: str, title: str, loaded: str, why: str) -> None:
    (answer,) = ask(RULES, card(loading(loaded), base, title), "snippet-other-model")
    assert loaded in answer.message
    assert why in answer.message
    assert answer.severity == "error"


def test_a_sister_in_one_of_two_blocks() -> None:
    body = loading("shop/xlnet-base-mrpc-int8") + "\n" + loading("shop/bert-base-mrpc-int8")
    (answer,) = ask(RULES, card(body, "acme/bert-base-mrpc", "INT8 BERT on MRPC"), "snippet-other-model")
    assert "its architecture is bert, not xlnet" in answer.message
    body = loading("shop/xlnet-base-mrpc") + "\n" + loading("shop/bert-base-mrpc-int8")
    assert ask(RULES, card(body, "acme/bert-base-mrpc", "INT8 BERT on MRPC"), "snippet-other-model") == []


@pytest.mark.parametrize(("title", "loaded"), [("gull-4b-int8", "gull-4b-int4"), ("gull-4b.w4a16", "gull-4b.w8a8")])
def test_the_sister_of_another_width(title: str, loaded: str) -> None:
    (answer,) = ask(RULES, card(loading(f"shop/{loaded}"), title=title), "snippet-other-model")
    assert "a model in INT" in answer.message
    assert ask(RULES, card(loading(f"shop/{title}"), title=title), "snippet-other-model") == []


def test_code_that_loads_the_sister_quantized_otherwise() -> None:
    body = "Post-training dynamic quantization.\n\n" + loading("shop/gull-4b-int8-static")
    (answer,) = ask(RULES, card(body), "snippet-other-model")
    assert "quantized dynamically" in answer.message


@pytest.mark.parametrize("command", ["hf download shop/tern-7b-int8", "vllm serve shop/tern-7b-int8 --port 8000"])
def test_a_command_that_fetches_another_model(command: str) -> None:
    (answer,) = ask(RULES, card(f"```bash\n{command}\n```\n"), "snippet-other-model")
    assert answer.at == "shop/tern-7b-int8"


@pytest.mark.parametrize(
    ("base", "title", "models"),
    [
        ("acme/gull-4b", "gull-4b-int8", ("shop/gull-4b-int8",)),
        ("acme/gull-4b", "gull-4b-int8", ("acme/gull-4b",)),
        ("acme/gull-4b", "gull-4b-int8", ("shop/gull-4b-int8", "shop/tern-7b-int8")),
        ("acme/gull-4b", "INT8 mood of reviews", ("shop/reviews-int8",)),
        ("acme/gull-4b", "Mood of reviews", ("shop/sentiment-int8",)),
        ("deepset/roberta-base-squad2", "INT8 RoBERTa on SQuAD", ("shop/roberta-base-squad2-int8",)),
        ("acme/bart-large-cnn", "INT8 BART, fine-tuned on CNN DailyMail", ("shop/bart-large-cnn-int8-dynamic",)),
        ("acme/gull-v2", "gull-int8", ("shop/gull-int8-v3",)),
        ("acme/gull-1.1b-chat", "gull-int8", ("shop/gull-1b-int8",)),
        ("acme/gull-0.5b", "gull-int8", ("shop/gull-500m-int8",)),
        ("acme/gull-large", "gull-large-int8", ("shop/gull-large-base-int8",)),
    ],
)
def test_code_that_may_load_the_cards_model(base: str, title: str, models: tuple[str, ...]) -> None:
    assert ask(RULES, card(loading(*models), base, title), "snippet-other-model") == []


def test_a_draft_beside_the_model_is_no_other_one() -> None:
    lines = 'assistant = AutoModel.from_pretrained("acme/gull-1b")\n'
    assert ask(RULES, card(loading(lines=lines)), "snippet-other-model") == []


def test_an_id_that_names_both_ways_or_a_card_of_both() -> None:
    body = "Post-training dynamic quantization.\n\n" + loading("shop/gull-4b-int8-static-dynamic")
    assert ask(RULES, card(body), "snippet-other-model") == []
    body = "## Static quantization\n\nA.\n\n## Dynamic quantization\n\nB.\n\n" + loading("shop/gull-4b-int8-static")
    assert ask(RULES, card(body), "snippet-other-model") == []


RECIPE = """\
```python
from llmcompressor import oneshot
from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("SOURCE")
oneshot(model=model, recipe=recipe)
```

```python
from transformers import AutoModel
AutoModel.from_pretrained("shop/gull-4b-int8")
```
"""


@pytest.mark.parametrize(
    "body",
    [
        RECIPE.replace("SOURCE", "corp/tern-7b"),
        RECIPE.replace("SOURCE", "corp/tern-moe"),
        "```bash\noptimum-cli export openvino --model corp/tern-7b --weight-format int8 out\n```\n",
        "```bash\noptimum-cli inc quantize \\\n  -m corp/tern-7b \\\n  --output out\n```\n",
        '```python\nfrom llmcompressor import oneshot\noneshot(model="corp/tern-7b", recipe=r)\n```\n',
    ],
)
def test_a_recipe_that_starts_from_another_model(body: str) -> None:
    (answer,) = ask(RULES, card(body), "recipe-other-model")
    assert "acme/gull-4b" in answer.message


@pytest.mark.parametrize("source", ["acme/gull-4b", "mirror/gull-4b", "./gull", "acme/gull-4b-it"])
def test_a_recipe_that_may_start_from_the_base_model(source: str) -> None:
    assert ask(RULES, card(RECIPE.replace("SOURCE", source)), "recipe-other-model") == []


def test_the_tokenizer_of_another_case() -> None:
    lines = 'AutoTokenizer.from_pretrained("google-bert/bert-base-uncased")\n'
    body = loading("shop/bert-base-cased-int8", lines=lines)
    (answer,) = ask(RULES, card(body, "google-bert/bert-base-cased", "BERT"), "recipe-other-model")
    assert "tokenizer" in answer.message
    assert ask(RULES, card(body, "google-bert/bert-base-uncased", "BERT"), "recipe-other-model") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The original fp32 model comes from the fine-tuned model [tern](https://huggingface.co/corp/tern-12b).",
        "This is a quantized version of [corp/tern-12b](https://huggingface.co/corp/tern-12b).",
        "INT8 version of `corp/tern-12b`, for CPUs.",
        "Converted from corp/tern-12b with Optimum.",
        "Original model: [tern](https://huggingface.co/corp/tern-12b)",
        (
            "This is [tern](https://huggingface.co/corp/tern-12b) model converted to OpenVINO with weights in INT8.\n\n"
            "Original model: [gull](https://huggingface.co/acme/gull-4b)"
        ),
        "Quantized from **[tern](https://huggingface.co/corp/tern-12b/tree/main)**.",
    ],
)
def test_a_base_model_that_the_text_contradicts(sentence: str) -> None:
    (answer,) = ask(RULES, card(sentence), "base-model-contradiction")
    assert answer.at == "corp/tern-12b"
    assert "acme/gull-4b" in answer.message


@pytest.mark.parametrize(
    "sentence",
    [
        "The original fp32 model comes from [gull](https://huggingface.co/acme/gull-4b).",
        "This is a fine-tuned version of [tern](https://huggingface.co/corp/tern-12b).",
        "This is [gull](https://huggingface.co/acme/gull-4b) model converted to OpenVINO.",
        "See [tern](https://huggingface.co/corp/tern), converted from [it](https://huggingface.co/corp/tern-12b).",
        "Quantized models from [corp](https://huggingface.co/corp-labs).",
        "This model is a dynamic quantization of acme/gull-4b.",
        "Converted from the model acme/gull-4b, and quantized.",
        "Gull was distilled from [tern](https://huggingface.co/corp/tern-12b).",
        "INT8 version of [gull](https://example.com/gull).",
        (
            "Quantized with [optimum](https://github.com/huggingface/optimum) from the data of "
            "[tern](https://huggingface.co/datasets/corp/tern-12b)."
        ),
        (
            "Quantized from [gull](https://huggingface.co/acme/gull-4b). Tern is a quantized version of "
            "[tern](https://huggingface.co/corp/tern-12b)."
        ),
        "This is a quantized version of [Gull-4B](https://huggingface.co/mirror/Gull-4B).",
    ],
)
def test_a_base_model_that_the_text_does_not_contradict(sentence: str) -> None:
    assert ask(RULES, card(sentence), "base-model-contradiction") == []


@pytest.mark.parametrize("relation", ["finetune", "adapter", "merge"])
def test_a_conversion_that_is_called_something_else(relation: str) -> None:
    text = card("Text.").replace("tags:", f"base_model_relation: {relation}\ntags:")
    (answer,) = ask(RULES, text, "base-model-relation")
    assert answer.at == relation


@pytest.mark.parametrize(
    ("body", "relation", "title"),
    [
        ("Text.", "quantized", "gull-4b-int8"),
        ("Text.", "finetune", "gull-4b-mood"),
        ("Made by quantization-aware training.", "finetune", "gull-4b-int8"),
        ("A LoRA on it.", "adapter", "gull-4b-int8-lora"),
    ],
)
def test_a_relation_that_may_hold(body: str, relation: str, title: str) -> None:
    text = card(body, title=title).replace("tags:", f"base_model_relation: {relation}\ntags:")
    assert ask(RULES, text, "base-model-relation") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []


def test_a_base_model_that_a_conversion_contradicts() -> None:
    own, other = "[acme/gull-mlx](https://huggingface.co/acme/gull-mlx)", "https://huggingface.co/acme/gull-4b-qat"
    text = f"---\nbase_model: acme/gull-4b\n---\n# acme/gull-mlx\n\nThe model {own} was converted to MLX format from "
    (answer,) = ask(RULES, text + f"[acme/gull-4b-qat]({other}).\n", "base-model-contradiction")
    assert "acme/gull-4b-qat" in answer.message
    assert ask(RULES, text + "[acme/gull-4b](https://huggingface.co/acme/gull-4b).\n", "base-model-contradiction") == []


@pytest.mark.parametrize(("name", "count"), [("tern-405B", 1), ("bert-base", 1), ("gull-4b-int8", 0), ("my-model", 0)])
def test_a_model_index_of_another_model(name: str, count: int) -> None:
    head = f"base_model: acme/gpt2-gull-4b\nmodel-index:\n- name: {name}\n  results: []\n"
    assert len(ask(RULES, f"---\n{head}---\n# gull-4b in Q4_0\n", "index-other-model")) == count


TWO = "# gull\n\n```python\nfrom vllm import LLM\nllm = LLM(model='{}')\n```\n\n```bash\nvllm serve {}\n```\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [("acme/gull-quantized.w8a8", "acme/gull.w8a8"), ("acme/gull-4b-FP8", "acme/gull-4b-quant-fp8")],
)
def test_a_model_that_the_code_calls_by_two_ids(first: str, second: str) -> None:
    (answer,) = ask(RULES, TWO.format(first, second), "own-id-differs")
    assert answer.at == second
    assert first in answer.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("acme/gull.w8a8", "acme/gull.w8a8"),
        ("acme/gull.w8a8", "acme/gull.w4a16"),
        ("acme/gull-FP8", "acme/gull-FP8-dynamic"),
        ("acme/gull-FP8", "corp/gull-quantized-FP8"),
        ("acme/gull-4b-FP8", "acme/gull-8b-FP8"),
        ("acme/gull-int8-onnx", "acme/gull-int8-pytorch"),
        ("acme/gull", "acme/gull-quantized"),
    ],
)
def test_models_that_are_two(first: str, second: str) -> None:
    assert ask(RULES, TWO.format(first, second), "own-id-differs") == []
