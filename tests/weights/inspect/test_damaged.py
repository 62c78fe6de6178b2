from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cardgen.cli.model_files import model_files
from cardgen.errors import ModelFilesError
from cardgen.manifest.made import Made
from cardgen.records.inspection import Inspection
from cardgen.weights.adopted import read_local
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 104857600\n"
ONE = {"a.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}


def safetensors(header: object, data: bytes = b"\0" * 16, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def read(folder: Path, files: Mapping[str, bytes]) -> Inspection:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return inspect(FolderFiles(folder, "mine"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (safetensors(ONE, length=10**6), "its header claims 1000000 bytes"),
        (safetensors(ONE, length=2**63), "its header claims 9223372036854775808 bytes"),
        (b"\x05", "is no safetensors file, or is cut"),
        (b"", "is no safetensors file, or is cut"),
        (safetensors(b"{"), "its header is not JSON"),
        (safetensors(b"[]"), "its header is no JSON object"),
        (safetensors(b"\xff\xfe"), "its header is not JSON"),
        (safetensors(ONE, data=b"\0" * 15), "is cut: its tensors end at byte"),
        (safetensors({"a.weight": {**ONE["a.weight"], "shape": [2, 3]}}), "what its header says of a.weight"),
        (safetensors({"a.weight": {**ONE["a.weight"], "shape": [-2, -2]}}), "what its header says of a.weight"),
        (safetensors({"a.weight": {**ONE["a.weight"], "shape": "2x2"}}), "what its header says of a.weight"),
        (safetensors({"a.weight": {"dtype": "F32", "shape": [2, 2]}}), "what its header says of a.weight"),
        (safetensors({"a.weight": 1}), "what its header says of a.weight"),
        (safetensors({**ONE, "b.weight": ONE["a.weight"]}), "its tensors lie over one another"),
        (safetensors({"a.weight": {"dtype": "Q9", "shape": [1], "data_offsets": [8, 4]}}), "what its header says"),
        (POINTER, "is a Git LFS pointer, and not the content itself"),
    ],
)
def test_a_damaged_file_is_told_with_its_name(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError) as error:
        read(tmp_path, {"model.safetensors": content})
    assert message in error.value.message
    assert "mine: model.safetensors" in error.value.message
    assert error.value.remedy


def index(*names: str) -> bytes:
    return json.dumps({"weight_map": {f"{at}.weight": name for at, name in enumerate(names)}}).encode()


def test_an_index_that_names_a_file_which_is_not_there_is_told(tmp_path: Path) -> None:
    files = {"model.safetensors.index.json": index("a.safetensors", "b.safetensors", "c.safetensors")}
    with pytest.raises(ModelFilesError, match=r"names b\.safetensors and 1 more, which are not there"):
        read(tmp_path, {**files, "a.safetensors": safetensors(ONE)})


def test_what_an_index_does_not_name_is_not_counted(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "model.safetensors.index.json": index("a.safetensors"),
            "a.safetensors": safetensors(ONE),
            "consolidated.safetensors": safetensors(ONE),
        },
    )
    assert (found.parameters, found.size_bytes) == (4, len(safetensors(ONE)))


@pytest.mark.parametrize("config", [b"[]", b"{", POINTER])
def test_a_broken_configuration_is_told(config: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match=r"mine: config\.json"):
        read(tmp_path, {"model.safetensors": safetensors(ONE), "config.json": config})


def test_a_folder_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match="holds no weights that cardgen can read"):
        read(tmp_path, {"README.md": b"# Model\n"})


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match="absent does not exist"):
        FolderFiles(tmp_path / "absent", "absent")


def test_a_name_that_no_file_system_takes_is_told() -> None:
    name = "m" * 5000
    with pytest.raises(ModelFilesError, match="cannot be read: File name too long"):
        FolderFiles(Path(name), name)
    with pytest.raises(ModelFilesError, match="cannot be read: File name too long"):
        model_files(f"owner/{name}")
    with pytest.raises(ModelFilesError, match="cannot be read: File name too long"):
        read_local(Path(), "q4", Made(path=name))


@pytest.mark.parametrize(
    ("config", "finding"),
    [
        ({"quant_method": "compressed-tensors"}, "config.json says quantized (compressed-tensors), and every tensor"),
        (
            {"quant_method": "compressed-tensors", "quantization_status": "decompressed"},
            "every tensor is stored in F32",
        ),
    ],
)
def test_tensors_win_over_a_configuration_that_says_otherwise(
    config: dict[str, Any], finding: str, tmp_path: Path
) -> None:
    text = json.dumps({"quantization_config": config}).encode()
    found = read(tmp_path, {"model.safetensors": safetensors(ONE), "config.json": text})
    assert not any(module.storage.quantized for module in found.modules)
    (told,) = found.findings
    assert finding in told


SCALED = {
    "a.weight": {"dtype": "I8", "shape": [32, 32], "data_offsets": [0, 1024]},
    "a.weight_scale": {"dtype": "BF16", "shape": [32, 1], "data_offsets": [1024, 1088]},
}


def grouped(weights: object, activations: object = None, **config: object) -> dict[str, object]:
    groups = {"group_0": {"targets": ["Linear"], "weights": weights, "input_activations": activations}}
    return {"quant_method": "compressed-tensors", "config_groups": groups, **config}


