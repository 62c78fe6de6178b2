from __future__ import annotations

import pytest

from cardgen.lint.rules.metadata import RULES
from tests.lint.asking import ask

WHOLE = """
    ---
    license: mit
    language: [en, "no"]
    pipeline_tag: text-classification
    tags: [int8, onnx]
    datasets: [glue, owner/data]
    metrics: [accuracy, rougeLsum]
    base_model: owner/model
    ---
    # INT8 model
"""


def without(key: str) -> str:
    return "\n".join(line for line in WHOLE.splitlines() if not line.strip().startswith(f"{key}:"))


def test_whole_metadata_have_no_fault() -> None:
    assert ask(RULES, WHOLE) == []


INDEX = """model-index:
      - name: model
        results:
          - task: {type: TASK, name: Task}
            dataset: {type: owner/data, name: Data, split: test, revision: main}
            metrics: [{type: accuracy, value: 0.9, name: Accuracy}]
"""


@pytest.mark.parametrize(("task", "rules"), [("multiple-choice", []), ("fill-mask", ["pipeline-tag-missing"])])
@pytest.mark.parametrize("told", ["tags", "index"])
def test_a_task_that_the_hub_has_no_tag_for(task: str, rules: list[str], told: str) -> None:
    card = without("pipeline_tag")
    if told == "tags":
        card = card.replace("tags: [int8, onnx]", f"tags: [int8, onnx, {task}]")
    else:
        card = card.replace("base_model:", INDEX.replace("TASK", task) + "    base_model:")
    assert [answer.rule for answer in ask(RULES, card, "pipeline-tag-missing")] == rules


def test_a_card_without_front_matter() -> None:
    (answer,) = ask(RULES, "# INT8 model\n")
    assert answer.rule == "front-matter-missing"
    assert answer.severity == "error"


def test_front_matter_that_is_no_yaml() -> None:
    answers = ask(RULES, "---\ntags: [int8\n---\n# INT8 model\n")
    assert [answer.rule for answer in answers] == ["front-matter-unreadable"]


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("license", "license-missing"),
        ("pipeline_tag", "pipeline-tag-missing"),
        ("base_model", "base-model-missing"),
    ],
)
def test_a_key_that_is_missing(key: str, rule: str) -> None:
    (answer,) = ask(RULES, without(key))
    assert (answer.rule, answer.severity) == (rule, "warning")
    assert key in answer.message


def test_the_base_model_is_named_where_the_text_tells_it() -> None:
    card = without("base_model") + "\n    It was quantized from [owner/model](https://huggingface.co/owner/model).\n"
    (answer,) = ask(RULES, card, "base-model-missing")
    assert answer.remedy == "write `base_model: owner/model`"


@pytest.mark.parametrize(
    "card",
    [
        "---\nlicense: mit\n---\n# A model trained from nothing\n",
        "---\ntags: [int8]\n---\n# A model\n\nIts FP32 model is not on the Hub.\n",
    ],
)
def test_a_model_needs_no_base_model_where_it_has_none_on_the_hub(card: str) -> None:
    assert ask(RULES, card, "base-model-missing") == []


def test_the_task_is_proposed_from_the_tags() -> None:
    (answer,) = ask(RULES, "---\ntags: [question-answering]\n---\n# Model\n", "pipeline-tag-missing")
    assert answer.remedy == "write `pipeline_tag: question-answering`"


def test_a_metric_that_the_hub_does_not_know() -> None:
    (answer,) = ask(RULES, WHOLE.replace("[accuracy,", "[accuracy, seconds_in_total,"), "metric-unknown")
    assert answer.at == "seconds_in_total"
    assert "model-index" in answer.remedy


def test_a_metric_that_is_misspelt() -> None:
    (answer,) = ask(RULES, WHOLE.replace("[accuracy,", "[acuracy,"), "metric-unknown")
    assert answer.remedy == "did you mean `accuracy`?"


def test_a_metric_of_ones_own_that_has_a_figure() -> None:
    card = """
        ---
        metrics: [exact_ratio]
        model-index:
          - name: m
            results:
              - task: {type: text-classification}
                dataset: {type: glue, name: GLUE}
                metrics: [{type: exact_ratio, value: 0.5}]
        ---
    """
    assert ask(RULES, card, "metric-unknown") == []


