"""Files that the real tools wrote, by the scripts of `scripts/`, as `files/README.md` tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.entry import read_results, results_of

FILES = Path(__file__).parent / "files"
HIDDEN = "the model is named by a path of the machine that measured, which is not told"


def told(name: str) -> ResultsFile:
    return read_results(FILES / name)


def figure(results: ResultsFile, metric: str, task: str | None = None, variant: str | None = None) -> Figure:
    (found,) = (
        one for one in results.figures if (one.metric, one.task) == (metric, task) and variant in (None, one.variant)
    )
    return found


def fields(one: Figure, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in names)


def test_lm_eval_tells_value_error_and_all_conditions_of_each_task() -> None:
    results = told("lm_eval-whole.json")
    assert (results.tool, results.tool_version, results.model, results.revision) == ("lm-eval", "0.4.13", None, None)
    assert results.findings == (HIDDEN,)
    assert results.computed_in == "float32"
    assert figure(results, "acc", "colours") == Figure(
        metric="acc",
        value=0.4166666666666667,
        higher_is_better=True,
        standard_error=0.1486470975026408,
        samples=12,
        task="colours",
        task_version="2",
        part_of="both",
        few_shot=2,
        chat_template=False,
        limit="all",
        settings=(Setting(name="few-shot seed", value="1234"),),
    )


def test_lm_eval_has_a_value_by_filter_and_a_group_the_samples_of_its_metric() -> None:
    results = told("lm_eval-whole.json")
    assert {one.variant for one in results.figures if one.task == "sums"} == {"strict", "word"}
    group = figure(results, "acc", "both")
    # sample_len of the group is 24: that of all its tasks, and not of those that have the metric
    assert fields(group, "group", "samples", "task_version", "few_shot") == (True, 12, "3", None)
    perplexity = figure(results, "word_perplexity", "words")
    assert fields(perplexity, "standard_error", "higher_is_better") == (None, False)


def test_lm_eval_counts_samples_after_its_limit() -> None:
    limited = figure(told("lm_eval-limited.json"), "acc", "colours")
    assert fields(limited, "samples", "limit", "few_shot") == (5, 5, 0)


def test_inspect_ai_counts_samples_and_not_epochs() -> None:
    results = told("inspect_ai-greetings.json")
    assert (results.tool, results.tool_version, results.model) == ("inspect_ai", "0.3.285", "mockllm/model")
    assert figure(results, "accuracy", "greetings", "match") == Figure(
        metric="accuracy",
        variant="match",
        value=0.5,
        standard_error=0.28867513459481287,
        samples=4,
        task="greetings",
        task_version="3",
        limit=4,
        settings=(Setting(name="epochs", value="2"),),
    )
    assert told("inspect_ai-broken.json").findings == (
        "the run did not end well (status error), and the file holds no results",
    )


def test_evaluate_tells_what_it_was_given_and_no_interpreter() -> None:
    results = told("evaluate-plain.json")
    assert (results.tool, results.tool_version, results.model) == ("evaluate", "0.4.6", "org/tiny")
    assert [(one.metric, one.value, one.task) for one in results.figures] == [
        ("accuracy", 0.9271, "colours"),
        ("f1", 0.88, "colours"),
    ]


def test_llama_cpp_tells_a_perplexity_and_the_tokens_that_it_is_of() -> None:
    results = told("llama_cpp-perplexity.txt")
    assert (results.tool, results.tool_version, results.model) == ("llama.cpp", "b6653 (050fc7f3)", "Tiny 135M")
    (found,) = results.figures
    assert fields(found, "metric", "value", "standard_error", "samples") == ("PPL", 18.4271, 0.3316, 64 * 255)
    assert results.findings == ()


@pytest.mark.parametrize(
    ("metric", "value", "error", "unit"),
    [
        ("Mean KLD", 0.06901, 0.00512, None),
        ("0.1% KLD", -0.000004, None, None),
        ("Same top p", 82.549, 1.683, "%"),
        ("Cor(ln(PPL(Q)), ln(PPL(base)))", 99.14, None, "%"),
        ("Mean Δp", -0.812, 0.3, "%"),
    ],
)
def test_llama_cpp_tells_a_divergence(metric: str, value: float, error: float | None, unit: str | None) -> None:
    results = told("llama_cpp-kl-divergence.txt")
    assert fields(figure(results, metric), "value", "standard_error", "unit") == (value, error, unit)
    assert results.findings == ()


def test_sentence_transformers_tells_the_last_evaluation_by_the_evaluators_own_names() -> None:
    results = told("similarity_evaluation_pairs-dev_results.csv")
    assert (results.tool, results.tool_version, results.model) == ("sentence-transformers", None, None)
    assert results.findings == ("the file holds 2 evaluations, of which the last is told",)
    assert [one.metric for one in results.figures] == ["pearson_cosine", "spearman_cosine"]
    last = results.figures[1]
    assert fields(last, "value", "task", "variant") == (0.2797202797202798, "pairs-dev", "similarity")
    assert last.settings == (Setting(name="epoch", value="1"), Setting(name="steps", value="20"))
    (triplet,) = told("triplet_evaluation_triples_results.csv").figures
    assert fields(triplet, "metric", "value", "task", "settings") == (
        "accuracy_cosine",
        0.8333333134651184,
        "triples",
        (),
    )
    retrieval = told("Information-Retrieval_evaluation_tiny_results.csv")
    assert figure(retrieval, "NDCG@10_cosine", "tiny").value == 0.5903382790366966


def test_the_trainer_tells_its_evaluation_and_not_its_training() -> None:
    for name in ("all", "eval"):
        results = told(f"trainer-{name}_results.json")
        assert (results.tool, results.tool_version, results.model, results.findings) == ("transformers", None, None, ())
        accuracy = figure(results, "accuracy")
        assert fields(accuracy, "value", "samples", "variant") == (0.5833333333333334, 24, "eval")
        assert figure(results, "runtime").unit == "s"
        assert not [one for one in results.figures if one.metric.startswith("train")]
    assert told("trainer-train_results.json").findings == ("the file tells of training alone: it holds no evaluation",)


def test_lm_eval_tells_a_chat_template_by_its_hash() -> None:
    chat = figure(told("lm_eval-chat.json"), "acc", "colours")
    assert fields(chat, "chat_template", "few_shot") == (True, 2)
    settings = {setting.name: setting.value for setting in chat.settings}
    assert len(settings["chat template SHA-256"]) == 64
    assert settings["few-shot as multiturn"] == "yes"


def test_optimum_benchmark_tells_what_its_throughputs_count() -> None:
    results = told("optimum_benchmark-report.json")
    assert (results.tool, results.model, results.findings) == ("optimum-benchmark", None, ())
    latency = figure(results, "generate.latency.mean")
    assert fields(latency, "unit", "samples", "standard_error", "higher_is_better") == ("s", 3, None, False)
    throughput = figure(results, "generate.throughput")
    # two inputs, and of each three tokens after the first: the file itself says samples/s
    assert throughput.value * latency.value == pytest.approx(6)
    assert fields(throughput, "unit", "higher_is_better") == ("tokens/s", True)
    assert figure(results, "prefill.throughput").unit == "samples/s"
    assert {one.metric for one in results.figures if "stdev" in one.metric or one.metric.startswith("load")} == set()


def test_optimum_benchmark_counts_samples_where_latency_is_not_taken_by_token() -> None:
    content = json.loads((FILES / "optimum_benchmark-report.json").read_text(encoding="utf-8"))
    content["per_token"] = dict.fromkeys(content["per_token"])
    results = results_of(Document("mine", "mine.json", json.dumps(content).encode()))
    assert figure(results, "generate.throughput").unit == "samples/s"


def test_lighteval_tells_the_task_apart_from_its_few_shot_count_and_no_samples() -> None:
    results = told("lighteval-colours.json")
    assert (results.tool, results.tool_version, results.model, results.revision) == ("lighteval", None, None, None)
    assert results.findings == (HIDDEN,)
    assert results.figures == (
        Figure(
            metric="acc",
            value=0.25,
            higher_is_better=True,
            standard_error=0.16366341767699427,
            task="colours",
            task_version="4",
            few_shot=2,
            limit=8,
            settings=(Setting(name="hash of the examples", value="0d5b1e3e4b5de94b"),),
        ),
    )


def test_the_trainer_tells_several_datasets_apart() -> None:
    content = {"eval_loss": 0.1, "eval_runtime": 1.0, "eval_en_loss": 0.2, "eval_en_runtime": 1.0, "epoch": 1.0}
    results = results_of(Document("mine", "all_results.json", json.dumps(content).encode()))
    assert [(one.variant, one.metric, one.value) for one in results.figures if one.unit is None] == [
        ("eval", "loss", 0.1),
        ("eval_en", "loss", 0.2),
    ]


def test_optimum_benchmark_tells_the_machine_that_its_latencies_are_of() -> None:
    """As in benchmark.json, which holds both of its other files."""
    config, report = (
        json.loads((FILES / f"optimum_benchmark-{name}.json").read_text(encoding="utf-8"))
        for name in ("config", "report")
    )
    content = json.dumps({"config": config, "report": report})
    results = results_of(Document("mine", "benchmark.json", content.encode()))
    assert (results.tool_version, results.model, results.findings) == ("0.6.0", None, (HIDDEN,))
    settings = {setting.name: setting.value for setting in figure(results, "decode.latency.p50").settings}
    assert settings == {
        "batch size": "2",
        "sequence length": "8",
        "max new tokens": "4",
        "min new tokens": "4",
        "device": "cpu",
        "processor": "AMD EPYC",
        "processor count": "2",
    }


def test_a_local_model_has_no_revision_though_lm_eval_says_main() -> None:
    file = FILES.parents[2] / "manifests" / "names" / "results" / "gguf-Q4_0.json"
    results = read_results(file)
    assert (results.model, results.model_file, results.revision) == ("names-gguf", "names-Q4_0.gguf", None)
    assert '"model_revision": "main"' in file.read_text(encoding="utf-8")
