"""A warm worker that also runs scripts: importing takes most of the time of a tiny one.

The job of a script is a snippet of the backend ``script``: its code is the script's arguments as JSON, its path first.
What it prints goes to ``stdout`` in the working folder.
"""

from __future__ import annotations

import json
import os
import runpy
import sys

from cardgen.records.request import SnippetRequest
from cardgen.records.results.snippet import SnippetResult
from cardgen.run.hardware import describe_hardware
from cardgen.run.workers.pipe import EventPipe
from cardgen.run.workers.protocol import Finished, Job
from cardgen.run.workers.server import Server, main


class ScriptServer(Server):
    """Forks for jobs and for scripts."""

    def work(self, job: Job, pipe: EventPipe) -> None:
        """Do a job, or run a script."""
        request = job.request
        if not isinstance(request, SnippetRequest) or request.backend != "script":
            super().work(job, pipe)
            return
        os.dup2(os.open("stdout", os.O_WRONLY | os.O_CREAT), 1)
        sys.argv = json.loads(request.code)
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.stdout.flush()
        pipe.send(Finished(result=SnippetResult(output=""), versions={}, hardware=describe_hardware()))


if __name__ == "__main__":
    main(serves=ScriptServer)
