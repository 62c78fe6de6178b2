from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inherit.facts.cards import facts_of, written

FILES_AND_HOSTS = (
    "py",
    "md",
    "json",
    "yml",
    "yaml",
    "bin",
    "onnx",
    "txt",
    "com",
    "org",
    "co",
    "io",
    "net",
    "htm",
    "html",
)
NAMES = st.lists(
    st.from_regex(r"[a-z][a-z_]{2,8}(\.[0-9]{1,2}|\.[a-z][a-z_]{1,8}){2,5}", fullmatch=True)
    # Such a name is taken for a file's or a host's, which cards are full of.
    .filter(lambda name: name.rpartition(".")[2] not in FILES_AND_HOSTS),
    min_size=1,
    max_size=60,
)


@given(NAMES, st.sampled_from(["**'{}'**", "`{}`", "**{}**", "'{}'", "{}"]))
def test_every_module_of_a_list_is_found_in_its_place(names: list[str], mark: str) -> None:
    listed = ", ".join(mark.format(name) for name in names)
    card = f"# M\n\nThese linear modules ({len(names)}/193) fall back to fp32:\n{listed}\n"
    (claim,) = facts_of(card).fallbacks
    assert [name for name, _span in claim.modules] == names
    assert [written(card, span) for _name, span in claim.modules] == names
    assert len({span for _name, span in claim.modules}) == len(names)
    assert (claim.count, claim.total) == (len(names), 193)


@pytest.mark.parametrize(
    "block",
    [
        "- lm_head\n- `model.embed`\n- classifier",
        "```\nlm_head\nmodel.embed\nclassifier\n```",
        "<details>\n<summary>3 modules</summary>\n\n- `lm_head`\n- `model.embed`\n- `classifier`\n\n</details>",
    ],
)
def test_a_list_behind_its_introduction(block: str) -> None:
    card = f"# M\n\nThese layers are not quantized:\n\n{block}\n\nMore words follow here.\n"
    (claim,) = facts_of(card).fallbacks
    assert [name for name, _span in claim.modules] == ["lm_head", "model.embed", "classifier"]


def test_a_folded_list_of_our_own_cards() -> None:
    card = (
        "| | `onnx` |\n|---|---|\n| Format | ONNX |\n| Linear modules in FP32 | 2 of 14 |\n\n"
        "In `onnx`, these Linear modules stayed FP32, as the manifest asks: <details>\n<summary>2 modules</summary>\n\n"
        "- `a.b.c`\n- `lm_head`\n\n</details>\n"
    )
    (claim,) = facts_of(card).fallbacks
    assert [name for name, _span in claim.modules] == ["a.b.c", "lm_head"]
    assert (claim.subject.label, claim.count) == ("onnx", 2)


def test_a_tables_count_joins_the_list() -> None:
    card = (
        "| | `pytorch` | `onnx` |\n|---|---|---|\n| Format | PyTorch | ONNX |\n"
        "| Linear modules in FP32 | 1 of 14 | 0 of 14 |\n\n"
        "In `pytorch`, this Linear module stayed FP32, as the manifest asks: `classifier`\n"
    )
    claims = facts_of(card).fallbacks
    assert [(claim.subject.label, len(claim.modules), claim.count, claim.total) for claim in claims] == [
        ("pytorch", 1, 1, 14),
        ("onnx", 0, 0, 14),
    ]


@pytest.mark.parametrize(
    ("text", "count", "total"),
    [
        ("12 of 37 linear layers were kept in FP32.", 12, 37),
        ("All 193 linear modules are quantized, none of the layers remain in FP32.", 0, None),
        ("No linear layers remain in FP32.", 0, None),
        ("Fallback to fp32 happens for 40 modules.", 40, None),
    ],
)
def test_counts_without_a_list(text: str, count: int, total: int | None) -> None:
    (claim,) = facts_of(f"# M\n\n{text}\n").fallbacks
    assert (claim.modules, claim.count, claim.total) == ((), count, total)


@pytest.mark.parametrize(
    "text",
    [
        "153 of 193 linear modules are quantized, and the rest stays in FP32.",
        "The tokenizer falls back to the slow one.",
        "FP32 is the base model in the same runtime.",
    ],
)
def test_what_counts_no_fallback(text: str) -> None:
    assert facts_of(f"# M\n\n{text}\n").fallbacks == ()


def test_names_of_the_next_sentence_do_not_count() -> None:
    card = "# M\n\nThe module **a.b.lin2** falls back to fp32. Then `int8_model` is saved as `pytorch_model.bin`.\n"
    (claim,) = facts_of(card).fallbacks
    assert [name for name, _span in claim.modules] == ["a.b.lin2"]
