"""What is known of the candidates of a tuning, in a file of JSON lines, whatever loss is allowed.

A tuning that was killed goes on where it was, and one for another tolerance begins with what was scored for the first.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from cardgen.records.codec import dump_sealed, load_sealed
from cardgen.records.results.tune import Candidate, Ranking

_ENTRY: TypeAdapter[Candidate | Ranking] = TypeAdapter(
    Annotated[Candidate | Ranking, Field(union_mode="left_to_right")]
)


class Journal:
    """Entries are written at once, each as a whole line that has a hash; one that a kill cut short is dropped."""

    def __init__(self, path: Path) -> None:
        """Read what is in the file ``path``, if it is there."""
        self.candidates: list[Candidate] = []
        self.ranking: Ranking | None = None
        self._path = path
        whole = 0
        for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
            try:
                entry = load_sealed(line if line.endswith(b"\n") else b"", _ENTRY)
            except ValueError:
                break  # what stands after a damaged line is not trusted either
            whole += len(line)
            if isinstance(entry, Ranking):
                self.ranking = entry
            else:
                self.candidates.append(entry)
        if path.exists():
            os.truncate(path, whole)

    def add(self, entry: Candidate | Ranking) -> None:
        """Write one entry, and return when it is on the disk."""
        if isinstance(entry, Ranking):
            self.ranking = entry
        else:
            self.candidates.append(entry)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = dump_sealed(entry, indent=None).encode()
        with self._path.open("ab", buffering=0) as file:
            file.write(line)
            os.fsync(file.fileno())
