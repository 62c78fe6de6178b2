from __future__ import annotations

import pytest

from cardgen.lint.rules.citation import RULES
from tests.lint.asking import ask


def cited(entry: str, language: str = "bibtex") -> str:
    return f"# Model\n\n## Citation\n\n```{language}\n{entry}\n```\n"


WHOLE = "@misc{key,\n  author = {Ada Example and Bob Example},\n  title = {A model},\n  year = {2022},\n}"


@pytest.mark.parametrize("language", ["bibtex", "", "latex"])
def test_a_whole_citation(language: str) -> None:
    assert ask(RULES, cited(WHOLE, language)) == []


def test_a_key_without_its_comma() -> None:
    (answer,) = ask(RULES, cited(WHOLE.replace("key,", "key")))
    assert answer.rule == "citation-form"
    assert answer.remedy == "write `key,`"


def test_braces_that_do_not_match() -> None:
    (answer,) = ask(RULES, cited(WHOLE.replace("model}", "model")))
    assert (answer.rule, answer.severity) == ("citation-form", "error")


def test_a_type_that_bibtex_does_not_have() -> None:
    (answer,) = ask(RULES, cited(WHOLE.replace("@misc", "@artcle")))
    assert (answer.rule, answer.remedy, answer.at) == ("citation-type", "did you mean `@article`?", "@artcle")


@pytest.mark.parametrize("value", ["{}", '""', "{ }", "{...}"])
def test_an_empty_field(value: str) -> None:
    (answer,) = ask(RULES, cited(WHOLE.replace("{2022}", value)))
    assert (answer.rule, answer.at) == ("citation-empty", "year")


def test_a_citation_without_a_title() -> None:
    (answer,) = ask(RULES, cited("@misc{key, author = {Ada Example}}"))
    assert "no title" in answer.message


@pytest.mark.parametrize(
    "authors",
    ["Ada Example, Bob Example", "A. Example, B. Example, C. Example", "Ada, Bob, Cem, Dov", "A B, C D, E F and G H"],
)
def test_authors_that_commas_separate(authors: str) -> None:
    (answer,) = ask(RULES, cited(WHOLE.replace("Ada Example and Bob Example", authors)))
    assert (answer.rule, answer.at) == ("citation-authors", "author")


@pytest.mark.parametrize(
    "authors",
    [
        "Ada Example",
        "Example, Ada",
        "Example, Ada and Example, Bob",
        "Example, Jr., Ada",
        "van der Example, Ada Maria",
        "{Example, Inc.}",
        "Ada Example and others",
    ],
)
def test_authors_as_bibtex_reads_them(authors: str) -> None:
    assert ask(RULES, cited(WHOLE.replace("Ada Example and Bob Example", authors))) == []


@pytest.mark.parametrize("code", ["@dataclass(frozen=True)\nclass A:\n    title = 1", "@property\ndef a(): ..."])
def test_decorators_are_no_citations(code: str) -> None:
    assert ask(RULES, cited(code, "python")) == []
