"""Language modelling: windows, losses and draws apart from models, and tiny ones in PyTorch against a plain loop."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from cardgen.errors import StepError
from cardgen.evaluation.answering.logits import NotANumberError
from cardgen.evaluation.task import Outcomes, ToldTokens
from cardgen.evaluation.tasks import fill_mask, language_modelling, text_generation
from cardgen.evaluation.tasks.fill_mask import MaskReading, draw, marks
from cardgen.evaluation.tasks.language_modelling import WindowRows, check_windows, language_logits, token_losses
from cardgen.evaluation.tasks.text_generation import CorpusReading, window_ends
from cardgen.records.request import MetricRequest
from tests.backends.workbench import Workbench

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

SCRIPTS = Path(__file__).parents[1] / "scripts"
VOCABULARY = 11
CHANCES = log_softmax(np.random.default_rng(0).normal(size=(VOCABULARY, VOCABULARY)), axis=-1)


class Bigrams:
    """A model that tells each token from the one before it; of padding it gives nonsense."""

    threads = 1
    spinning = None
    generation: dict[str, str] = {}

    def outputs(self, batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
        logits = CHANCES[batch["input_ids"]] + 500.0  # what is added to all logits changes nothing
        logits[batch["attention_mask"] == 0] = np.nan
        return {"logits": logits.astype(np.float32)}

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        raise NotImplementedError


def corpus(tokens: int, length: int) -> tuple[npt.NDArray[np.int64], CorpusReading]:
    ids = np.random.default_rng(1).integers(0, VOCABULARY, tokens)
    stride = length // 2
    ends = window_ends(tokens, length, stride)
    rows = [ids[number * stride : end] for number, end in enumerate(ends)]
    scored = [end - before for end, before in zip(ends, [1, *ends], strict=False)]
    return ids, CorpusReading(WindowRows(rows, 0, segments=False), scored, {})


@given(st.integers(2, 400), st.integers(8, 64))
def test_each_token_but_the_first_is_scored_once_with_half_a_window_before_it(tokens: int, length: int) -> None:
    stride = length // 2
    ends = window_ends(tokens, length, stride)
    starts = [number * stride for number in range(len(ends))]
    assert ends[-1] == tokens
    assert ends[0] == min(length, tokens)
    assert all(0 < end - start <= length for start, end in zip(starts, ends, strict=True))
    scored = [(start, place) for start, end, before in zip(starts, ends, [1, *ends], strict=False)
              for place in range(before, end)]  # fmt: skip
    assert [place for _, place in scored] == list(range(1, tokens))
    assert all(place - start >= length - stride for start, place in scored if start)


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_the_losses_of_a_corpus_are_those_of_its_tokens(batch_size: int) -> None:
    ids, reading = corpus(tokens=53, length=10)
    found: list[tuple[float, ToldTokens]] = []
    for start in range(0, len(reading.expected), batch_size):
        rows = range(start, min(start + batch_size, len(reading.expected)))
        found += reading.answer(Bigrams(), rows, reading.rows.batch(rows))
    assert sum(reading.expected) == 52
    assert sum(loss for loss, _told in found) == pytest.approx(-CHANCES[ids[:-1], ids[1:]].sum(), rel=1e-5)
    assert reading.conclude(0, found[:1]).value == found[0][0]
    likeliest = [token for _loss, told in found for token in told.tokens]
    assert likeliest == CHANCES.argmax(-1)[ids[:-1]].tolist()
    assert [right for _loss, told in found for right in told.right] == (np.array(likeliest) == ids[1:]).tolist()
    kept = [row for _loss, told in found for row in zip(told.likeliest, told.logarithms, strict=True)]
    assert len(kept) == 52
    for token, (tokens, logarithms) in zip(ids, kept, strict=False):
        assert sorted(tokens) == list(range(VOCABULARY))
        assert logarithms == pytest.approx(CHANCES[token][tokens], abs=1e-4)
        assert logarithms == sorted(logarithms, reverse=True)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_hidden_tokens_are_scored_where_they_stand(batch_size: int) -> None:
    # In each place the model sees token 3 or 4; what should stand there is another.
    rows = WindowRows([np.array([3, 4, 3, 4]), np.array([4, 3, 4]), np.array([3, 3])], 9, segments=True)
    places = [np.array([1, 2]), np.array([0]), np.array([1])]
    reading = MaskReading(rows, places, [[5, 6], [7], [8]], {})
    seen, right = [4, 3, 4, 3], [5, 6, 7, 8]
    answers: list[Any] = []
    for start in range(0, 3, batch_size):
        some = range(start, min(start + batch_size, 3))
        answers += reading.answer(Bigrams(), some, reading.rows.batch(some))
    found = [reading.conclude(row, [answer]) for row, answer in enumerate(answers)]
    losses = np.concatenate([np.asarray(answer.logits) for answer in found])
    assert losses == pytest.approx(-CHANCES[seen, right], abs=1e-4)
    assert losses.dtype == np.float32
    best = CHANCES.argmax(-1)
    assert [answer.value for answer in found] == [[best[4], best[3]], [best[4]], [best[3]]]


@pytest.mark.parametrize("scale", [1.0, 100.0, 1e6])
def test_losses_are_those_of_a_softmax(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    monkeypatch.setattr(language_modelling, "_CELLS", 3 * VOCABULARY)  # the last part is smaller
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(10, VOCABULARY), scale=scale).astype(np.float32)
    expected = rng.integers(0, VOCABULARY, 10)
    right = -log_softmax(logits.astype(np.float64), axis=-1)[np.arange(10), expected]
    assert token_losses(logits, expected, 0) == pytest.approx(right, rel=1e-6, abs=1e-6)


def test_a_token_held_impossible_has_an_infinite_loss() -> None:
    logits = np.array([[0.0, -np.inf]], np.float32)
    assert token_losses(logits, np.array([1]), 0).tolist() == [math.inf]
    assert token_losses(logits, np.array([0]), 0).tolist() == [0.0]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_logits_that_are_no_numbers_are_told(wrong: float) -> None:
    logits = np.zeros((3, VOCABULARY), np.float32)
    logits[1, 4] = wrong
    with pytest.raises(NotANumberError, match="row 7"):
        token_losses(logits, np.array([1, 2, 3]), 7)


def test_models_that_do_something_else_are_told() -> None:
    for logits in (None, np.zeros((2, 3)), np.zeros((2, 4, VOCABULARY))):
        with pytest.raises(StepError, match=r"for each token of a batch of shape \(2, 3\)"):
            language_logits(logits, (2, 3))
    with pytest.raises(StepError, match="gives the token 11, and the model knows 11"):
        token_losses(np.zeros((1, VOCABULARY), np.float32), np.array([VOCABULARY]), 0)


def test_a_single_window_is_too_little() -> None:
    check_windows(2, 16)
    with pytest.raises(StepError, match="too short to score: they do not fill one window of 16 tokens"):
        check_windows(1, 16)


@given(st.lists(st.integers(0, 20), max_size=80), st.integers(0, 1000))
def test_the_share_that_is_hidden_is_exact_and_never_special(window: list[int], number: int) -> None:
    special = [0, 1, 2]
    places = draw(np.array(window, np.int64), special, number).tolist()
    free = sum(token not in special for token in window)
    assert len(places) == (max(1, round(0.15 * free)) if free else 0)
    assert places == sorted(set(places))
    assert not {window[place] for place in places} & set(special)
    # The draw depends on where special tokens stand, and on nothing else of the window.
    other = [token if token in special else 5 for token in window]
    assert draw(np.array(other, np.int64), special, number).tolist() == places


def test_each_window_has_a_draw_of_its_own() -> None:
    window = np.full(100, 7)
    assert len({tuple(draw(window, [0], number).tolist()) for number in range(20)}) == 20


def test_a_tokenizer_that_reads_a_text_otherwise_beside_marks_is_told() -> None:
    def tokenizer(_text: str, *, verbose: bool) -> dict[str, list[int]]:
        assert not verbose
        return {"input_ids": [1, 7, 8, 2]}

    assert marks(tokenizer, ["", "a b"], [[], [7, 8]]) == ([1], [2])
    with pytest.raises(StepError, match="gives a text other tokens where it adds special ones"):
        marks(tokenizer, ["a b"], [[8, 7]])


def test_batches_are_filled_up_on_the_right() -> None:
    rows = WindowRows([np.array([5, 6, 7]), np.array([8])], 9, segments=True)
    batch = rows.batch([1, 0])
    assert batch["input_ids"].tolist() == [[8, 9, 9], [5, 6, 7]]
    assert batch["attention_mask"].tolist() == [[1, 0, 0], [1, 1, 1]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert rows.batch([1])["input_ids"].tolist() == [[8]]
    assert set(WindowRows(rows.ids, 9, segments=False).batch([0])) == {"input_ids", "attention_mask"}


@pytest.mark.parametrize("task", [text_generation, fill_mask])
def test_no_score_is_a_mean_over_windows_and_others_do_not_exist(task: Any) -> None:
    outcomes = Outcomes([3, 3], [1.0, 2.0])
    for name in task.METRICS:
        assert task.values(MetricRequest(type=name), outcomes, [0]) is None
    with pytest.raises(StepError, match="no metric `perplexty`") as caught:
        task.measure(MetricRequest(type="perplexty"), outcomes)
    assert "perplexity" in caught.value.remedy


@pytest.fixture(scope="module")
def trained(neural_compressor: Workbench) -> Path:
    folder = neural_compressor.folder / "language"
    neural_compressor.script(SCRIPTS / "train_language.py", folder)
    return folder


def score(bench: Workbench, task: str, model: Path, data: Path, batch_size: int, *metrics: str) -> Any:
    return bench.script(SCRIPTS / "score_language.py", task, model, data, batch_size, *metrics)


def itself(fidelity: dict[str, Any], tokens: int) -> None:
    """What is told of a model beside itself."""
    assert (fidelity["unit"], fidelity["units"], fidelity["same"]["count"]) == ("token", tokens, tokens)
    assert fidelity["lost"]["count"] == fidelity["gained"]["count"] == 0
    assert fidelity["divergence"]["mean"] == fidelity["divergence"]["largest"] == 0
    assert fidelity["divergence"]["units"] == tokens


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_perplexity_is_that_of_a_plain_loop(neural_compressor: Workbench, trained: Path, name: str) -> None:
    data = trained / "test.jsonl"
    plain = neural_compressor.script(SCRIPTS / "plain_language.py", "text-generation", trained / name, data)
    for batch_size in (1, 7):
        found = score(neural_compressor, "text-generation", trained / name, data, batch_size, "perplexity")
        (perplexity,) = found["scored"]["scores"]
        assert perplexity["value"] == pytest.approx(plain["perplexity"], rel=1e-6)
        assert 1 < perplexity["low"] < perplexity["value"] < perplexity["high"] < 8
        assert perplexity["interval"] == "bootstrap"
        (same,) = found["scored"]["differences"]
        assert (same["low"], same["value"], same["high"]) == (0, 0, 0)
        itself(found["scored"]["fidelity"], plain["tokens"])
        assert found["tuned"] == [perplexity["value"]] * 2
        assert found["answered"]["settings"] == {
            "max_length": 32,
            "stride": 16,
            "windows": found["answered"]["samples"],
            "scored_tokens": plain["tokens"],
        }
        first, *others, last = found["expected"]
        assert first == 31
        assert set(others) == {16}
        assert 0 < last <= 16
        assert len(found["predicted"]) == len(found["expected"]) == found["scored"]["samples"]


@pytest.mark.slow
def test_masks_are_scored_as_by_a_plain_loop(neural_compressor: Workbench, trained: Path) -> None:
    data = trained / "test.jsonl"
    plain = neural_compressor.script(SCRIPTS / "plain_language.py", "fill-mask", trained / "bert", data)
    for batch_size in (1, 7):
        found = score(neural_compressor, "fill-mask", trained / "bert", data, batch_size, "perplexity", "accuracy")
        perplexity, accuracy = found["scored"]["scores"]
        assert perplexity["value"] == pytest.approx(plain["perplexity"], rel=1e-6)
        assert accuracy["value"] == pytest.approx(plain["accuracy"], abs=1e-12)
        itself(found["scored"]["fidelity"], plain["tokens"])
        assert 1 < perplexity["low"] < perplexity["value"] < perplexity["high"] < 8
        assert 0.4 < accuracy["low"] < accuracy["value"] < accuracy["high"] <= 1
        assert found["predicted"] == plain["found"]
        assert found["tuned"] == [perplexity["value"]] * 2
        assert found["answered"]["settings"] == {
            "max_length": 32,
            "windows": len(plain["found"]),
            "masked_share": 0.15,
            "masked_tokens": plain["tokens"],
            "seed": 0,
        }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "model", "rows", "message", "remedy"),
    [
        ("text-generation", "gpt2", [{"text": "the fox"}] * 2, "The texts are too short to score", "more texts"),
        ("fill-mask", "bert", [{"text": "the fox"}] * 2, "The texts are too short to score", "more texts"),
        ("fill-mask", "bert", [{"text": ""}] * 2, "The texts are too short to score", "more texts"),
        ("fill-mask", "unmasked", [{"text": "the fox"}] * 2, "has no mask token", "`mask_token`"),
        ("text-generation", "gpt2", [{"words": "the fox"}] * 2, "no column `text`", "`words`"),
    ],
)
def test_what_cannot_be_scored_is_told(
    neural_compressor: Workbench,
    trained: Path,
    tmp_path: Path,
    task: str,
    model: str,
    rows: Any,
    message: str,
    remedy: str,
) -> None:
    folder, data = trained / model, tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = score(neural_compressor, task, folder, data, 4, "perplexity")
    assert message in found["message"]
    assert remedy in found["remedy"]


@pytest.mark.slow
@pytest.mark.parametrize(("task", "model"), [("text-generation", "gpt2"), ("fill-mask", "bert")])
def test_one_long_text_is_a_corpus(
    neural_compressor: Workbench, trained: Path, tmp_path: Path, task: str, model: str
) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text(json.dumps({"text": "the fox sees a dog and the dog sees a fox " * 40}) + "\n")
    found = score(neural_compressor, task, trained / model, data, 4, "perplexity")
    assert found["answered"]["samples"] > 2
    assert found["scored"]["scores"][0]["value"] > 1


@pytest.mark.slow
def test_unusual_texts_and_losses(neural_compressor: Workbench, trained: Path) -> None:
    found = neural_compressor.script(SCRIPTS / "language_edges.py", trained)
    for name in ("gpt2", "llama", "bert"):
        rows = found[name]
        assert rows["lengths"][2] == 32
        assert rows["lengths"][0] < rows["lengths"][1] < 32
        assert rows["truncated"] == 1
    assert found["gpt2"]["first"][0] == found["gpt2"]["eos"]  # nothing at all is no input
    assert len(set(found["bert"]["ends"])) == 1  # a text that is cut ends with the mark all the same
    assert found["gpt2"]["inputs"] == found["llama"]["inputs"] == ["attention_mask", "input_ids"]
    assert found["bert"]["inputs"] == ["attention_mask", "input_ids", "token_type_ids"]
    assert found["messages"] == ["The metric `perplexity` comes to inf, which is no score."] * 2
    perplexity, difference = found["score"], found["difference"]
    assert perplexity["value"] == pytest.approx(math.exp(25 / 16))
    assert math.exp(4 / 4) <= perplexity["low"] < perplexity["value"] < perplexity["high"] <= math.exp(8 / 4)
    # Every window loses the same: in each draw the variant is worse by the same factor.
    assert difference["value"] == pytest.approx(math.exp(29 / 16) - math.exp(25 / 16))
    assert 0 < difference["low"] < difference["value"] < difference["high"]
