from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.layout import variant_folder


def test_the_usual_pair() -> None:
    assert variant_folder({"pytorch": "pytorch", "onnx": "onnx"}) == {"pytorch": "", "onnx": "onnx"}


def test_several_of_a_runtime() -> None:
    runtimes = {"a": "onnx", "b": "onnx", "c": "pytorch", "d": "pytorch"}
    assert variant_folder(runtimes) == {"a": "onnx", "b": "onnx/b", "c": "c", "d": "d"}


def test_adding_a_variant_of_onnx_moves_none() -> None:
    assert variant_folder({"a": "onnx"})["a"] == variant_folder({"a": "onnx", "b": "onnx"})["a"]


@given(
    st.dictionaries(
        st.sampled_from(["onnx", "assets", "onnx-pytorch", "assets-pytorch", "onnx-pytorch-pytorch", "a", "b"]),
        st.sampled_from(["pytorch", "onnx"]),
    )
)
def test_folders_never_collide(runtimes: dict[str, str]) -> None:
    folders = variant_folder(runtimes)
    assert list(folders) == list(runtimes)
    assert len(set(folders.values())) == len(runtimes)
    assert "assets" not in folders.values()
    for name, runtime in runtimes.items():
        if runtime == "pytorch":
            assert PurePosixPath(folders[name]).parts[:1] != ("onnx",)
