"""The trials that a tuning writes down outlive a kill: whether they are of the data that they should be of."""

from __future__ import annotations

from pathlib import Path

from cardgen.reading import TEXT_BYTES, read_text
from cardgen.records.atomic import write_atomically


class Trials:
    """A journal, and beside it, for as long as nobody has looked whether the data stayed, what these were like."""

    def __init__(self, journal: Path, data: str) -> None:
        """Begin, or go on; what a killed tuning left is dropped if its data were touched since it began.

        Args:
            journal: the file, which may be absent.
            data: hash of the states of what the tuning reads.
        """
        self._journal = journal
        self._unsure = journal.with_suffix(".unsure")
        if self._unsure.exists() and read_text(self._unsure, TEXT_BYTES) != data:
            journal.unlink(missing_ok=True)
        write_atomically(self._unsure, data)

    def trust(self) -> None:
        """The data stayed as they were: from now on the trials are good, whatever becomes of the files."""
        self._unsure.unlink()

    def drop(self) -> None:
        """The data did not."""
        self._journal.unlink(missing_ok=True)
        self._unsure.unlink()
