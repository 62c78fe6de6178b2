"""Jobs in forks of a process that has their libraries imported (``server``)."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from cardgen.run.workers.conversation import Hear, death, end_group, listen, out_of_memory_kills, time_limit, timeout
from cardgen.run.workers.protocol import ANSWER, Answer, Ended, Failed, Finished, Fork, Forked, Job, Reap, Refused

_SERVER = ("-m", "cardgen.run.workers.server")


class CannotForkError(Exception):
    """The worker does not fork: a thread runs in it, or it died. The job can be done by a fresh one."""


class WarmWorker:
    """A process that imports what jobs need, once, and forks a child for each; one job at a time."""

    def __init__(self, python: Path, environ: Mapping[str, str], place: Path, program: Sequence[str] = _SERVER) -> None:
        """Start it.

        Args:
            python: interpreter of an environment that can do the jobs.
            environ: the whole environment of the process.
            place: a new folder for it to run in.
            program: what the interpreter runs.
        """
        place.mkdir()
        ours, theirs = socket.socketpair()
        self._log = place / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(python), "-P", *program, "--control", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=place,
                env=environ,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        theirs.close()
        self._control = ours
        self._answers = ours.makefile("rb")
        self._child: int | None = None

    @property
    def alive(self) -> bool:
        """Whether it can be given another job."""
        return self._process.poll() is None

    def run(
        self, job: Job, libraries: Sequence[str], scratch: Path, hear: Hear, time_limit_s: float
    ) -> Finished | Failed:
        """Do ``job`` in a fork and wait for its end; see :meth:`cardgen.run.workers.fresh.FreshWorker.run`.

        Args:
            job: what to do.
            libraries: modules that are imported before the fork, if they are not yet.
            scratch: a folder of its own.
            hear: called with each event but the last.
            time_limit_s: seconds after which the child's process group is ended.

        Raises:
            CannotForkError: where there is no child.
        """
        workplace, log, order = scratch / "work", scratch / "worker.log", scratch / "job.json"
        workplace.mkdir()
        order.write_text(job.model_dump_json(), encoding="utf-8")
        ooms_before = out_of_memory_kills()
        with time_limit(time_limit_s, self.stop) as late:
            read_end, write_end = os.pipe()
            try:
                child = self._fork(Fork(libraries=tuple(libraries), job=order, folder=workplace, log=log), write_end)
            except CannotForkError:
                os.close(read_end)
                workplace.rmdir()
                if late.is_set():
                    return Failed(error=timeout(time_limit_s, self._log))
                raise
            finally:
                os.close(write_end)
            self._child = child
            try:
                last = listen(read_end, hear)
                status = self._end_of(child)
            finally:
                # Until it is reaped its number, which is that of its group, is nobody else's.
                end_group(child)
                self._child = None
                self._say(Reap(pid=child))
        if last is not None:
            return last
        if late.is_set():
            return Failed(error=timeout(time_limit_s, log))
        return Failed(error=death(status, out_of_memory_kills() - ooms_before, log))

    def stop(self) -> None:
        """End the child that runs and whatever it started; where none does yet, the worker itself."""
        end_group(self._child or self._process.pid)

    def close(self) -> None:
        """End the worker and all its children."""
        end_group(self._process.pid)
        if self._child is not None:
            end_group(self._child)
        self._process.wait()
        self._answers.close()
        self._control.close()

    def _fork(self, order: Fork, events: int) -> int:
        """The number of the child."""
        try:
            socket.send_fds(self._control, [order.model_dump_json().encode() + b"\n"], [events])
        except OSError as error:
            raise CannotForkError(f"the worker died: {error.strerror}") from error
        while (answer := self._hear()) is not None:
            if isinstance(answer, Refused):
                raise CannotForkError(answer.reason)
            if isinstance(answer, Forked):
                return answer.pid
        raise CannotForkError("the worker died while it imported libraries")

    def _end_of(self, child: int) -> int:
        """The child's exit status, once it has ended; that of the worker where it died first."""
        while (answer := self._hear()) is not None:
            if isinstance(answer, Ended) and answer.pid == child:
                return answer.status
        return self._process.wait()

    def _hear(self) -> Answer | None:
        try:
            line = self._answers.readline()
        except ConnectionResetError:
            return None
        return ANSWER.validate_json(line) if line.endswith(b"\n") else None

    def _say(self, order: Reap) -> None:
        try:
            self._control.sendall(order.model_dump_json().encode() + b"\n")
        except OSError:
            return  # it died, and with it all that there was to reap
