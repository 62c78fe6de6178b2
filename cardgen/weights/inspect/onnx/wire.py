"""Protocol buffers on the wire: https://protobuf.dev/programming-guides/encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cardgen.weights.inspect.cursor import Cursor

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_LONGEST_TEXT = 10_000_000


class Field(NamedTuple):
    """One field of a message."""

    number: int
    wire: int
    value: int
    """Of a varint; for ``LENGTH`` the bytes that follow, where the cursor stands."""


def fields(cursor: Cursor, end: int, take: Callable[[Field], bool]) -> None:
    """Go through a message.

    Args:
        cursor: at its begin; afterwards at its end.
        end: where it ends.
        take: hears of each field. Where it returns true it has read what follows, else that is passed over.

    Raises:
        ModelFilesError: where it is no message.
    """
    while cursor.at < end:
        key = varint(cursor)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            take(Field(number, wire, varint(cursor)))
        elif wire == LENGTH:
            length = varint(cursor)
            behind = cursor.at + length
            if behind > end:
                raise cursor.error("is damaged or cut: a part is longer than the whole")
            if not take(Field(number, wire, length)):
                cursor.skip(length)
            if cursor.at != behind:
                raise cursor.error("is damaged: a part does not end where it should")
        elif wire in (FIXED64, FIXED32):
            cursor.skip(8 if wire == FIXED64 else 4)
        else:
            raise cursor.error("is damaged, or no ONNX file")
    if cursor.at != end:
        raise cursor.error("is damaged: a part does not end where it should")


def varint(cursor: Cursor) -> int:
    """A number of any length, seven bits a byte, the lowest first."""
    found = 0
    for place in range(_LONGEST_VARINT):
        (byte,) = cursor.take(1)
        found |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return found
    raise cursor.error("is damaged, or no ONNX file")


def text(cursor: Cursor, length: int) -> str:
    """A text."""
    if length > _LONGEST_TEXT:
        raise cursor.error(f"is damaged: a name of {length} bytes")
    return cursor.take(length).decode("utf-8", errors="replace")


def numbers(cursor: Cursor, field: Field) -> Iterator[int]:
    """The numbers of a repeated field, packed or one alone; negative ones as 64 bits have them."""
    if field.wire == VARINT:
        yield _signed(field.value)
        return
    end = cursor.at + field.value
    while cursor.at < end:
        yield _signed(varint(cursor))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
