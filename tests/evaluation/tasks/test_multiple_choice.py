"""Multiple choice: questions read in both environments, and a tiny BERT that answers them in PyTorch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows
from cardgen.evaluation.answering.logits import NotANumberError
from cardgen.evaluation.task import Outcomes, Settings
from cardgen.evaluation.tasks.multiple_choice import ChoiceReading, ChoiceRows, measure
from cardgen.records.request import MetricRequest
from tests.backends.workbench import Workbench

SCRIPTS = Path(__file__).parents[1] / "scripts"
COLUMNS = {"text": "question", "choices": "answers", "label": "right"}


@dataclass
class Gives:
    """A model that gives these logits."""

    logits: Any
    threads: int = 1
    spinning: bool | None = None

    @property
    def generation(self) -> Settings:
        return {}

    def outputs(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        del batch
        return {} if self.logits is None else {"logits": np.asarray(self.logits, np.float32)}

    def generate(self, batch: Mapping[str, Any]) -> Any:
        raise NotImplementedError


def answer(logits: Any) -> Any:
    """To the questions in rows 5 and 6, of which the first has two answers."""
    counts = [4] * 5 + [2, 3]
    reading = ChoiceReading(ChoiceRows(TokenRows(None, {"input_ids": [[0]] * sum(counts)}), counts), [0] * 7)
    batch = {"input_ids": np.zeros((2, 3, 9), np.int64)}
    return reading.answer(Gives(logits), [5, 6], batch), reading


def test_an_answer_that_only_fills_up_is_not_chosen() -> None:
    (one, other), reading = answer([[1, 2, 2], [3, 4, 5]])
    assert (one.tolist(), other.tolist()) == ([1, 2], [3, 4, 5])
    assert [reading.conclude(0, [each]).value for each in (one, other)] == [1, 2]


def test_nan_names_its_row() -> None:
    with pytest.raises(NotANumberError, match="row 6"):
        answer([[1, 2, 3], [4, np.nan, 6]])


@pytest.mark.parametrize("logits", [None, [[1, 2], [3, 4]], [1, 2, 3]])
def test_what_is_no_logit_for_each_answer_is_refused(logits: Any) -> None:
    with pytest.raises(StepError, match=r"expects shape \(2, 3\)"):
        answer(logits)


def test_other_metrics_are_refused() -> None:
    with pytest.raises(StepError, match="no metric `f1` for this task") as caught:
        measure(MetricRequest(type="f1"), Outcomes([0, 1], [0, 1]))
    assert caught.value.remedy == "There are: accuracy."


@pytest.mark.slow
def test_questions_and_answers_become_rows(samples_read: dict[str, Any]) -> None:
    found = samples_read["choices"]["value"]
    assert found["expected"] == [1, 2]
    assert found["shapes"] == [[2, 3, 7]]
    assert found["lengths"] == [7, 7]
    assert found["owners"] == [0, 1]
    assert [text.replace(" [PAD]", "") for text in found["tokens"][0]] == [
        "[CLS] a b [SEP] d [SEP]", "[CLS] a b [SEP] e f [SEP]", "[CLS] a b [SEP] e f [SEP]"
    ]  # fmt: skip
    after = samples_read["choices_after_context"]["value"]
    assert after[1][2] == "[CLS] z [SEP] c i j k [SEP] [PAD]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("numbered", [["ending1 one", "ending2 one", "ending10 one"], ["ending1 two", "ending2 two", "ending10 two"]]),
        ("digits", [0, 2]),
        ("class_label", [0, 2]),
        ("long_choices", [1, [5, 12, 12], 1]),
    ],
)
def test_what_is_right_is_read(samples_read: dict[str, Any], case: str, value: Any) -> None:
    assert samples_read[case] == {"value": value}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("no_numbered", "no columns that `endings*` stands for", "Did you mean those like `ending0`?"),
        ("one_numbered", "only one column that `ending*` stands for", "a list of two or more answers"),
        ("null_numbered", "Column `e1` should hold text", "`choices`"),
        ("no_column", "no column `choice`", "Did you mean `choices`?"),
        ("text_for_choices", "holds text, not lists of answers", "`ending*` for ending0, ending1"),
        ("one_choice", "a list of two or more texts, but 1 of 2 rows do not (rows 0, ", "`choices`"),
        ("null_choice", "the first holds ['b', None, 'd']", "`choices`"),
        ("letters", "the first holds 'A', which is not the number of the right answer", "`label`"),
        ("hidden", "1 of 2 rows have no label", "labelled split"),
        ("hidden_text", "1 of 2 rows have no label", "labelled split"),
        ("past_the_end", "has number 4 in row 1, but the last of its 4 answers has number 3", "from 0"),
        ("fractions", "the first holds 0.0", "`label`"),
        ("unpadded", "no padding token", "`pad_token`"),
    ],
)
def test_what_is_wrong_is_told(samples_read: dict[str, Any], case: str, message: str, remedy: str) -> None:
    assert "message" in samples_read[case], samples_read[case]
    assert message in samples_read[case]["message"]
    assert remedy in samples_read[case]["remedy"]


@pytest.fixture(scope="module")
def trained(onnxruntime: Workbench) -> tuple[Path, dict[str, list[list[float]]]]:
    folder = onnxruntime.folder / "choices"
    return folder, onnxruntime.script(SCRIPTS / "train_choices.py", folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plain", "data", "columns"),
    [
        ("alone", "test.jsonl", COLUMNS),
        ("context", "test.jsonl", {**COLUMNS, "context": "past"}),
        ("csv", "test.csv", {**COLUMNS, "choices": "ending*"}),
    ],
)
def test_answers_are_those_of_a_plain_loop_in_batches_of_any_size(
    onnxruntime: Workbench, trained: tuple[Path, Any], plain: str, data: str, columns: dict[str, str]
) -> None:
    folder, loop = trained
    asked = {
        "task": "multiple-choice",
        "columns": columns,
        "format": data.rpartition(".")[2].replace("jsonl", "json"),
        "metrics": ["accuracy"],
    }
    found = onnxruntime.script(SCRIPTS / "answer.py", folder, json.dumps(asked), folder / data, 1, 7, 64)
    chosen = [int(np.argmax(logits)) for logits in loop[plain]]
    for each in found.values():
        assert [len(logits) for logits in each["logits"]] == [len(logits) for logits in loop[plain]]
        for one, other in zip(each["logits"], loop[plain], strict=True):
            assert one == pytest.approx(other, abs=1e-4)
        assert each["predicted"] == chosen
        assert each["labels"] == []
        assert each["told"]["labels"] == {}
        assert each["told"]["samples"] == len(chosen)
        assert each["scores"]["accuracy"] == accuracy_score(each["expected"], chosen)
        low, high = each["intervals"]["accuracy"]
        assert 0.5 < low < each["scores"]["accuracy"] < high < 1
    if plain != "csv":
        assert {len(logits) for logits in loop[plain]} >= {3, 4}
