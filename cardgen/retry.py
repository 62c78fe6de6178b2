"""Reading again what a network did not deliver. Only for what changes nothing where it is asked twice."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tenacity import RetryCallState

ATTEMPTS = 4
"""How often in all: with the waits between them, a network that is away for a second or two is not noticed."""
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 2.0

T = TypeVar("T")


def read_again(
    read: Callable[[], T],
    *,
    lost: type[Exception] | tuple[type[Exception], ...],
    say: Callable[[str], None],
    longest_wait_s: float = math.inf,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What ``read`` gives, asked a few times where no answer comes; the last of its errors where none ever does.

    Args:
        read: asks once; it must change nothing.
        lost: what it raises where no answer came; its ``wait_s``, where it has one, is waited for at least.
        say: hears of each attempt that was lost.
        longest_wait_s: where the error asks for more, it is not asked again.
        sleep: waits so many seconds.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        when = f" in {asked:.0f} s" if (asked := _asked_to_wait(error)) else ""
        say(f"{getattr(error, 'message', error)}; asking again{when} ({state.attempt_number + 1} of {ATTEMPTS})")

    by_itself = wait_exponential(_FIRST_WAIT_S, _LONGEST_WAIT_S) + wait_random(0, _FIRST_WAIT_S)

    def wait(state: RetryCallState) -> float:
        return max(by_itself(state), _asked_to_wait(state.outcome.exception() if state.outcome else None))

    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait,
        retry=retry_if_exception(lambda error: isinstance(error, lost) and _asked_to_wait(error) <= longest_wait_s),
        before_sleep=tell,
        reraise=True,
        sleep=sleep,
    )
    return retrying(read)


def _asked_to_wait(error: BaseException | None) -> float:
    return getattr(error, "wait_s", None) or 0.0
