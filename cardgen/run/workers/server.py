"""A worker that has imported its libraries, and forks a child for each job.

Started as ``python -P -m cardgen.run.workers.server --control N``.

Orders (``protocol.Fork``, ``protocol.Reap``, JSON lines) come on a socket, each ``Fork`` with the descriptor that its
child's events go to; answers go back on it. A child is the leader of a process group of its own. It stays a zombie
until it is told to be reaped, so that its number, by which the core ends its group, belongs to nobody else meanwhile.

No thread may run here when a child is forked: it would be gone in the child, with whatever lock it held. At the end of
the socket, as at this process's own end however it comes, the children end.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import gc
import os
import select
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from cardgen.run.lifetime import end_with_parent
from cardgen.run.workers.child import do, end_with
from cardgen.run.workers.libraries import ThreadsStartedError, import_libraries
from cardgen.run.workers.pipe import EventPipe
from cardgen.run.workers.protocol import ORDER, Answer, Ended, Fork, Forked, Job, Reap, Refused

_GONE = getattr(select, "POLLRDHUP", 0)
"""The other end of the socket is closed; that it hung up altogether is told in any case."""
_MORE_KILLABLE = b"500"
"""Where memory runs out, the kernel shall end the child that takes it and not the process that serves the others."""


class Server:
    """Serves one core."""

    def __init__(self, control: socket.socket) -> None:
        """Take the socket to the core."""
        self._control = control
        self._received = b""
        self._descriptors: list[int] = []
        self._children: set[int] = set()
        # Its only writer is this process: at its end the children read an end of file, and end too.
        self._lifeline, self._held = os.pipe()
        self._woken, waker = os.pipe()
        os.set_blocking(waker, False)
        os.set_blocking(self._woken, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(waker)
        # Told by a signal of what comes on the socket, it notices the core's end in the middle of a long import, too.
        signal.signal(signal.SIGIO, lambda _number, _frame: self._end_if_alone())
        fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(control, fcntl.F_SETFL, fcntl.fcntl(control, fcntl.F_GETFL) | os.O_ASYNC)

    def serve(self) -> None:
        """Do what is ordered until the socket ends."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _events in selector.select():
                    if key.fileobj is self._control:
                        if not self._receive():
                            return
                    else:
                        with contextlib.suppress(BlockingIOError):
                            os.read(self._woken, 4096)
                        self._tell_ended()

    def work(self, job: Job, pipe: EventPipe) -> None:
        """Do a job, in the child that was forked for it."""
        do(job, pipe)

    def end_children(self) -> None:
        """End every child that is left, and what it started."""
        for child in self._children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)

    def _end_if_alone(self) -> None:
        """End where the core has ended, whatever orders of its are still unread."""
        poll = select.poll()
        poll.register(self._control, _GONE)
        if poll.poll(0):
            self.end_children()
            os._exit(0)

    def _receive(self) -> bool:
        data, descriptors, _flags, _address = socket.recv_fds(self._control, 65536, 16)
        if not data:
            return False
        self._received += data
        self._descriptors += descriptors
        while b"\n" in self._received:
            line, _, self._received = self._received.partition(b"\n")
            order = ORDER.validate_json(line)
            if isinstance(order, Reap):
                self._reap(order.pid)
            else:
                self._fork(order, self._descriptors.pop(0))
        return True

    def _fork(self, order: Fork, events: int) -> None:
        self._end_if_alone()  # no signal comes for what ended before the handler was there
        try:
            new = import_libraries(order.libraries)
        except ThreadsStartedError as error:
            os.close(events)
            self._answer(Refused(reason=str(error)))
            return
        if new:
            gc.collect()
            gc.freeze()  # else the first collection in a child would copy every page that holds an object
        child = os.fork()
        if child == 0:
            self._become_child(order, events)
        os.close(events)
        self._children.add(child)
        self._answer(Forked(pid=child))

    def _become_child(self, order: Fork, events: int) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGIO):
                signal.signal(number, signal.SIG_DFL)
            end_with_parent()  # at once, also in the middle of a long call into a library
            os.setsid()
            self._control.close()
            for descriptor in (self._held, self._woken):
                os.close(descriptor)
            log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.close(log)
            os.chdir(order.folder)
            with contextlib.suppress(OSError):  # there is no such file elsewhere than on Linux
                Path("/proc/self/oom_score_adj").write_bytes(_MORE_KILLABLE)
            end_with(self._lifeline)
            self.work(Job.model_validate_json(order.job.read_bytes()), EventPipe(events))
            status = 0
        except BaseException:  # noqa: BLE001 - told to whoever reads what the child printed
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # what the parent would do at its end is not the child's to do

    def _tell_ended(self) -> None:
        for child in sorted(self._children):
            found = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is not None:
                killed = found.si_code != os.CLD_EXITED
                self._answer(Ended(pid=child, status=-found.si_status if killed else found.si_status))

    def _reap(self, child: int) -> None:
        os.waitpid(child, 0)
        self._children.discard(child)

    def _answer(self, answer: Answer) -> None:
        self._control.sendall(answer.model_dump_json().encode() + b"\n")


def main(arguments: Sequence[str] | None = None, serves: type[Server] = Server) -> None:
    """Serve on an inherited socket."""
    parser = argparse.ArgumentParser(description="Fork a process for each cardgen step; started by cardgen itself.")
    parser.add_argument("--control", type=int, required=True)
    server = serves(socket.socket(fileno=parser.parse_args(arguments).control))
    try:
        server.serve()
    finally:
        server.end_children()


if __name__ == "__main__":
    main()
