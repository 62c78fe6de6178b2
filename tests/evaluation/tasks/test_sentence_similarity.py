"""Sentence similarity: pooling apart from models, pairs read in both environments, and a tiny BERT in PyTorch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows
from cardgen.evaluation.answering.logits import NotANumberError
from cardgen.evaluation.task import Outcomes, Settings
from cardgen.evaluation.tasks.pooling import pool
from cardgen.evaluation.tasks.sentence_similarity import PairReading, measure
from cardgen.records.request import MetricRequest
from cardgen.weights.sentences import SentenceSettings, read_settings
from tests.backends.workbench import Workbench

SCRIPTS = Path(__file__).parents[1] / "scripts"
PARTS = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
MODES = {"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token", "max": "pooling_mode_max_tokens"}


def write(folder: Path, **files: Any) -> Path:
    for name, content in files.items():
        file = folder / f"{name.replace('__', '/')}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    return folder


def pooling(*chosen: str) -> dict[str, Any]:
    """As sentence-transformers writes it."""
    names = [*MODES.values(), "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_lasttoken"]
    return {"word_embedding_dimension": 32, **{name: name in chosen for name in names}, "include_prompt": True}


@pytest.mark.parametrize("mode", ["mean", "cls", "max"])
@pytest.mark.parametrize("left", [False, True])
def test_padding_is_not_pooled(mode: str, left: bool) -> None:
    numbers = np.random.default_rng(1)
    states = numbers.normal(size=(3, 6, 8)).astype(np.float32) - 2  # below 0, so that zeros would be the maximum
    mask = np.array([[1] * 6, [1] * 4 + [0] * 2, [1] + [0] * 5])
    mask = mask[:, ::-1] if left else mask
    states[mask == 0] = 0
    found = pool(states, mask, mode)
    for row, (each, shown) in enumerate(zip(states, mask, strict=True)):
        tokens = each[shown == 1].astype(np.float64)
        expected = {"mean": tokens.mean(0), "cls": tokens[0], "max": tokens.max(0)}[mode]
        assert found[row] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_a_folder_of_transformers_alone_is_pooled_by_the_mean(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == SentenceSettings("mean", None, lower=False)


@pytest.mark.parametrize(("mode", "key"), MODES.items())
def test_the_models_files_say_how_it_pools(tmp_path: Path, mode: str, key: str) -> None:
    limits = {"max_seq_length": 128, "do_lower_case": True}
    write(tmp_path, modules=PARTS, **{"1_Pooling__config": pooling(key)}, sentence_bert_config=limits)
    assert read_settings(tmp_path) == SentenceSettings(mode, 128, lower=True)


def test_the_prompt_is_the_default_one(tmp_path: Path) -> None:
    said = {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": None}
    write(tmp_path, config_sentence_transformers=said)
    assert read_settings(tmp_path).prompt == ""
    write(tmp_path, config_sentence_transformers={**said, "default_prompt_name": "passage"})
    assert read_settings(tmp_path).prompt == "passage: "


def test_the_place_of_the_pooling_is_read(tmp_path: Path) -> None:
    write(tmp_path, modules=[PARTS[0], {**PARTS[1], "path": "other"}], other__config={"pooling_mode": "cls"})
    assert read_settings(tmp_path).pooling == "cls"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"1_Pooling__config": pooling("pooling_mode_lasttoken")}, "does not compute: lasttoken."),
        ({"1_Pooling__config": pooling(MODES["mean"], MODES["cls"])}, "cls_token and mean_tokens|mean_tokens and cls"),
        ({"1_Pooling__config": pooling()}, "none is named"),
        ({"config_sentence_transformers": {"default_prompt_name": "query"}}, "has no prompt `query`"),
        (
            {
                "config_sentence_transformers": {"prompts": {"query": "query: "}, "default_prompt_name": "query"},
                "1_Pooling__config": {**pooling(MODES["mean"]), "include_prompt": False},
            },
            "leaves its prompt out of the pooling",
        ),
        ({"modules": [*PARTS, {"path": "3_Dense", "type": "sentence_transformers.models.Dense"}]}, "part .* Dense"),
    ],
)
def test_what_is_not_computed_is_refused(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    with pytest.raises(StepError, match=message):
        read_settings(write(tmp_path, **files))


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[")
    with pytest.raises(StepError, match=r"modules\.json is no JSON"):
        read_settings(tmp_path)


@dataclass
class Gives:
    """A model that gives these states."""

    states: Any
    threads: int = 1
    spinning: bool | None = None

    @property
    def generation(self) -> Settings:
        return {}

    def outputs(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        del batch
        return {"pooler_output": np.ones((2, 4))} | ({} if self.states is None else {"last_hidden_state": self.states})

    def generate(self, batch: Mapping[str, Any]) -> Any:
        raise NotImplementedError


def answer(states: Any) -> Any:
    """To the texts in rows 3 and 4: the second of the second pair, and the first of the third."""
    reading = PairReading(TokenRows(None, {"input_ids": [[0]] * 6}), [1.0, 2.0, 3.0], SentenceSettings())
    batch = {"input_ids": np.zeros((2, 5), np.int64), "attention_mask": np.ones((2, 5), np.int64)}
    return reading.answer(Gives(states), [3, 4], batch)


def test_nan_names_the_pair() -> None:
    states = np.ones((2, 5, 4), np.float32)
    assert np.linalg.norm(answer(states), axis=-1) == pytest.approx([1, 1])
    states[1, 3, 2] = np.nan
    with pytest.raises(NotANumberError, match="row 2"):
        answer(states)


@pytest.mark.parametrize("states", [None, np.ones((2, 5)), np.ones((2, 4, 8))])
def test_what_is_no_vector_for_each_token_is_refused(states: Any) -> None:
    with pytest.raises(StepError, match=r"a vector for each token of shape \(2, 5\)"):
        answer(states)


def test_other_metrics_are_refused() -> None:
    with pytest.raises(StepError, match="no metric `pearson` for this task") as caught:
        measure(MetricRequest(type="pearson"), Outcomes([0, 1], [0, 1]))
    assert "Did you mean `pearsonr`?" in caught.value.remedy


@pytest.mark.slow
def test_a_pair_has_two_rows(samples_read: dict[str, Any]) -> None:
    found = samples_read["pairs"]["value"]
    assert found["expected"] == [0.0, 2.5, 5.0]
    assert found["owners"] == [0, 0, 1, 1, 2, 2]
    assert found["tokens"][:3] == ["[CLS] [UNK] b [SEP]", "[CLS] e f [SEP]", "[CLS] c [SEP]"]
    assert found["inputs"] == [found["tokens"][row] for row in (0, 3, 4)]
    assert found["truncated"] == [1, 1]
    assert found["settings"] == {"pooling": "mean", "similarity": "cosine"}


@pytest.mark.slow
def test_texts_are_cut_as_the_models_files_say(samples_read: dict[str, Any]) -> None:
    found = samples_read["pairs_cut"]["value"]
    assert found["tokens"] == [
        f"[CLS] {text} [SEP]" for text in ("a b", "e f", "c", "g g g", "d d d", "h h h")
    ]  # fmt: skip
    assert found["truncated"] == [2, 2]


@pytest.mark.slow
def test_a_prompt_stands_before_each_text(samples_read: dict[str, Any]) -> None:
    plain, found = samples_read["pairs"]["value"], samples_read["pairs_prompted"]["value"]
    assert found["tokens"][1:3] == [text.replace("[CLS]", "[CLS] [UNK] y [UNK]") for text in plain["tokens"][1:3]]
    assert found["settings"] == {"pooling": "mean", "similarity": "cosine", "prompt": "X y: "}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("score_null", "Column `score` should hold a number, but 1 of 3 rows do not (rows 1, ", "`score`"),
        ("score_nan", "the first holds nan, which is not a number", "`score`"),
        ("score_words", "2 of 3 rows do not (rows 1, 2, counted from 0); the first holds 'high'", "`score`"),
        ("score_bool", "the first holds True, which is not a number", "`score`"),
        ("pair_null", "Column `other` should hold text", "`text_pair`"),
        ("constant", "`spearmanr` comes to nan, which is no score", "the same everywhere"),
    ],
)
def test_what_is_wrong_is_told(samples_read: dict[str, Any], case: str, message: str, remedy: str) -> None:
    assert "message" in samples_read[case], samples_read[case]
    assert message in samples_read[case]["message"]
    assert remedy in samples_read[case]["remedy"]


@pytest.mark.slow
def test_numbers_may_be_text(samples_read: dict[str, Any]) -> None:
    assert samples_read["score_text"] == {"value": [0.0, -2.5, 10.0]}


@pytest.fixture(scope="module")
def trained(onnxruntime: Workbench) -> tuple[Path, dict[str, Any]]:
    folder = onnxruntime.folder / "pairs"
    return folder, onnxruntime.script(SCRIPTS / "train_pairs.py", folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "files"),
    [
        ("mean-40", {}),
        ("mean-6", {"sentence_bert_config": {"max_seq_length": 6}}),
        ("cls-40", {"1_Pooling__config": pooling(MODES["cls"])}),
        ("max-40", {"modules": PARTS, "1_Pooling__config": pooling(MODES["max"])}),
    ],
)
def test_correlations_are_scipys_in_batches_of_any_size(
    onnxruntime: Workbench, trained: tuple[Path, Any], tmp_path: Path, case: str, files: dict[str, Any]
) -> None:
    model, loop = trained[0], trained[1][case]
    folder = write(Path(shutil.copytree(model, tmp_path / "model")), **files)
    asked = {
        "task": "sentence-similarity",
        "columns": {"text": "one", "text_pair": "other", "score": "alike"},
        "format": "json",
        "metrics": ["pearsonr", "spearmanr"],
    }
    found = onnxruntime.script(SCRIPTS / "answer.py", folder, json.dumps(asked), folder / "test.jsonl", 1, 7, 64)
    for each in found.values():
        assert each["predicted"] == pytest.approx(loop["cosines"], abs=1e-5)
        assert each["scores"]["pearsonr"] == pytest.approx(loop["pearsonr"], abs=1e-6)
        assert each["scores"]["spearmanr"] == pytest.approx(loop["spearmanr"], abs=1e-4)
        both = (each["expected"], each["predicted"])
        assert each["scores"]["pearsonr"] == pytest.approx(pearsonr(*both).statistic, abs=1e-12)
        assert each["scores"]["spearmanr"] == pytest.approx(spearmanr(*both).statistic, abs=1e-12)
        for metric, (low, high) in each["intervals"].items():
            assert 0.3 < low < each["scores"][metric] < high < 1
        assert each["told"]["samples"] == 120
        assert each["told"]["settings"] == {"pooling": case.partition("-")[0], "similarity": "cosine"}
        assert (each["told"]["truncated"] > 60) == case.endswith("-6")
        assert each["logits"] is None
