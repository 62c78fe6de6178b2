from __future__ import annotations

import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import ModelFilesError
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.gguf.header import Header, read_header
from cardgen.weights.inspect.presentation import as_text
from cardgen.weights.inspect.scheme import main_scheme, uses
from tests.weights.inspect.test_damaged import POINTER

MODEL = Path(__file__).parent / "models" / "Q2_K.gguf"


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def entry(key: str, value: object) -> bytes:
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, list):
        content = b"".join(map(text, value))
        return text(key) + struct.pack("<IIQ", 9, 8, len(value)) + content
    if isinstance(value, float):
        return text(key) + struct.pack("<Id", 12, value)
    assert isinstance(value, int)
    return text(key) + struct.pack("<Iq", 11, value)


def gguf(
    metadata: Mapping[str, object], tensors: Mapping[str, tuple[int, ...]], *, version: int = 3, kind: int = 0
) -> bytes:
    """A file of FP32 tensors, written as the specification says."""
    content = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    content += b"".join(entry(key, value) for key, value in metadata.items())
    end = 0
    for name, shape in tensors.items():
        content += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", one) for one in shape[::-1])
        content += struct.pack("<IQ", kind, end)
        size = 4
        for one in shape:
            size *= one
        end += size
    return content + b"\0" * (-len(content) % 32) + b"\0" * end


def read(tmp_path: Path, content: bytes) -> Header:
    (tmp_path / "a.gguf").write_bytes(content)
    return read_header(FolderFiles(tmp_path / "a.gguf", "mine"), "a.gguf")


NAMES = st.text(max_size=20)
VALUES = st.one_of(
    NAMES, st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.lists(st.text(max_size=9), max_size=5)
)


@given(metadata=st.dictionaries(NAMES, VALUES, max_size=6), shape=st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_what_is_written_is_read(
    metadata: dict[str, object], shape: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    metadata.pop("general.alignment", None)
    header = read(tmp_path_factory.mktemp("gguf"), gguf(metadata, {"a.weight": tuple(shape)}))
    assert header.metadata == {key: value for key, value in metadata.items() if not isinstance(value, list)}
    assert [(tensor.name, tensor.shape) for tensor in header.tensors] == [("a.weight", tuple(shape))]


def test_a_vocabulary_longer_than_what_is_read_at_once_is_passed_over(tmp_path: Path) -> None:
    words = [f"word {number} " + "x" * 50 for number in range(40_000)]
    header = read(tmp_path, gguf({"tokens": words, "after": 1}, {"a.weight": (2, 2)}))
    assert header.metadata == {"after": 1}
    assert len(header.tensors) == 1


WHOLE = gguf({"general.name": "mine"}, {"a.weight": (4, 4)})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (WHOLE[:-1], "is cut: its tensors end at byte"),
        (WHOLE[:60], "is damaged or cut: what it lists goes on behind byte 60"),
        (b"", "is damaged or cut"),
        (b"GGML" + WHOLE[4:], "is no GGUF file"),
        (POINTER, "is a Git LFS pointer"),
        (gguf({}, {}, version=1), "is of version 1 of GGUF"),
        (b"GGUF\0\0\0\x03" + WHOLE[8:], "is of big-endian numbers"),
        (gguf({}, {"a.weight": (4, 4)}, kind=99), "has a tensor of type 99, which cardgen does not know: a.weight"),
        (WHOLE[:8] + struct.pack("<QQ", 2**62, 1) + WHOLE[24:], "its header claims 4611686018427387904 entries"),
        (WHOLE[:8] + struct.pack("<QQ", 1, 2**62) + WHOLE[24:], "its header claims 4611686018427387904 entries"),
        (WHOLE[:24] + struct.pack("<Q", 2**62) + WHOLE[32:], "is damaged or cut"),
    ],
)
def test_a_damaged_file_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError) as error:
        read(tmp_path, content)
    assert message in error.value.message
    assert error.value.remedy


@given(at=st.integers(0, 2000), value=st.integers(0, 255))
def test_no_byte_of_a_header_leads_to_anything_but_an_answer_or_an_error(
    at: int, value: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(MODEL.read_bytes())
    content[at] = value
    folder = tmp_path_factory.mktemp("gguf")
    (folder / "a.gguf").write_bytes(content)
    with suppress(ModelFilesError):
        inspect(FolderFiles(folder, "mine"), hashes=False)


def split(tmp_path: Path, *present: int) -> Path:
    for part in present:
        metadata = {"split.count": 3, "split.no": part - 1, "split.tensors.count": 3, "general.name": "mine"}
        content = gguf(metadata, {f"blk.{part}.ffn_up.weight": (4, 4)})
        (tmp_path / f"mine-0000{part}-of-00003.gguf").write_bytes(content)
    return tmp_path


def test_a_model_in_several_files_is_one(tmp_path: Path) -> None:
    found = inspect(FolderFiles(split(tmp_path, 1, 2, 3), "mine"))
    assert [module.name for module in found.modules] == ["blk.1.ffn_up", "blk.2.ffn_up", "blk.3.ffn_up"]
    assert (found.parameters, found.findings) == (48, ())


def test_a_file_that_is_missing_among_several_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match="of the 3 files of mine there are 2"):
        inspect(FolderFiles(split(tmp_path, 1, 3), "mine"))


