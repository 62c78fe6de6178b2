"""Reading again what a network did not deliver. Only for what changes nothing where it is asked twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tenacity import RetryCallState

ATTEMPTS = 4
"""How often in all: with the waits between them, a network that is away for a second or two is not noticed."""
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 2.0

T = TypeVar("T")


def read_again(read: Callable[[], T], *, lost: type[Exception], say: Callable[[str], None]) -> T:
    """What ``read`` gives, asked a few times where no answer comes; the last of its errors where none ever does.

    Args:
        read: asks once; it must change nothing.
        lost: what it raises where no answer came; its ``wait_s``, where it has one, is waited for at least.
        say: hears of each attempt that was lost.
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        say(f"{getattr(error, 'message', error)}; asking again ({state.attempt_number + 1} of {ATTEMPTS})")

    by_itself = wait_exponential(_FIRST_WAIT_S, _LONGEST_WAIT_S) + wait_random(0, _FIRST_WAIT_S)

    def wait(state: RetryCallState) -> float:
        asked: float = getattr(state.outcome.exception() if state.outcome else None, "wait_s", 0.0)
        return max(by_itself(state), asked)

    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait,
        retry=retry_if_exception_type(lost),
        before_sleep=tell,
        reraise=True,
    )
    return retrying(read)
