"""Files of the user's that are new: whole, or not there."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cardgen.cli.new_files import write_new
from cardgen.errors import UsageError


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """As on a disk that is full: no file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_half_a_file_does_not_stand_in_the_way_of_the_next_try(tmp_path: Path) -> None:
    files = {tmp_path / "prose" / "a.md": "a\n", tmp_path / "b.yaml": "b" * 5000}
    with files_end_at(1000), pytest.raises(UsageError, match=r"b\.yaml cannot be written: "):
        write_new(files)
    assert not any(path.exists() for path in files)
    write_new(files)
    assert all(path.read_text(encoding="utf-8") == text for path, text in files.items())


def test_what_was_there_stays(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        write_new({tmp_path / "a.md": "a", tmp_path / "b.yaml": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.yaml"]
    assert (tmp_path / "b.yaml").read_text(encoding="utf-8") == "mine"
