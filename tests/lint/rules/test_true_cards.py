"""What is no fault, and was taken for one; and beside each, what still is one."""

from __future__ import annotations

import pytest

from cardgen.inherit.document import Table
from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.parse import parse_card
from cardgen.lint.engine import lint

HEAD = """---
license: mit
pipeline_tag: text-generation
base_model: acme/gull-4b
tags: [int8]
{more}---
# gull-4b-int8

"""
SPANNED = """<table>
<tr><th>Group</th><th>Benchmark</th><th>gull-4b</th><th>gull-4b-FP8</th><th>{recovery}</th></tr>
<tr><td rowspan="2">Leaderboard</td><td>MMLU</td><td>61.20</td><td>61.00</td><td>99.7%</td></tr>
<tr><td>Hellaswag</td><td>70.00</td><td>70.49</td><td>100.7%</td></tr>
</table>
"""
TWO_HEADS = """<table>
<thead><tr><th rowspan="2">Task</th><th colspan="2">Accuracy</th></tr>
<tr><th>FP32</th><th>INT8</th></tr></thead>
<tr><td>MMLU</td><td>61.20</td><td>61.00</td></tr>
<tr><td>RTE</td><td colspan="2">70.1</td></tr>
</table>
"""


def rules(body: str, more: str = "") -> set[str]:
    return {finding.rule for finding in lint(HEAD.format(more=more) + body, "README.md").findings}


def figures(body: str) -> list[tuple[str, str, str]]:
    facts = find_facts(parse_card(HEAD.format(more="") + body))
    return [(figure.dataset or "", figure.subject.label, f"{figure.value}") for figure in facts.figures]


@pytest.mark.parametrize(
    "recovery", ["Recovery", "Retention (%)", "Delta", "% of baseline", "Acc. retained", "Retained accuracy"]
)
def test_a_recovery_is_no_score(recovery: str) -> None:
    found = rules("### Accuracy\n\n" + SPANNED.format(recovery=recovery))
    assert not found & {"metric-range", "implausible-gain", "baselines-differ", "two-scales"}
    flat = f"| Benchmark | gull-4b | INT8 | {recovery} |\n|---|---|---|---|\n| MMLU | 61.2 | 61.0 | 100.7 |\n"
    assert not rules("### Accuracy\n\n" + flat) & {"metric-range", "implausible-gain", "baselines-differ", "two-scales"}


def test_a_score_out_of_range_is_one() -> None:
    assert "metric-range" in rules("### Accuracy\n\n" + SPANNED.format(recovery="gull-4b-int8"))


def test_cells_that_span_rows_and_columns_stand_in_all_of_them() -> None:
    assert figures("### Accuracy\n\n" + SPANNED.format(recovery="Recovery"))[2:] == [
        ("Hellaswag", "gull-4b", "70.00"),
        ("Hellaswag", "gull-4b-FP8", "70.49"),
    ]
    assert figures(TWO_HEADS)[:2] == [("MMLU", "Accuracy FP32", "61.20"), ("MMLU", "Accuracy INT8", "61.00")]


@pytest.mark.parametrize("size", ["99999", "0", "-1", "two", "", "1e3", "9" * 400])
def test_spans_that_make_no_sense_are_harmless(size: str) -> None:
    row = f"<tr><td colspan='{size}' rowspan='{size}'>MMLU</td><td>0.5</td></tr>\n"
    document = parse_card(f"<table><tr><th>Task</th><th>Accuracy</th></tr>\n{row * 300}</table>\n")
    cells = sum(len(row) for block in document.blocks if isinstance(block, Table) for row in block.rows)
    assert cells <= 20 * 602