@pytest.mark.parametrize(
    ("line", "rule", "at"),
    [
        ("license: apache2", "license-unknown", "apache2"),
        ("pipeline_tag: text-clasification", "pipeline-tag-unknown", "text-clasification"),
        ("language: [english]", "language-unknown", "english"),
        ("language: no", "language-unknown", "no"),
        ("datasets: [my data]", "id-malformed", "my data"),
        ("base_model: https://huggingface.co/owner/model", "id-malformed", "https://huggingface.co/owner/model"),
        ("tags: [onnx, onnx]", "metadata-invalid", "onnx"),
        ("license_name: mine", "metadata-invalid", "mine"),
        ("licence: mit", "metadata-invalid", "mit"),
    ],
)
def test_a_value_that_the_hub_does_not_take(line: str, rule: str, at: str) -> None:
    key = line.split(":", maxsplit=1)[0]
    card = without(key).replace("\n    ---\n    # INT8", f"\n    {line}\n    ---\n    # INT8")
    if key == "licence":
        card = card.replace("    license: mit\n", "")
    answers = [answer for answer in ask(RULES, card) if answer.rule == rule]
    assert [answer.at for answer in answers] == [at]
    assert answers[0].message.startswith(key)


@pytest.mark.parametrize(("task", "found"), [("sentiment-classification", 1), ("text2text-generation", 0)])
def test_a_task_of_a_result(task: str, found: int) -> None:
    card = f"""
        ---
        model-index:
          - name: m
            results:
              - task: {{type: {task}}}
                dataset: {{type: glue, name: GLUE}}
                metrics: [{{type: accuracy, value: 0.5}}]
        ---
    """
    answers = ask(RULES, card, "task-type-unknown")
    assert [answer.at for answer in answers] == [task] * found
    assert [answer.remedy for answer in answers] == ["write `text-classification`"] * found


@pytest.mark.parametrize("odd", ["[]", "{}", "[[1]]", "{a: {b: 1}}", "1.5", "null"])
@pytest.mark.parametrize("key", ["task", "metric", "metrics"])
def test_a_value_of_another_type_where_a_name_belongs(odd: str, key: str) -> None:
    given = {"task": "text-classification", "metric": "accuracy", "metrics": "accuracy", key: odd}
    card = f"""
        ---
        metrics: [{given["metrics"]}]
        model-index:
          - name: m
            results:
              - task: {{type: {given["task"]}}}
                dataset: {{type: glue, name: GLUE}}
                metrics: [{{type: {given["metric"]}, value: 0.5}}]
        ---
    """
    assert any(
        answer.rule in ("metadata-invalid", "metric-unknown", "task-type-unknown") for answer in ask(RULES, card)
    )


@pytest.mark.parametrize(("data", "count"), [("mrpc", 1), ("MNLI", 1), ("glue", 0), ("sst2", 0), ("SetFit/mrpc", 0)])
def test_a_part_of_a_dataset(data: str, count: int) -> None:
    assert len(ask(RULES, f"---\ndatasets: [{data}]\n---\n# Gull\n", "dataset-part")) == count


@pytest.mark.parametrize(
    ("head", "title", "count"),
    [
        ("license: mit", "Gull GGUF Models", 1),
        ("license: mit", "gull-4bit", 1),
        ("model-index: [{name: quantized_gull_static, results: []}]", "Gull", 1),
        ("license: mit", "Gull", 0),
    ],
)
def test_a_conversion_by_its_name_needs_its_base(head: str, title: str, count: int) -> None:
    assert len(ask(RULES, f"---\n{head}\n---\n# {title}\n", "base-model-missing")) == count


@pytest.mark.parametrize(
    ("tags", "meant"),
    [
        ("mlx, feature-extraction, sentence-similarity", "sentence-similarity"),
        ("fill-mask", "fill-mask"),
        ("mlx", None),
        ("text-generation, feature-extraction", None),
        ("image-text-to-text, feature-extraction", None),
    ],
)
def test_a_model_that_writes_no_text_by_its_tags(tags: str, meant: str | None) -> None:
    card = f"---\nlicense: mit\nlanguage: en\npipeline_tag: text-generation\ntags: [{tags}]\n---\n# gull\n"
    answers = ask(RULES, card, "pipeline-tag-other")
    assert [answer.remedy for answer in answers] == ([f"write `pipeline_tag: {meant}`"] if meant else [])
    assert ask(RULES, card.replace("text-generation\n", "sentence-similarity\n"), "pipeline-tag-other") == []
