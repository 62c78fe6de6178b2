from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from cardgen.records.atomic import remove_unfinished, write_atomically


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "card.md"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.md"]


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    ended = multiprocessing.get_context("spawn").Process()
    ended.start()
    ended.join()
    left = {f".card.md.{ended.pid}.tmp", f".0.json.{ended.pid}.tmp"}
    kept = {f".card.md.{os.getpid()}.tmp", ".card.md.tmp", ".x.tmp", f"card.md.{ended.pid}.tmp", ".a.999999999999.tmp"}
    for name in left | kept:
        (tmp_path / name).touch()
    remove_unfinished(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept
    remove_unfinished(tmp_path / "absent")