@pytest.mark.parametrize(
    ("told", "is_told"),
    [
        ("GLUE test results:", True),
        ("MNLI-dev scores:", True),
        ("Accuracy on the validation split.", True),
        ("We report test accuracy.", True),
        ("Results (dev):", True),
        ("We tested it with great results.", False),
        ("Evaluation results:", False),
        ("It passed the test of time.", False),
    ],
)
def test_a_split_is_told_in_many_ways(told: str, is_told: bool) -> None:
    body = f"{told}\n\n| Task | Accuracy |\n|---|---|\n| SST-2 | 90.1 |\n"
    assert ("split-missing" in rules(body, "datasets: [acme/books]\n")) is not is_told


@pytest.mark.parametrize(
    ("text", "is_placeholder"),
    [
        ("TensorFlow support is coming soon.", False),
        ("Support for\nTensorFlow will be\ncoming soon.", False),
        ("The weights of that one are to be added by its authors.", False),
        ("The mask is to be filled in by the model.", False),
        ("A model of a TODO list.", False),
        ("Coming soon", True),
        ("- Paper: coming soon!", True),
        ("## Paper\n\nComing soon.", True),
        ("It is small. More results to be added.", True),
        ("| Paper | coming soon |\n|---|---|\n| a | b |", True),
        ("The licence is TBD.", True),
        ("TODO: write", True),
        ("It is small and lorem ipsum.", True),
    ],
)
def test_a_sentence_of_its_own_holds_no_place(text: str, is_placeholder: bool) -> None:
    assert ("placeholder" in rules(text + "\n")) is is_placeholder


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        (">>> f = max(\n    1,\n    2)\n", True),
        (">>> def f():\n    return 1\n\n>>> f()\n1\n", True),
        (">>> f = (1,\n>>> g = 2\n", False),
        (">>> x = = 1\n", False),
    ],
)
def test_a_session_goes_on_without_dots(code: str, runs: bool) -> None:
    assert ("snippet-syntax" in rules(f"```python\n{code}```\n")) is not runs


@pytest.mark.parametrize(
    ("text", "modules", "count"),
    [
        (
            "From [base-unquantized](https://hf.co/corp/base-unquantized), with W8A8 linear layers: `GullForCausalLM`.",
            None,
            None,
        ),
        ("Its W4A16 layers are not those of corp/base-fp32, which are kept.", None, None),
        ("The linear layers are W8A8; `lm_head` is kept in full precision.", ["lm_head"], None),
        ("8 linear layers stay in FP32.", [], 8),
        ("Layers of the class `GullDecoderLayer` are kept in FP32: `model.layers.0`.", ["model.layers.0"], None),
    ],
)
def test_what_is_said_to_stay_fp32(text: str, modules: list[str] | None, count: int | None) -> None:
    claims = find_facts(parse_card(HEAD.format(more="") + text + "\n")).fallbacks
    if modules is None:
        assert claims == ()
    else:
        (claim,) = claims
        assert ([name for name, _span in claim.modules], claim.count) == (modules, count)


@pytest.mark.parametrize(
    ("heading", "text", "is_found"),
    [
        ("Post-training dynamic quantization", "The calibration dataloader is the train dataloader.", True),
        ("Post-training static quantization", "The calibration dataloader is the train dataloader.", False),
        ("Post-training dynamic quantization", "It needs no calibration data.", False),
        ("Quantization", "The calibration dataloader is the train dataloader.", False),
    ],
)
def test_a_dynamic_quantization_has_no_calibration(heading: str, text: str, is_found: bool) -> None:
    assert ("calibration-dynamic" in rules(f"### {heading}\n\n{text}\n")) is is_found


def test_one_card_may_have_both() -> None:
    static = "### Static quantization with ONNX\n\nCalibrated on the train split.\n\n"
    assert "calibration-dynamic" not in rules(static + "### Dynamic quantization with PyTorch\n\nText.\n")


@pytest.mark.parametrize("zero", ["0", "0.0", "0.00"])
def test_zero_is_on_every_scale(zero: str) -> None:
    table = f"| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | 41.2 | {zero} |\n| F1 | 0.41 | {zero} |\n"
    assert not rules(table) & {"two-scales", "metric-range"}
