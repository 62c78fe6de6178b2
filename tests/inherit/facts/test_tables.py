from __future__ import annotations

from tests.inherit.facts.cards import facts_of, rows, written


def test_measures_down_and_models_across() -> None:
    card = "# M\n\n|Model|INT8|FP32|\n|---|---|---|\n|**eval-f1**|*0.8626*|**0.8687**|\n|Model size (MiB)|~153|1,254|\n"
    assert rows(facts_of(card)) == [
        ("f1", "INT8", "0.8626", ""),
        ("f1", "FP32*", "0.8687", ""),
        ("size", "INT8", "153", "MiB"),
        ("size", "FP32*", "1254", "MiB"),
    ]


def test_models_down_and_measures_across() -> None:
    card = (
        "# M\n\n| Precision | Accuracy | Size |\n|---|---|---|\n| FP32 | 91.06% | 255 MB |\n| INT8 | 90.37 % | 65M |\n"
    )
    assert rows(facts_of(card)) == [
        ("accuracy", "FP32*", "91.06", "%"),
        ("size", "FP32*", "255", "MB"),
        ("accuracy", "INT8", "90.37", "%"),
        ("size", "INT8", "65", "M"),
    ]


def test_spans_hold_the_number_alone() -> None:
    card = "# M\n\n| | INT8 | FP32 |\n|---|---|---|\n| Accuracy | **0.9037** [0.9, 0.91] | 0.9037 |\n"
    facts = facts_of(card)
    assert [written(card, figure.span) for figure in facts.figures] == ["0.9037", "0.9037"]
    assert facts.figures[0].span.start == card.index("**0.9037") + 2
    assert facts.figures[1].span.start == card.rindex("0.9037")


def test_a_row_names_variant_and_measure() -> None:
    card = """\
| Variant | Measure | INT8 | FP32 | INT8 − FP32 |
|---|---|---|---|---|
| `pytorch` | Accuracy | **0.9342** [0.92, 0.94] | 0.9345 [0.92, 0.94] | −0.0003 [−0.0009, 0.0000], within noise |
| `onnx` | Size of the weights | **0.87 MB** | 3.15 MB | 27.6 % of FP32 |
"""
    facts = facts_of(card)
    assert rows(facts) == [
        ("accuracy", "pytorch", "0.9342", ""),
        ("accuracy", "pytorch*", "0.9345", ""),
        ("size", "onnx", "0.87", "MB"),
        ("size", "onnx*", "3.15", "MB"),
    ]
    assert [figure.subject.runtime for figure in facts.figures] == ["pytorch", "pytorch", "onnx", "onnx"]


def test_a_column_without_a_runtime_beside_those_with_one_has_none() -> None:
    header = "| | PyTorch INT8 | ONNX INT8 | FP32 |\n|---|---|---|---|\n"
    card = f"## Load the ONNX model\n\n{header}| Accuracy | 0.9037 | 0.9060 | 0.9106 |\n"
    assert [figure.subject.runtime for figure in facts_of(card).figures] == ["pytorch", "onnx", None]


def test_pairs_in_one_cell() -> None:
    card = "# M\n\n| | INT8 / FP32 |\n|---|---|\n| rougeLsum | 41.22 / 41.53 |\n"
    assert rows(facts_of(card)) == [("rougeLsum", "INT8", "41.22", ""), ("rougeLsum", "FP32*", "41.53", "")]


def test_a_pair_that_nothing_names_is_left_out() -> None:
    assert rows(facts_of("# M\n\n| | INT8 |\n|---|---|\n| F1 | 41.22 / 41.53 |\n")) == []


def test_tasks_across_make_scores_of_a_dataset() -> None:
    card = "# M\n\n| Task | MNLI-(m/mm) | SST-2 | CoLA |\n|---|---|---|---|\n| | 84.6/83.4 | 91.3 | 51.3 |\n"
    assert [(figure.quantity, figure.dataset, str(figure.value)) for figure in facts_of(card).figures] == [
        ("score", "MNLI-m", "84.6"),
        ("score", "MNLI-mm", "83.4"),
        ("score", "SST-2", "91.3"),
        ("score", "CoLA", "51.3"),
    ]


def test_benchmarks_down() -> None:
    card = "# M\n\n| Benchmark | BF16 | W8A8 | Recovery (%) |\n|---|---|---|---|\n| GSM8K | 80.0 | 79.2 | 99.0 |\n"
    facts = facts_of(card)
    assert rows(facts) == [("score", "BF16", "80.0", ""), ("score", "W8A8", "79.2", "")]
    assert {figure.dataset for figure in facts.figures} == {"GSM8K"}


