"""``cardgen`` with its workers' libraries timed: ``python -m tests.bench.timed ARGUMENT...``, as of the command.

Each worker finds ``scripts/time_libraries.py`` as the ``sitecustomize`` of its interpreter; that says where times go.
One step runs at a time, so that what cardgen itself does between two is not hidden by the work of a third.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from cardgen.cli import main
from cardgen.records.request import StepRequest
from cardgen.run.environments import lay_package
from cardgen.run.executors import local

_SCRIPT = Path(__file__).parent / "scripts" / "time_libraries.py"


def _lay_with_script(folder: Path) -> Path:
    laid = lay_package(folder)
    (laid / "sitecustomize.py").symlink_to(_SCRIPT)
    return laid


def _admits_one(
    _executor: local.LocalExecutor, request: StepRequest, artifact_bytes: int, running: Sequence[StepRequest]
) -> bool:
    return not running


if __name__ == "__main__":
    with (
        patch.object(local, "lay_package", _lay_with_script),
        patch.object(local.LocalExecutor, "admits", _admits_one),
    ):
        sys.exit(main(sys.argv[1:]))
