"""What the Hub is told of results files: each figure with its source, and nothing that is no score of the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.card.metadata.eval_results import parse_eval_results
from tests.results.imported_project import built, project
from tests.results.lm_eval_file import lm_eval_file

FILES = Path(__file__).parents[2] / "results" / "files"
HUB = "https://huggingface.co/owner/model-w4/blob/main"
CONFIGS = {
    "arc": {"dataset_path": "org/arc", "dataset_name": "easy", "test_split": "test", "dataset_kwargs": None},
    "own": {"dataset_path": "json", "dataset_kwargs": {"data_files": "own.jsonl"}, "test_split": "test"},
}


def front_matter(root: Path, text: str, base: str | None = None, **changes: Any) -> dict[str, Any]:
    files = {"w4.txt": text, **({"base.json": base} if base else {})}
    place = built(project(root, files, ["base.json"] if base else [], ["w4.txt"], **changes)).place
    loaded: dict[str, Any] = yaml.safe_load(place.readme.read_text(encoding="utf-8").split("---\n")[1])
    return loaded


def test_each_task_is_a_result_with_its_data_and_the_tool_as_its_source(tmp_path: Path) -> None:
    tasks = {"arc": {"acc": 0.5, "acc_norm": 0.51234567}, "own": {"acc": 0.25}}
    text = lm_eval_file("owner/model-w4", tasks, configs=CONFIGS, **{"n-shot": {"arc": 25}})
    base = lm_eval_file("org/model", {"arc": {"acc": 0.9}})
    found = front_matter(tmp_path, text, base)
    source = {"name": "lm-eval 0.4.13", "url": f"{HUB}/results/w4/w4.txt"}
    task = {"type": "text-generation", "name": "Language modelling"}
    arc, own = found["model-index"][0]["results"]
    assert arc == {
        "task": task,
        "dataset": {"type": "org/arc", "name": "arc, version 1", "config": "easy", "split": "test"},
        "metrics": [
            {"type": "acc", "value": 0.5, "name": "acc, w4 W4A16, 25-shot"},
            {"type": "acc_norm", "value": 0.5123, "name": "acc_norm, w4 W4A16, 25-shot"},
        ],
        "source": source,
    }
    assert own["dataset"] == {"type": "own", "name": "own, version 1"}
    assert "0.9" not in json.dumps(found["model-index"])


def test_a_limit_is_told_and_a_file_that_is_not_published_is_not_named(tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"arc": {"acc": 0.5}}, config={"limit": 50}, chat_template="x", user="alice")
    (result,) = front_matter(tmp_path, text)["model-index"][0]["results"]
    assert result["metrics"][0]["name"] == "acc, w4 W4A16, 0-shot, chat template, limit 50"
    assert result["source"] == {"name": "lm-eval 0.4.13", "url": f"{HUB}/evidence.json"}


@pytest.mark.parametrize(
    "name", ["llama_cpp-kl-divergence.txt", "optimum_benchmark-report.json", "trainer-eval_results.json"]
)
def test_what_is_no_score_on_a_task_is_not_listed(name: str, tmp_path: Path) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    assert "model-index" not in front_matter(tmp_path, text)


def test_the_tasks_of_a_group_are_not_listed_beside_it(tmp_path: Path) -> None:
    tasks = {"mmlu": {"acc": 0.6}, "one": {"acc": 0.5}, "two": {"acc": 0.7}}
    text = lm_eval_file("owner/model-w4", tasks, groups={"mmlu": {}}, group_subtasks={"mmlu": ["one", "two"]})
    (result,) = front_matter(tmp_path, text)["model-index"][0]["results"]
    assert result["dataset"]["name"] == "mmlu, version 1"


@pytest.mark.parametrize(("limit", "listed"), [(None, True), (50, False)])
def test_a_leaderboard_lists_its_own_task_where_all_of_it_was_measured(
    limit: int | None, listed: bool, tmp_path: Path
) -> None:
    text = lm_eval_file("owner/model-w4", {"other": {"acc": 0.1}, "arc": {"acc": 0.5}}, config={"limit": limit})
    board = {"leaderboard": {"id": "org/arc", "task_id": "arc"}}
    front_matter(tmp_path, text, evaluation=board)
    path = tmp_path / "cards" / "model" / ".eval_results" / "model.yaml"
    assert path.exists() == listed
    if listed:
        (result,) = parse_eval_results(path.read_text(encoding="utf-8"))
        assert (str(result.value), result.date) == ("0.5", None)
        assert result.source is not None
        assert (result.source.name, result.source.url) == ("lm-eval 0.4.13", f"{HUB}/results/w4/w4.txt")
        assert result.notes == "acc, w4 W4A16, 0-shot, lm-eval 0.4.13"