def test_an_empty_dataset_cell_repeats_the_one_above() -> None:
    header = "| Tasks | n-shot | Metric | Value | | Stderr |\n|---|---|---|---|---|---|\n"
    card = f"# M\n\n{header}| arc_easy | 0 | acc | 0.70 | ± | 0.01 |\n| | 0 | acc_norm | 0.71 | ± | 0.01 |\n"
    assert [(figure.quantity, figure.dataset) for figure in facts_of(card).figures] == [
        ("accuracy", "arc_easy"),
        ("acc_norm", "arc_easy"),
    ]


def test_a_row_named_like_the_base_model_is_the_baseline() -> None:
    card = (
        "---\nbase_model: acme/films\n---\n| Model | Accuracy |\n|---|---|\n| films | 0.91 |\n| films-int8 | 0.90 |\n"
    )
    assert rows(facts_of(card)) == [("accuracy", "films*", "0.91", ""), ("accuracy", "films-int8", "0.90", "")]


def test_what_is_no_result() -> None:
    card = """\
| Package | Version |
|---|---|
| sacrebleu | 2.5 |

| Epoch | Training Loss | Accuracy |
|---|---|---|
| 1 | 0.52 | 0.81 |
| 2 | 0.31 | 0.85 |

| Label | Precision | Recall |
|---|---|---|
| good | 0.91 | 0.88 |

| | INT8 | FP32 |
|---|---|---|
| Accuracy loss | 0.76 % | 0 |
| Speedup | 2.5x | 1x |
| Batch size | 8 | 8 |
| ONNX opset | 18 | 18 |
"""
    facts = facts_of(card)
    assert facts.figures == ()
    assert facts.sweep == ()


def test_rows_that_only_something_unknown_tells_apart_are_left_out() -> None:
    header = "| Metric | Value | Rank |\n|---|---|---|\n"
    card = f"# M\n\n{header}| Accuracy | 0.91 | 1 |\n| Accuracy | 0.52 | 2 |\n| F1 | 0.88 | 1 |\n"
    assert ("accuracy", "M", "0.91", "") not in rows(facts_of(card))
    assert ("f1", "M", "0.88", "") in rows(facts_of(card))


def test_a_list_of_trials_gives_no_results() -> None:
    card = """\
# M

| Trial | In FP32 | Accuracy | Samples |
|---:|---|---:|---:|
| 1 | nothing | 0.9012 | 872 |
| 2 | `classifier` | 0.9401 | 872 |

| | INT8 | FP32 |
|---|---|---|
| Accuracy | 0.9103 | 0.9188 |
"""
    assert rows(facts_of(card)) == [("accuracy", "INT8", "0.9103", ""), ("accuracy", "FP32*", "0.9188", "")]


def test_datasets_across_beside_a_size() -> None:
    card = (
        "# M\n\n| | MNLI-m | SST-2 | Size (MB) | Latency, ms |\n|---|---|---|---|---|\n"
        "| FP32 | 90.59 | 95.1 | 1421 | 95.2 |\n| INT8 | 90.31 | 94.9 | 358 | 30.1 |\n"
    )
    found = [(figure.quantity, figure.dataset, figure.subject.baseline) for figure in facts_of(card).figures]
    assert found == [
        ("score", "MNLI-m", True),
        ("score", "SST-2", True),
        ("size", None, True),
        ("latency_ms", None, True),
        ("score", "MNLI-m", False),
        ("score", "SST-2", False),
        ("size", None, False),
        ("latency_ms", None, False),
    ]


def test_a_sections_title_makes_no_score_of_a_time() -> None:
    table = "| Task | INT8 | FP32 |\n|---|---|---|\n| Waiting | 476s | 490s |\n| GSM8K | 61.2 | 62.1% |\n"
    card = f"# M\n\n## Accuracy\n\n{table}"
    assert rows(facts_of(card)) == [("accuracy", "INT8", "61.2", ""), ("accuracy", "FP32*", "62.1", "%")]


def test_a_sections_title_makes_no_rate_of_another_one() -> None:
    table = "| | INT8 | FP32 |\n|---|---|---|\n| output tok/s | 47 | 20 |\n| Waiting | 4 s | 9 s |\n"
    card = f"# M\n\n## Throughput\n\n{table}"
    assert rows(facts_of(card)) == []
    assert len(rows(facts_of(card.replace("output tok/s", "gull-int8")))) == 2