@pytest.mark.parametrize(
    ("config", "finding"),
    [
        (grouped({"num_bits": 8}), None),
        (grouped({"num_bits": 4}), "config.json says 4 bits, and of 1 quantized modules 1 have 8"),
        (grouped({"num_bits": "8"}), None),
        (grouped({"num_bits": 8}, 5), "config.json says of input_activations what makes no sense"),
        (grouped({"num_bits": 8}, {"num_bits": []}), "config.json says of input_activations what makes no sense"),
        (grouped({"num_bits": 8}, {"type": "x"}), "config.json says of input_activations what makes no sense"),
        (grouped({}, kv_cache_scheme={"num_bits": "q"}), "config.json says of kv_cache_scheme what makes no sense"),
        ({"quant_method": "compressed-tensors", "config_groups": []}, "no file states whether their activations"),
        ({}, "no file states whether their activations are quantized too"),
    ],
)
def test_what_a_configuration_does_not_say_is_not_made_up(
    config: dict[str, object], finding: str | None, tmp_path: Path
) -> None:
    text = json.dumps({"quantization_config": config}).encode()
    found = read(tmp_path, {"model.safetensors": safetensors(SCALED, b"\0" * 1088), "config.json": text})
    assert [module.storage.bits for module in found.modules] == [8]
    assert all(module.activations is None for module in found.modules)
    assert found.kv_cache is None
    assert len(found.findings) == (0 if finding is None else 1)
    assert finding is None or finding in found.findings[0]


def test_groups_of_another_size_than_the_configuration_says_are_told(tmp_path: Path) -> None:
    header = {**SCALED, "a.weight_scale": {"dtype": "BF16", "shape": [32, 2], "data_offsets": [1024, 1152]}}
    text = json.dumps({"quantization_config": grouped({"num_bits": 8, "group_size": 32})}).encode()
    found = read(tmp_path, {"model.safetensors": safetensors(header, b"\0" * 1152), "config.json": text})
    assert found.findings == ("config.json says groups of 32, and there are some of 16",)


def test_files_that_hold_the_same_tensors_are_not_one_model(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match=r"b\.safetensors holds a\.weight, and so does another of its files"):
        read(tmp_path, {"a.safetensors": safetensors(ONE), "b.safetensors": safetensors(ONE)})


@pytest.mark.parametrize("other", ["model.fp16.safetensors", "adapter_model.safetensors", "consolidated.safetensors"])
def test_what_lies_beside_the_one_file_that_is_loaded_is_not_counted(other: str, tmp_path: Path) -> None:
    found = read(tmp_path, {other: safetensors(ONE), "model.safetensors": safetensors(ONE)})
    assert (found.parameters, found.size_bytes) == (4, len(safetensors(ONE)))


def words(bits: int, group_size: int) -> dict[str, Any]:
    """A GPTQ module of 64 inputs and 32 outputs."""
    shapes = {"qweight": [64 * bits // 32, 32], "qzeros": [64 // group_size, bits], "scales": [64 // group_size, 32]}
    header: dict[str, Any] = {}
    end = 0
    for part, shape in shapes.items():
        size = shape[0] * shape[1] * (2 if part == "scales" else 4)
        dtype = "F16" if part == "scales" else "I32"
        header[f"a.{part}"] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    return header


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("group_size", [16, 32, 64])
def test_bits_and_groups_follow_from_shapes(bits: int, group_size: int, tmp_path: Path) -> None:
    content = safetensors(words(bits, group_size), data=b"\0" * 10_000)
    config = {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 32}}
    found = read(tmp_path, {"model.safetensors": content, "config.json": json.dumps(config).encode()})
    (module,) = found.modules
    assert (module.storage.bits, module.parameters) == (bits, 64 * 32)
    assert module.storage.group_size == (None if group_size == 64 else group_size)
    assert any("says 4 bits" in finding for finding in found.findings) == (bits != 4)
    assert any("says groups of 32" in finding for finding in found.findings) == (group_size == 16)


def test_names_of_single_modules_explain_other_bits(tmp_path: Path) -> None:
    config = {"quant_method": "gptq", "bits": 4, "dynamic": {"+:a": {"bits": 8}}}
    content = safetensors(words(8, 32), data=b"\0" * 10_000)
    text = json.dumps({"quantization_config": config}).encode()
    assert read(tmp_path, {"model.safetensors": content, "config.json": text}).findings == ()


def test_a_path_of_somebody_is_no_base_model(tmp_path: Path) -> None:
    for name in ("../mine", "/home/somebody/mine", "./mine", "~/mine", "a/b/c", "C:/mine", "C:mine", "a\n# b", "a | b"):
        config = json.dumps({"_name_or_path": name}).encode()
        assert read(tmp_path, {"model.safetensors": safetensors(ONE), "config.json": config}).base_model == ()
    card = b"---\nbase_model: owner/base\n---\n"
    assert read(tmp_path, {"README.md": card}).base_model == ("owner/base",)


def test_an_index_without_any_of_its_files_is_no_model_of_an_unknown_format(tmp_path: Path) -> None:
    index = json.dumps({"weight_map": {"a.weight": "model-00001-of-00002.safetensors"}}).encode()
    with pytest.raises(ModelFilesError, match=r"holds none of the files that model\.safetensors\.index\.json lists"):
        read(tmp_path, {"config.json": b"{}", "model.safetensors.index.json": index})
