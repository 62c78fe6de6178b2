"""What can be wrong with the files of a model, in words that the core and the worker share."""

from __future__ import annotations

from typing import NamedTuple

from cardgen.errors import StepError


class ModelFault(NamedTuple):
    """One thing for which no step can use a model, or use it rightly; in whole sentences."""

    message: str
    remedy: str

    @property
    def error(self) -> StepError:
        """The same as an error of the step that met it."""
        return StepError(self.message, remedy=self.remedy)
