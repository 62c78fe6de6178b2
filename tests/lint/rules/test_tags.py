from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.lint.reading.vocabulary import TAGS
from cardgen.lint.rules.tags import RULES
from tests.lint.asking import ask


def tagged(*tags: str) -> str:
    return "---\ntags:\n" + "".join(f"  - {tag}\n" for tag in tags) + "---\n"


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("text-classfication", "text-classification"),
        ("text-classificatoin", "text-classification"),
        ("Text Classification", "text-classification"),
        ("quantised", "quantized"),
        ("quantizedd", "quantized"),
        ("onxruntime", "onnxruntime"),
        ("neural_compressor", "neural-compressor"),
        ("onxx", "onnx"),
    ],
)
def test_a_slip_of_a_known_tag(tag: str, meant: str) -> None:
    (answer,) = ask(RULES, tagged(tag), "tag-near-miss")
    assert answer.at == tag
    assert answer.remedy == f"write `{meant}`"


@pytest.mark.parametrize(
    "tag",
    [
        "text2text-generation",
        "PostTrainingStatic",
        "llama-3",
        "mt5",
        "qwen3",
        "transformer",
        "exbert",
        "opset-13",
        "finetune",
        "bark",
        "gpt2",
    ],
)
def test_a_tag_of_its_own(tag: str) -> None:
    assert ask(RULES, tagged(tag)) == []


def test_every_known_tag_is_itself() -> None:
    assert ask(RULES, tagged(*PIPELINE_TAGS, *sorted(TAGS)), "tag-near-miss") == []


@pytest.mark.parametrize("tag", ["Intel® Neural Compressor", "two words", "a,b", "50%"])
def test_a_tag_with_signs_in_it(tag: str) -> None:
    (answer,) = ask(RULES, tagged(tag), "tag-odd")
    assert answer.severity == "note"
    assert answer.at == tag


@pytest.mark.parametrize("tag", ["arxiv:1910.01108", "en", "région", "region:us"])
def test_a_tag_without_signs(tag: str) -> None:
    assert ask(RULES, tagged(tag), "tag-odd") == []


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=50), max_size=4))
def test_any_tags_can_be_asked_about(tags: list[str]) -> None:
    quoted = ["'" + tag.replace("'", "''") + "'" for tag in tags]
    assert {answer.rule for answer in ask(RULES, tagged(*quoted))} <= {rule.id for rule in RULES}


def test_a_tag_that_the_hub_makes_of_a_key() -> None:
    (answer,) = ask(RULES, "---\ntags: ['license:mit', 'arxiv:1', 'region:us']\n---\n# Gull\n", "tag-odd")
    assert (answer.at, answer.remedy) == ("'license:mit'", "write `license: mit`")
    assert ask(RULES, "---\nlicense: mit\ntags: ['license:mit']\n---\n# Gull\n", "tag-odd") == []
