from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of, written


@pytest.mark.parametrize(
    ("card", "base"),
    [
        ("---\nbase_model: acme/films\n---\n# M\n", "acme/films"),
        ("---\nbase_model:\n- acme/films\n---\n# M\n", "acme/films"),
        ("# M\n\nThe original fp32 model is [films](https://huggingface.co/acme/films).\n", "acme/films"),
        ("# M\n\nIt was fine-tuned from [x](https://huggingface.co/acme/films/tree/main) here.\n", "acme/films"),
        ("# M\n\nQuantized from [films](https://huggingface.co/distilbert-base-uncased).\n", "distilbert-base-uncased"),
        ("# ONNX export of distilbert-base-uncased\n", "distilbert-base-uncased"),
        ("# M\n\nTwo INT8 versions of `acme/films`, for films.\n", "acme/films"),
        ("# M\n\n* **name_or_path**: `distilbert-base-uncased`\n", "distilbert-base-uncased"),
        ("# M\n\nIt was converted to GGUF format from [`f`](https://huggingface.co/acme/films).\n", "acme/films"),
        ("# M\n\nMade by quantizing the weights of [f](https://huggingface.co/acme/films).\n", "acme/films"),
        ("# M\n\nThe pruned model was taken from [here](https://huggingface.co/acme/films).\n", "acme/films"),
    ],
)
def test_what_it_was_made_of(card: str, base: str) -> None:
    ((name, span),) = facts_of(card).base_models
    assert name == base
    assert written(card, span) == base


@pytest.mark.parametrize(
    "text",
    [
        "A distilled version of [BERT](https://huggingface.co/bert-base-uncased).",
        "You need a newer version of `transformers` for that.",
        "See [the docs](https://huggingface.co/docs/transformers) of the original FP32 model.",
        "The original fp32 model was good. See also [this](https://huggingface.co/acme/other).",
    ],
)
def test_what_is_no_base(text: str) -> None:
    assert facts_of(f"# M\n\n{text}\n").base_models == ()


def test_one_model_is_named_once() -> None:
    card = (
        "---\nbase_model: acme/films\n---\n# M\n\nThe original model is [films](https://huggingface.co/acme/films).\n"
    )
    assert len(facts_of(card).base_models) == 1


FILES = "[a](https://huggingface.co/acme/{}/blob/main/a.gguf) [b](https://huggingface.co/acme/{}/blob/main/b.gguf)\n"
SNIPPET = "```python\nM.from_pretrained('{}')\n```\n"


@pytest.mark.parametrize(
    ("card", "repo_id"),
    [
        ("# M\n\n" + SNIPPET.format("acme/films-int8"), "acme/films-int8"),
        ("# ONNX export of distilbert-base-uncased\n\n" + SNIPPET.format("distilbert-base-uncased"), None),
        ("---\nmodel-index:\n- name: films-int8\n---\n# M\n", "films-int8"),
        ("---\nmodel-index:\n- name: films-int8\n---\n# M\n\n" + SNIPPET.format("acme/films-int8"), "acme/films-int8"),
        (
            "---\nmodel-index:\n- name: films-int8\n---\n[talk](https://huggingface.co/acme/films-int8/discussions)\n",
            "acme/films-int8",
        ),
        ("# M\n\n" + SNIPPET.format("acme/films") + "\n" + SNIPPET.format("acme/films-int8"), "acme/films-int8"),
        ("---\nmodel-index:\n- name: terns\n  results: []\n---\n# M\n", None),
        ("# acme/films-GGUF\n", "acme/films-GGUF"),
        ("---\nbase_model: acme/films\n---\n# acme/films\n", None),
        ("# M\n\n```sh\nvllm serve acme/films-FP8 --port 8\n```\n", "acme/films-FP8"),
        ("# M\n\n```sh\nllama-server -hf acme/films-GGUF\n```\n", "acme/films-GGUF"),
        ("# M\n\n" + FILES.format("films-GGUF", "films-GGUF"), "acme/films-GGUF"),
        ("# M\n\n" + FILES.format("films-GGUF", "terns-GGUF"), None),
    ],
)
def test_the_cards_own_id(card: str, repo_id: str | None) -> None:
    assert facts_of(card).repo_id == repo_id


def test_datasets_of_metadata_and_links() -> None:
    card = "---\ndatasets: [sst2]\n---\nOn [this](https://huggingface.co/datasets/acme/films/viewer) and [sst](https://huggingface.co/datasets/sst2).\n"
    assert facts_of(card).datasets == ("sst2", "acme/films")
