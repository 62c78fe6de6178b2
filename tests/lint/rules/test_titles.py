from __future__ import annotations

import pytest

from cardgen.lint.rules.titles import RULES
from tests.lint.asking import ask


@pytest.mark.parametrize(
    "body", ["Text alone.", "## Use\n\nText.", "## Use\n\nText.\n\n# Citation\n\nText.", "# One\n\n# Two\n"]
)
def test_a_card_without_its_one_title(body: str) -> None:
    (answer,) = ask(RULES, f"{body}\n", "title-count")
    assert answer.severity == "note"


def test_a_card_with_its_title() -> None:
    assert ask(RULES, "# One\n\n## Two\n\n### Three\n", "title-count") == []


def titled(title: str, base: str) -> str:
    return f"---\nbase_model: {base}\n---\n# {title}\n"


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("INT8 DistilBart finetuned on news", "facebook/bart-large-cnn"),
        ("INT8 Distil-BART for news", "facebook/bart-large-cnn"),
        ("INT8 BERT base", "distilbert/distilbert-base-uncased"),
        ("BART base, quantized", "facebook/bart-large-cnn"),
        ("TinyBERT in ONNX", "google-bert/bert-base-uncased"),
        ("tern-12b-int8", "acme/gull-4b"),
        ("INT8 BERT base cased", "google-bert/bert-base-uncased"),
        ("opus-mt-en-fr in INT8", "Helsinki-NLP/opus-mt-en-de"),
        ("INT8 BERT base uncased finetuned MRPC", "owner/bert-base-uncased-qnli"),
        ("INT8 gull large", "owner/gull-base"),
    ],
)
def test_a_title_of_another_model(title: str, base: str) -> None:
    (answer,) = ask(RULES, titled(title, base), "title-contradiction")
    assert base in answer.message


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("INT8 BART large, fine-tuned on CNN DailyMail", "facebook/bart-large-cnn"),
        ("INT8 DistilBERT base uncased finetuned on SQuAD", "distilbert/distilbert-base-uncased-distilled-squad"),
        ("DistilBERT distilled from BERT", "google-bert/bert-base-uncased"),
        ("A base model in INT8", "facebook/bart-large-cnn"),
        ("XLM-RoBERTa base, trained on large corpora", "FacebookAI/xlm-roberta-base"),
        ("Sentiment in INT8", "owner/model"),
        ("GPT-2 in ONNX", "openai-community/gpt2"),
        ("Gull 4B in INT8", "acme/gull-4b"),
        ("Mixtral 8x7B (47B) in INT8", "owner/mixtral-8x7b"),
        ("INT8 RoBERTa base finetuned on SQuAD v2", "deepset/roberta-base-squad2"),
        ("INT8 opus-mt", "Helsinki-NLP/opus-mt-en-de"),
        ("INT8 gull large finetuned on CNN DailyMail", "acme/gull-large-finetuned-xsum-cnn"),
        ("INT8 gull finetuned on CNN DailyMail", "acme/gull-tuned-cnn-xsum"),
    ],
)
def test_a_title_that_fits(title: str, base: str) -> None:
    assert ask(RULES, titled(title, base), "title-contradiction") == []
