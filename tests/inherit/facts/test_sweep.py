from __future__ import annotations

from tests.inherit.facts.cards import facts_of, written

CARD = r"""
# Runs

| framework | operators | per_channel | quantize | | accuracy |
|:---:|:---:|:---:|:---:|:---:|:---:|
| `onnxruntime` | `None` | `None` | `False` | \| | 0.911 |
| `onnxruntime` | `['Add', 'MatMul']` | `True` | `True` | \| | **0.490, collapsed** |

For these times, batch size = 1, input length = 224.

| framework | operators | per_channel | quantize | | latency_mean (ms) | | throughput (/s) |
|:---:|:---:|:---:|:---:|:---:|:---:|:---:|:---:|
| `pytorch` | `None` | `None` | `None` | \| | 84.34 | \| | 11.87 |
"""


def test_the_runs_of_a_sweep() -> None:
    facts = facts_of(CARD)
    assert facts.figures == ()
    assert [dict(row.parameters) for row in facts.sweep][:2] == [
        {"framework": "onnxruntime", "operators": "None", "per_channel": "None", "quantize": "False"},
        {"framework": "onnxruntime", "operators": "['Add', 'MatMul']", "per_channel": "True", "quantize": "True"},
    ]
    assert [[(figure.quantity, str(figure.value), figure.unit) for figure in row.figures] for row in facts.sweep] == [
        [("accuracy", "0.911", "")],
        [("accuracy", "0.490", "")],
        [("latency_ms", "84.34", "ms"), ("samples_per_s", "11.87", "/s")],
    ]
    assert [(row.batch_size, row.input_length) for row in facts.sweep] == [(None, None), (None, None), (1, 224)]
    assert [row.figures[0].subject.baseline for row in facts.sweep] == [True, False, True]
    assert [row.figures[0].subject.runtime for row in facts.sweep] == ["onnx", "onnx", "pytorch"]


def test_spans_of_a_sweep() -> None:
    facts = facts_of(CARD)
    assert [written(CARD, row.figures[0].span) for row in facts.sweep] == ["0.911", "0.490", "84.34"]
    assert "`pytorch`" in written(CARD, facts.sweep[-1].span)


def test_batch_size_and_input_length_may_be_columns() -> None:
    card = "| Batch size | Sequence length | Latency (ms) |\n|---|---|---|\n| 1 | 128 | 3.5 |\n| 8 | 128 | 13.5 |\n"
    assert [(row.batch_size, row.input_length) for row in facts_of(card).sweep] == [(1, 128), (8, 128)]
