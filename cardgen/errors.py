"""The family of errors that a user can meet, each with the exit code of the command that meets it.

The library raises; only ``cardgen.cli`` prints and exits. A message says what is wrong; a remedy says what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


def shown(path: Path) -> str:
    """A path as a user would type it here."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a file: where it stands, what it is, what to do about it."""

    file: str
    """Path as the user would type it."""
    line: int | None
    """1-based; ``None`` where the problem has no place of its own."""
    column: int | None
    """1-based."""
    key: str
    """Dotted path inside the file, such as ``variants.onnx.calibration``; empty for the file itself."""
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        subject = f"{self.key}: " if self.key else ""
        remedy = f"\n    {self.remedy}" if self.remedy else ""
        return f"{place}: {subject}{self.message}{remedy}"


class CardgenError(Exception):
    """Base of every error that cardgen raises on purpose."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n    {self.remedy}" if self.remedy else self.message


class FindingsError(CardgenError):
    """A check found something that a person must look at."""

    exit_code = 1


class UsageError(CardgenError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class OutputError(UsageError):
    """Standard output, as the command line leads it, cannot be written."""


class ProblemsError(CardgenError):
    """A file is wrong; carries every problem found in it, in file order."""

    exit_code = 3

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ManifestError(ProblemsError):
    """A manifest cannot be read or does not make sense."""


class TemplateProblemsError(ProblemsError):
    """A user's own template cannot be read, or names what a card does not have."""


class EvidenceError(ProblemsError):
    """An evidence file cannot be read, or does not fit its manifest."""


class SettingsError(ProblemsError):
    """The settings of a project cannot be read or do not make sense."""


class DecisionsError(ProblemsError):
    """A file with decisions on changes cannot be read or does not make sense."""


class ResultsError(ProblemsError):
    """A results file of an evaluation tool cannot be read, is cut, or is none that cardgen knows."""


class ComparisonError(CardgenError):
    """Two states of a card cannot be compared: one is not there, is no card, or git does not give it."""

    exit_code = 3


class ModelFilesError(CardgenError):
    """The files of a model cannot be read, are damaged, or are none that cardgen knows."""

    exit_code = 3


class SeveralModelsError(ModelFilesError):
    """There are several models where one was asked for."""

    def __init__(self, label: str, models: Sequence[str]) -> None:
        """Name them.

        Args:
            label: what the reader called the files.
            models: of each a file by which it can be named.
        """
        super().__init__(f"{label} holds {len(models)} models: {', '.join(models)}.", remedy="Name one of the files.")
        self.models = tuple(models)


class StepError(CardgenError):
    """A step failed; the others were finished and kept."""

    exit_code = 4


class ResolveError(StepError):
    """A base model or dataset that a manifest names could not be found or reached."""


class EnvironmentMissingError(CardgenError):
    """An environment is missing, unsuited or cannot be made."""

    exit_code = 5


class HubError(CardgenError):
    """The Hub refused, or holds an edit that a push would overwrite: nothing was changed there."""

    exit_code = 6


class GithubError(CardgenError):
    """GitHub refused, or did not answer: what a review says could not be shown there."""

    exit_code = 6