def part(name: str, number: int, tensor: str, **metadata: object) -> tuple[str, bytes]:
    told = {"split.count": 2, "split.no": number, "general.architecture": "llama", **metadata}
    return name, gguf(told, {tensor: (4, 4)})


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (part("m-00002-of-00002.gguf", 0, "b.weight"), "says that it is part 1, and its name that it is part 2"),
        (part("m-00002-of-00002.gguf", 1, "a.weight"), "the tensor a.weight, which m-00001-of-00002.gguf holds"),
        (
            part("m-00002-of-00002.gguf", 1, "b.weight", **{"general.architecture": "bert"}),
            "is of another model than m-00001-of-00002.gguf: general.architecture is bert, and there llama",
        ),
        (part("m-00003-of-00002.gguf", 2, "b.weight"), "of the 2 files of m there are 2"),
    ],
)
def test_files_that_are_no_parts_of_one_model_are_refused(
    second: tuple[str, bytes], message: str, tmp_path: Path
) -> None:
    for name, content in (part("m-00001-of-00002.gguf", 0, "a.weight"), second):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelFilesError) as error:
        inspect(FolderFiles(tmp_path, "mine"))
    assert message in error.value.message


def typed(recipe: object, *types: int) -> bytes:
    """A file of one tensor of each of these types, 256 by 4 weights, after what it says that it is."""
    content = b"GGUF" + struct.pack("<IQQ", 3, len(types), 1) + entry("general.file_type", recipe)
    end = 0
    for at, kind in enumerate(types):
        content += text(f"blk.{at}.ffn_up.weight") + struct.pack("<IQQIQ", 2, 256, 4, kind, end)
        end += 4096
    return content + b"\0" * (32 + end)


F16, Q4_0, Q8_0, Q5_0, Q6_K = 1, 2, 8, 6, 14


@pytest.mark.parametrize(
    ("recipe", "types", "method", "finding"),
    [
        (2, [Q4_0, Q8_0], "Q4_0", None),
        (15, [Q5_0, Q8_0], "Q4_K_M", None),  # rows that are no multiple of 256
        (1, [F16], "F16", None),
        (1, [Q4_0, F16], None, "its metadata say F16, and its weights are stored in Q4_0, F16"),
        (7, [Q4_0], None, "its metadata say Q8_0, and its weights are stored in Q4_0"),
        (15, [F16], None, "its metadata say Q4_K_M, and its weights are stored in F16"),
        (2, [Q6_K], None, "its metadata say Q4_0, and its weights are stored in Q6_K"),
        (999, [Q4_0], None, "its metadata name a recipe that cardgen does not know: general.file_type 999"),
        ("7", [Q4_0], None, None),
    ],
)
def test_tensors_win_over_the_recipe_that_a_file_names(
    recipe: object, types: list[int], method: str | None, finding: str | None, tmp_path: Path
) -> None:
    (tmp_path / "a.gguf").write_bytes(typed(recipe, *types))
    found = inspect(FolderFiles(tmp_path, "mine"))
    assert (found.method, found.findings) == (method, (finding,) if finding else ())


def test_a_scheme_is_named_by_tensors_where_the_recipe_is_of_others(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(typed(1, Q4_0, Q4_0, Q8_0))
    found = inspect(FolderFiles(tmp_path, "mine"))
    assert main_scheme(found.format, found.method, uses(found.modules)) == "Q4_0"


def test_paths_of_the_machine_that_made_an_importance_matrix_are_not_told(tmp_path: Path) -> None:
    for path in ("/home/somebody/data/calibration.txt", "C:\\Users\\somebody\\calibration.txt"):
        metadata = {"quantize.imatrix.dataset": path, "quantize.imatrix.chunks_count": 128}
        (tmp_path / "a.gguf").write_bytes(gguf(metadata, {"a.weight": (4, 4)}))
        found = inspect(FolderFiles(tmp_path, "mine"))
        assert found.calibration == "importance matrix from calibration.txt, 128 chunks"


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://huggingface.co/acme/base", ("acme/base",)),
        ("https://example.com/acme/base", ("Base",)),
        ("https://[huggingface.co/acme/base", ("Base",)),
        ("https://huggingface.co/acme/base/tree/main", ("acme/base",)),
        ("https://huggingface.co/acme/a | b\n# c", ("Base",)),
        ("", ("Base",)),
    ],
)
def test_a_base_model_is_told_by_its_id_or_by_its_name(address: str, named: tuple[str], tmp_path: Path) -> None:
    metadata = {
        "general.base_model.count": 1,
        "general.base_model.0.name": "Base",
        "general.base_model.0.repo_url": address,
    }
    (tmp_path / "a.gguf").write_bytes(gguf(metadata, {"a.weight": (4, 4)}))
    assert inspect(FolderFiles(tmp_path, "mine")).base_model == named


def test_what_a_file_says_of_itself_stays_in_its_line(tmp_path: Path) -> None:
    metadata = {"general.architecture": "llama\n  made by       acme", "general.quantized_by": "you\u2028me"}
    (tmp_path / "a.gguf").write_bytes(gguf(metadata, {"a\n  ! b.weight": (4, 4)}))
    lines = as_text(inspect(FolderFiles(tmp_path, "mine")), "mine", list_modules=True).splitlines()
    assert [line for line in lines if line.startswith("  made by")] == ["  made by       you me"]
    assert not any(line.startswith("  !") for line in lines)
