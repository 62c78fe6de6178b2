from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.run.trials import Trials


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "trials.jsonl"
    path.write_text("a trial\n")
    return path


def test_trials_that_are_trusted_stay_whatever_becomes_of_the_data(journal: Path) -> None:
    Trials(journal, "before").trust()
    Trials(journal, "after")
    assert journal.exists()


def test_trials_of_a_killed_tuning_go_on_with_the_same_data(journal: Path) -> None:
    Trials(journal, "before")
    Trials(journal, "before").trust()
    assert [path.name for path in journal.parent.iterdir()] == ["trials.jsonl"]


def test_trials_of_a_killed_tuning_are_dropped_where_the_data_were_touched_since(journal: Path) -> None:
    Trials(journal, "before")
    Trials(journal, "after")
    assert not journal.exists()


def test_trials_that_are_dropped_leave_nothing(journal: Path) -> None:
    Trials(journal, "before").drop()
    assert list(journal.parent.iterdir()) == []
