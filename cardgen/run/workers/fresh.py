"""One job in an interpreter of its own, which shares nothing with any other."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cardgen.run.workers.conversation import Hear, death, end_group, listen, out_of_memory_kills, time_limit, timeout
from cardgen.run.workers.protocol import Failed, Finished, Job


class FreshWorker:
    """A process for one job."""

    def __init__(self, python: Path, environ: Mapping[str, str]) -> None:
        """Take the interpreter of an environment that can do the job, and the process's whole environment."""
        self._python = python
        self._environ = environ
        self._group: int | None = None

    def run(self, job: Job, scratch: Path, hear: Hear, time_limit_s: float) -> Finished | Failed:
        """Do ``job`` and wait for its end.

        Args:
            job: what to do.
            scratch: a folder of its own; libraries write what they please in the new folder ``work`` in it.
            hear: called with each event but the last.
            time_limit_s: seconds after which the worker's process group is ended.

        Returns:
            The worker's last event; a worker that dies without one is a :class:`Failed` that says how.
        """
        log_path = scratch / "worker.log"
        workplace = scratch / "work"
        workplace.mkdir()
        ooms_before = out_of_memory_kills()
        read_end, write_end = os.pipe()
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [str(self._python), "-P", "-m", "cardgen.run.workers.child", "--events-fd", str(write_end)],
                stdin=subprocess.PIPE,  # kept open: its end tells the worker that this process is gone
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=workplace,
                env=self._environ,
                pass_fds=(write_end,),
                start_new_session=True,
            )
        os.close(write_end)
        self._group = process.pid
        with time_limit(time_limit_s, self.stop) as late:
            try:
                assert process.stdin is not None
                with contextlib.suppress(BrokenPipeError):  # it died, and says nothing
                    process.stdin.write(job.model_dump_json().encode() + b"\n")
                    process.stdin.flush()
                last = listen(read_end, hear)
                process.wait()
            finally:
                self.stop()
                process.wait()
                self._group = None
                if process.stdin is not None:
                    with contextlib.suppress(BrokenPipeError):
                        process.stdin.close()
        if last is not None:
            return last
        if late.is_set():
            return Failed(error=timeout(time_limit_s, log_path))
        return Failed(error=death(process.returncode, out_of_memory_kills() - ooms_before, log_path))

    def stop(self) -> None:
        """End the worker and whatever it started."""
        if self._group is not None:
            end_group(self._group)
