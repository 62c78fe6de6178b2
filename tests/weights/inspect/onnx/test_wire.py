from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import ModelFilesError
from cardgen.weights.inspect.cursor import Cursor
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.onnx.wire import varint
from tests.weights.inspect.test_damaged import POINTER

MODEL = Path(__file__).parent / "models" / "nbits4.onnx"


def read(folder: Path, content: bytes) -> None:
    (folder / "a.onnx").write_bytes(content)
    inspect(FolderFiles(folder, "mine"), hashes=False)


def written(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


@given(value=st.integers(0, 2**64 - 1))
def test_a_number_is_read_as_it_is_written(value: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("wire")
    (folder / "a").write_bytes(written(value) + b"\0")
    cursor = Cursor(FolderFiles(folder, "mine"), "a")
    assert varint(cursor) == value
    assert cursor.at == len(written(value))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no graph"),
        (MODEL.read_bytes()[:-1], "is damaged or cut"),
        (MODEL.read_bytes()[:100], "is damaged or cut"),
        (POINTER, "is a Git LFS pointer"),
        (b"\xff" * 40, "is damaged, or no ONNX file"),
        (b"\x12\x05ab", "is damaged or cut: a part is longer than the whole"),
        (b"<html>not found</html>", "is damaged"),
    ],
)
def test_a_damaged_file_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError) as error:
        read(tmp_path, content)
    assert message in error.value.message
    assert error.value.remedy


@given(at=st.integers(0, 20_000), value=st.integers(0, 255))
def test_no_byte_leads_to_anything_but_an_answer_or_an_error(
    at: int, value: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(MODEL.read_bytes())
    content[at] = value
    with suppress(ModelFilesError):
        read(tmp_path_factory.mktemp("onnx"), bytes(content))
