from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.base_facts import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(base: str = "facebook/bart-large-cnn", licence: str = "mit", body: str = "Text.", more: str = "") -> str:
    return f"---\nbase_model: {base}\nlicense: {licence}\n{more}\n---\n# Summaries in INT8\n\n{body}\n"


@pytest.mark.parametrize(
    ("base", "licence", "severity"),
    [
        ("facebook/bart-large-cnn", "apache-2.0", "note"),
        ("distilbert-base-uncased", "cc-by-nc-4.0", "note"),
        ("meta-llama/Llama-3.1-8B-Instruct", "apache-2.0", "warning"),
        ("deepset/roberta-base-squad2", "apache-2.0", "warning"),
    ],
)
def test_a_licence_that_is_not_the_base_models(base: str, licence: str, severity: str) -> None:
    """One that permits another is worth a word; one that does not, a warning."""
    (answer,) = ask(RULES, card(base, licence), "license-base")
    assert (answer.at, answer.severity) == (licence, severity)


@pytest.mark.parametrize(
    ("base", "licence"),
    [
        ("facebook/bart-large-cnn", "mit"),
        ("distilbert-base-uncased", "apache-2.0"),
        ("owner/distilbert-base-uncased", "mit"),
        ("owner/model", "mit"),
        ("facebook/bart-large-cnn", "other"),
        ("facebook/bart-large-cnn", "Apache"),
        ("[facebook/bart-large-cnn, owner/model]", "apache-2.0"),
    ],
)
def test_a_licence_that_may_hold(base: str, licence: str) -> None:
    assert ask(RULES, card(base, licence), "license-base") == []


def test_the_base_model_of_the_text_counts_where_the_metadata_name_none() -> None:
    text = "The original fp32 model comes from [bart](https://huggingface.co/facebook/bart-large-cnn)."
    card_text = f"---\nlicense: apache-2.0\n---\n# INT8\n\n{text}\n"
    assert len(ask(RULES, card_text, "license-base")) == 1


@pytest.mark.parametrize(
    "body", ["- **License(s):** apache-2.0", "License: Apache 2.0", "| a | b |\n|---|---|\n| License | Apache 2.0 |"]
)
def test_a_licence_that_the_text_contradicts(body: str) -> None:
    (answer,) = ask(RULES, card(body=body), "license-text")
    assert "apache-2.0" in answer.message


@pytest.mark.parametrize(
    "body",
    [
        "License: MIT",
        "License: see the base model",
        "The data have the license Apache 2.0.",
        "- **License:** MIT License",
    ],
)
def test_a_licence_that_the_text_does_not_contradict(body: str) -> None:
    assert ask(RULES, card(body=body), "license-text") == []


@pytest.mark.parametrize(
    ("base", "language", "count"),
    [
        ("facebook/wav2vec2-base-960h", "fr", 1),
        ("distilbert-base-uncased", "[de]", 1),
        ("camembert-base", "en", 1),
        ("distilbert-base-uncased", "en", 0),
        ("distilbert-base-uncased", "[de, en]", 0),
        ("distilbert-base-uncased", "en-US", 0),
        ("FacebookAI/xlm-roberta-base", "de", 0),
        ("owner/model", "de", 0),
        ("distilbert-base-uncased", "english", 0),
    ],
)
def test_the_language_of_the_base_model(base: str, language: str, count: int) -> None:
    answers = ask(RULES, card(base, "apache-2.0", more=f"language: {language}"), "language-base")
    assert len(answers) == count


@pytest.mark.parametrize(
    ("base", "more", "count"),
    [
        ("distilbert-base-uncased", "", 1),
        ("owner/model", "datasets: [squad]", 1),
        ("distilbert-base-uncased", "language: en", 0),
        ("google/vit-base-patch16-224", "datasets: [food101]", 0),
        ("owner/model", "", 0),
    ],
)
def test_a_language_that_is_missing(base: str, more: str, count: int) -> None:
    answers = ask(RULES, card(base, "apache-2.0", more=more), "language-missing")
    assert [answer.severity for answer in answers] == ["note"] * count


def test_a_base_model_that_was_fine_tuned_on_data_of_another_language() -> None:
    text = card("camembert-base", more="language: en\ndatasets: [mrpc]")
    assert ask(RULES, text, "language-base") == []


@pytest.mark.parametrize(
    ("language", "datasets", "count"),
    [("de", "[mrpc]", 1), ("de", "[mrpc, owner/german]", 0), ("[de, en]", "[mrpc]", 0), ("de", "[owner/squad]", 0)],
)
def test_the_language_of_the_data(language: str, datasets: str, count: int) -> None:
    text = card("owner/model", more=f"language: {language}\ndatasets: {datasets}")
    assert len(ask(RULES, text, "language-base")) == count


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
