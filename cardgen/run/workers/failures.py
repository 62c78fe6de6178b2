"""Why a job failed, for its record: without paths of this machine."""

from __future__ import annotations

import errno
import re
import sys
import sysconfig
import traceback
from pathlib import Path

from cardgen.errors import CardgenError
from cardgen.records.record import Failure
from cardgen.run.snippet import LoadingCodeError
from cardgen.run.workers.protocol import Job
from cardgen.tuning.search import ToleranceError


def describe_failure(error: BaseException, job: Job) -> Failure:
    """What went wrong, and what to do."""
    text = str(error)
    kind, remedy, detail = type(error).__name__, "", "".join(traceback.format_exception(error))
    if isinstance(error, CardgenError):
        text, remedy = error.message, error.remedy
        detail = "" if error.__cause__ is None else detail
        if isinstance(error, LoadingCodeError | ToleranceError):
            detail = error.detail
    elif isinstance(error, MemoryError) or re.search(r"allocate memory|bad_alloc|bad allocation", text):
        kind, remedy = "out-of-memory", "Use a smaller batch_size, or a machine with more memory."
        text = text or "There is not enough memory."
    elif getattr(error, "errno", None) == errno.ENOSPC or "No space left on device" in text:
        kind, remedy = "disk-full", "Free some space on the disk and build again; finished steps are kept."
    return Failure(
        type=kind,
        message=shorten_paths(text or kind, job),
        remedy=shorten_paths(remedy, job),
        detail=shorten_paths(detail, job),
    )


def shorten_paths(text: str, job: Job) -> str:
    """Replace what is particular to this machine in a message or traceback."""
    places = {
        sysconfig.get_path("purelib"): "",
        sysconfig.get_path("platlib"): "",
        sysconfig.get_path("stdlib"): "",
        str(Path(__file__).parents[3]): "",
        **{str(path): f"<{role}>" for role, path in job.paths.items()},
        str(job.output): "<output>",
        **({str(job.journal): "<journal>"} if job.journal else {}),
        str(Path.cwd()): "<scratch>",
        sys.prefix: "<environment>",
        str(Path.home()): "~",
    }
    for place in sorted(places, key=len, reverse=True):  # the longest first: one may hold another
        short = places[place]
        if place != "/":
            text = text.replace(f"{place}/", f"{short}/" if short else "").replace(place, short or ".")
    return text
