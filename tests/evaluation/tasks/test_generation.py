"""Summarization and translation: sentences apart from models, and a tiny BART quantized by Neural Compressor."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.evaluation.scoring.sentences import split_sentences
from cardgen.evaluation.tasks.generation import Ending
from cardgen.records.inputs import DatasetSlice
from cardgen.records.request import MetricRequest, QuantizeRequest
from tests.backends.workbench import LOCAL, Scoring, Workbench

SCRIPTS = Path(__file__).parents[1] / "scripts"
METRICS = {"summarization": ("rouge1", "rouge2", "rougeL", "rougeLsum"), "translation": ("sacrebleu", "chrf")}
ROLES = {"summarization": "summary", "translation": "translation"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("It rained. We stayed.", "It rained.\nWe stayed."),
        ('He said "No!" Then he left. ', 'He said "No!"\nThen he left.'),
        ("Why? 12 men came (late). “Öfter!”", "Why?\n12 men came (late).\n“Öfter!”"),
        ("About 3.5 percent, e.g. of these", "About 3.5 percent, e.g. of these"),
        ("One line. Of two\nOther. Line", "One line. Of two\nOther. Line"),
        ("", ""),
    ],
)
def test_each_sentence_gets_a_line(text: str, lines: str) -> None:
    assert split_sentences(text) == lines


@pytest.mark.parametrize(
    ("config", "ids", "cut"),
    [
        ({"eos_token_id": 2, "max_length": 4}, [2, 5, 6, 2], False),  # the decoder starts from the end's token
        ({"eos_token_id": 2, "max_length": 4}, [2, 5, 6, 7], True),
        ({"eos_token_id": 2, "max_length": 4}, [2, 2, 1, 1], False),
        ({"eos_token_id": 2, "max_length": 4, "forced_eos_token_id": 2}, [2, 5, 6, 2], True),
        ({"eos_token_id": 2, "max_length": 9, "forced_eos_token_id": 2}, [2, 5, 6, 2], False),
        ({"eos_token_id": [2, 3], "max_new_tokens": 3, "forced_eos_token_id": 2}, [0, 5, 3, 1], False),
        ({"eos_token_id": [2, 3], "max_new_tokens": 3, "forced_eos_token_id": 2}, [0, 5, 6, 2], True),
        ({"eos_token_id": 2}, [0, *[5] * 19], True),
        ({"eos_token_id": None}, [0, 5, 6], True),
    ],
)
def test_an_answer_that_has_the_length_that_is_allowed_is_cut(
    config: dict[str, object], ids: list[int], cut: bool
) -> None:
    assert Ending.of(config).is_cut(ids) is cut


def test_transformers_own_length_holds_where_nothing_is_said() -> None:
    assert Ending.of({"eos_token_id": 2, "max_length": None}).longest == 20


@pytest.fixture(scope="module")
def trained(neural_compressor: Workbench) -> Path:
    folder = neural_compressor.folder / "summaries"
    neural_compressor.script(SCRIPTS / "train_summaries.py", folder)
    return folder


def scoring(bench: Workbench, task: str, batch_size: int) -> Scoring:
    return bench.scoring(
        batch_size,
        tuple(MetricRequest(type=name) for name in METRICS[task]),
        task=task,
        data=DatasetSlice(source=LOCAL, format="json"),
        columns={"text": "text", ROLES[task]: "summary"},
    )


@pytest.mark.slow
def test_a_quantized_model_generates_and_is_scored(neural_compressor: Workbench, trained: Path) -> None:
    bench, data = neural_compressor, trained / "test.jsonl"
    exported, export = bench.export_of(trained, "summarization")
    request = QuantizeRequest(
        backend=bench.backend,
        task="summarization",
        approach="dynamic",
        fallback_modules=("lm_head", "model.decoder.layers.0.fc1"),
    )
    made, artifact = bench.quantize(request, export)
    assert set(made.fp32_modules) == {"lm_head", "model.decoder.layers.0.fc1"}
    assert {*made.int8_modules, *made.fp32_modules} == set(exported.linear_modules)
    before = None
    for task in METRICS:
        for kind, folder, size in (("torch", export, 16), ("neural-compressor", artifact, 1)):
            variant = kind != "torch"
            asked = scoring(bench, task, size)
            result, scored, predicted = bench.evaluate(asked, folder, before if variant else None, data=data)
            before = scored
            plain = bench.script(SCRIPTS / "plain_summaries.py", kind, folder, data)
            stored = bench.script(SCRIPTS / "stored.py", scored)
            assert stored["prediction"] == plain["found"]
            for score in result.scores:
                assert score.value == pytest.approx(plain["scores"][score.metric], abs=1e-9)
                assert score.low <= score.value <= score.high
                assert score.value > 0.2
            assert predicted.settings["num_beams"] == 2
            assert predicted.settings["max_length"] == 16
            assert len(result.differences) == (len(result.scores) if variant else 0)


@pytest.mark.slow
def test_static_is_refused(neural_compressor: Workbench, trained: Path) -> None:
    request = QuantizeRequest(backend="neural-compressor", task="summarization", approach="static")
    failure = neural_compressor.fail(request, model=trained)
    assert "needs calibration samples" in failure.message or "statically" in failure.message
