"""Several pushes at once: most of each is waiting for the Hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cardgen.errors import CardgenError

AT_ONCE = 8
"""The Hub counts requests, and more would make it ask to wait."""

T = TypeVar("T")


def side_by_side(pushes: Sequence[Callable[[], T]]) -> Iterator[T | CardgenError]:
    """What each push gives, or raises of cardgen's errors, in their order; none stops another.

    Raises:
        BaseException: whatever else one of them raises; those that have not begun are not begun.
    """

    def caught(push: Callable[[], T]) -> T | CardgenError:
        try:
            return push()
        except CardgenError as error:
            return error

    pool = ThreadPoolExecutor(max_workers=min(AT_ONCE, max(1, len(pushes))), thread_name_prefix="push")
    try:
        yield from pool.map(caught, pushes)
    finally:
        pool.shutdown(cancel_futures=True)
