"""What cards say of models that somebody else made, in each format as its own tool wrote it; and that lint agrees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.errors import ManifestError
from cardgen.inherit.parse import parse_card
from tests.adopted import MODELS, built, copied, gguf_set, project


def front(card: str) -> dict[str, object]:
    """The metadata."""
    found = parse_card(card).front_matter
    assert found is not None
    return dict(found.data)


@pytest.mark.parametrize(
    ("folder", "file", "library", "tags", "says"),
    [
        (
            "models/ct-w4a16-g32",
            None,
            "transformers",
            ["compressed-tensors"],
            "(W4A16, made with compressed-tensors",
        ),
        (
            "models/ct-fp8-block",
            None,
            "transformers",
            ["compressed-tensors"],
            "| blocks of 32 x 32, symmetric |",
        ),
        ("models/ct-fp8-kv", None, "transformers", ["compressed-tensors"], "| KV cache | FP8 per tensor, static |"),
        ("models/ct-nvfp4", None, "transformers", ["compressed-tensors"], "| Scheme | NVFP4 |"),
        ("models/ar-gptq", None, "transformers", ["gptq"], "| Quantization method | gptq |"),
        ("models/ar-awq", None, "transformers", ["awq"], "made with auto-round 0."),
        ("models/bnb-nf4", None, "transformers", ["bitsandbytes"], "(NF4, maker not stated, safetensors)"),
        ("models/torchao-int8dyn", None, "transformers", ["torchao"], "| Scheme | W8A8 |"),
        ("models/hqq", None, "transformers", ["hqq"], "| Calibration | not stated |"),
        ("models/mlx-mixed", None, "mlx", ["mlx"], "| Types of quantized Linear modules | 5 in W4A16, 3 in W6A16 |"),
        ("gguf/models", "Q4_K_M.gguf", "gguf", ["gguf"], "(Q4_K_M, made by acme, GGUF)"),
        ("onnx/models", "nbits4.onnx", "onnx", ["onnx"], "not quantized, as its files show: `bert.pooler.dense`"),
        (
            "onnx/models",
            "nbits8.onnx",
            "onnx",
            ["onnx"],
            " nbits8.onnx nbits8.onnx.data\n",
        ),
        ("openvino/models", "static.xml", "openvino", ["openvino"], "made with NNCF 3."),
    ],
)
def test_a_card_says_what_its_files_show(
    folder: str, file: str | None, library: str, tags: list[str], says: str, tmp_path: Path
) -> None:
    shutil.copytree(MODELS / folder, tmp_path / "models")
    made = {"path": "models"} | ({"file": file} if file else {})
    loaded, _evidence, card = built(project(tmp_path, {"made": made}))
    assert says in card
    data = front(card)
    assert (data["base_model"], data["base_model_relation"]) == ("acme/tiny-base", "quantized")
    assert (data["library_name"], data["tags"]) == (library, tags)
    assert "INT8" not in card or "INT8" in says or "W8A8" in card
    readme = str(loaded.root / "cards" / loaded.name / "README.md")
    assert main(["lint", "--strict", readme]) == 0
    assert main(["lint", "--strict", readme, "--weights", str(tmp_path / "models" / (file or ""))]) == 0


def test_what_no_file_says_is_not_stated(tmp_path: Path) -> None:
    """Of torchao nobody says who calibrated on what, or which model it was made from."""
    _loaded, _evidence, card = built(copied(tmp_path, "torchao-int8wo"))
    for row in ("Made from, as its files say", "KV cache", "Calibration"):
        assert f"| {row} | not stated |" in card
    assert "made by" not in card
    assert "Neural Compressor" not in card


def test_a_base_model_that_files_contradict_is_told(tmp_path: Path) -> None:
    shutil.copytree(MODELS / "gguf" / "models", tmp_path / "models")
    made = {"path": "models", "file": "Q2_K.gguf"}
    loaded, _evidence, card = built(project(tmp_path, {"made": made}, base={"id": "acme/gull", "precision": "BF16"}))
    assert "name `acme/tiny-base` as what they were made from, and the publisher names `acme/gull`." in card
    readme = str(loaded.root / "cards" / loaded.name / "README.md")
    assert main(["lint", "--strict", readme, "--weights", str(tmp_path / "models" / "Q2_K.gguf")]) == 0


def test_the_base_model_is_read_where_it_lies_here(tmp_path: Path) -> None:
    shutil.copytree(MODELS / "models" / "ct-w4a16-g32", tmp_path / "models")
    shutil.copytree(MODELS / "models" / "llama-bf16", tmp_path / "base")
    base: dict[str, object] = {"id": "acme/tiny-base", "path": "base", "precision": "FP16"}
    _loaded, evidence, card = built(project(tmp_path, {"made": {"path": "models"}}, base=base))
    assert evidence.inspected[0].variant is None
    sizes = [record.size_bytes for record in evidence.inspected]
    share = f"{100 * sizes[1] / sizes[0]:.1f} % of the size"
    plot = "![Size of the weights: made W4A16 0.05 MB, BF16 0.11 MB.](assets/sizes.svg)"
    assert plot in card.partition("## Files")[2]
    assert f"`made`: 0.05 MB against 0.11 MB of the base model ({share}), 7.601 bits per weight." in card
    assert "The manifest says that the base model is in `FP16`, and its files hold `BF16`" in card


def test_findings_are_told(tmp_path: Path) -> None:
    manifest = copied(tmp_path, "ct-w4a16-g32")
    config = tmp_path / "models" / "ct-w4a16-g32" / "config.json"
    text = config.read_text()
    assert '"quantization_status": "compressed"' in text
    config.write_text(text.replace('"quantization_status": "compressed"', '"quantization_status": "decompressed"'))
    _loaded, _evidence, card = built(manifest)
    assert "Of `ct-w4a16-g32`: config.json says decompressed" in card


def test_what_is_only_converted_is_told_beside_what_is_quantized(tmp_path: Path) -> None:
    shutil.copytree(MODELS / "onnx" / "models", tmp_path / "models")
    names = ("float", "dynamic")
    variants: dict[str, object] = {name: {"path": "models", "file": f"{name}.onnx"} for name in names}
    _loaded, _evidence, card = built(project(tmp_path, variants))
    assert "Two versions of [`acme/tiny-base`]" in card
    assert "Nothing in `float` is quantized, as its files show." in card
    with pytest.raises(ManifestError, match=r"variants.float.made: holds nothing quantized: its layers are in F32"):
        built(project(tmp_path, {"float": variants["float"]}))


def test_a_repository_of_its_own_tells_its_own_files(tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    manifest.write_text(manifest.read_text() + "publish: {repositories: per-variant}\n")
    loaded, _evidence, _card = built(manifest)
    cards = loaded.root / "cards" / loaded.name
    for own, other in (("q4", "q2"), ("q2", "q4")):
        card = (cards / own / "README.md").read_text()
        file = {"q4": "Q4_K_M.gguf", "q2": "Q2_K.gguf"}
        assert f"hf download acme/gull-quantized-{own} {file[own]}\n" in card
        assert file[other] not in card
        assert front(card)["library_name"] == "gguf"


def test_code_loads_what_the_files_are_by_what_people_load_them_with(tmp_path: Path) -> None:
    _loaded, _evidence, card = built(gguf_set(tmp_path))
    for file in ("Q4_K_M.gguf", "Q2_K.gguf"):
        assert f"llama-server --hf-repo acme/gull-quantized --hf-file {file}" in card
    assert "The code for `q4` and `q2` was not run." in card
    shutil.copytree(MODELS / "models" / "ct-w4a16-g32", tmp_path / "other" / "models")
    _loaded, _evidence, card = built(project(tmp_path / "other", {"made": {"path": "models"}}))
    assert "from transformers import AutoModelForCausalLM, AutoTokenizer\n" in card
    assert 'model = LLM("acme/gull-quantized")' in card


def test_what_is_reported_beside_files_names_its_source(tmp_path: Path) -> None:
    manifest = copied(tmp_path, "ct-w4a16-g32")
    manifest.write_text(
        manifest.read_text() + "reported:\n"
        "- {variant: ct-w4a16-g32, metric: accuracy, value: 0.61, baseline: 0.62, made_with: Tool X, tolerance: 0.01,\n"
        "   calibration: {dataset: Gulls, split: train, asked: 500, seen: 512}, source: {name: Somebody}}\n"
        "- {variant: ct-w4a16-g32, metric: f1, value: 0.5, baseline_size_mb: 0.9, source: {name: Another}}\n"
    )
    _loaded, _evidence, card = built(manifest)
    assert "| **0.61** | 0.62 | \N{MINUS SIGN}0.01 (1.61 % relative loss) | Somebody |" in card
    assert (
        "Of `ct-w4a16-g32`, Somebody reports what was not checked against its files: made with Tool X; "
        "calibration data: Gulls, split `train`; calibration samples: 500 asked for, 512 seen; "
        "relative loss kept within 1 %."
    ) in card
    assert (
        "Of `ct-w4a16-g32`, Another reports what was not checked against its files: size of the base model: 0.9 MB."
    ) in card


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/home/somebody/data/calibration.json", "calibration.json"),
        ("~/data/calibration.json", "calibration.json"),
        ("C:\\Users\\somebody\\calibration.json", "calibration.json"),
        ("acme/pile-10k", "acme/pile-10k"),
    ],
)
def test_no_place_of_a_machine_is_told(place: str, told: str, tmp_path: Path) -> None:
    manifest = copied(tmp_path, "ar-gptq")
    config = tmp_path / "models" / "ar-gptq" / "config.json"
    content = json.loads(config.read_text())
    content["quantization_config"] |= {"dataset": place, "nsamples": 128}
    content["_name_or_path"] = "/home/somebody/gull"
    config.write_text(json.dumps(content))
    loaded, _evidence, card = built(manifest)
    assert f"| Calibration | {told}, 128 samples |" in card
    assert "somebody" not in card + (loaded.root / "cards" / loaded.name / "evidence.json").read_text()


def test_what_the_code_needs_and_is_not_among_the_files_is_said(tmp_path: Path) -> None:
    def told(manifest: Path) -> list[str]:
        return [line for line in built(manifest)[2].splitlines() if line.startswith("Among the files")]

    manifest = copied(tmp_path / "a", "ct-w8a8", "bnb-nf4")
    (line,) = told(manifest)
    assert line == (
        "Among the files of `ct-w8a8` and `bnb-nf4` there is no tokenizer, without which this code fails: "
        "that of the base model belongs beside the weights."
    )
    for name in ("ct-w8a8", "bnb-nf4"):
        (manifest.parent / "models" / name / "tokenizer.json").write_text("{}")
    assert told(manifest) == []
    assert told(gguf_set(tmp_path / "b")) == []
    shutil.copytree(MODELS / "onnx" / "models", tmp_path / "c" / "models")
    (line,) = told(project(tmp_path / "c", {"d": {"path": "models", "file": "dynamic.onnx"}}))
    assert "there is no `config.json` and no tokenizer" in line


def test_each_size_in_a_picture_has_its_own_scheme(tmp_path: Path) -> None:
    card = built(gguf_set(tmp_path))[2]
    assert "![Size of the weights: q4 Q4_K_M 0.26 MB; q2 Q2_K 0.17 MB.](" in card


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gull-Q4_K_M.gguf", True),
        ("gull-UD-Q4_K_XL.gguf", False),
        ("gull.q2_k.gguf", False),
        ("gull-Q4_K_M-as-Q2_K.gguf", False),
    ],
)
def test_a_file_that_is_called_after_another_recipe_is_told(name: str, told: bool, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    shutil.copy(MODELS / "gguf" / "models" / "Q2_K.gguf", tmp_path / "models" / name)
    card = built(project(tmp_path, {"made": {"path": "models", "file": name}}))[2]
    said = [line for line in card.splitlines() if " is called " in line]
    assert len(said) == told
    assert all(f"is called `{name}`, and holds `Q2_K` and not `Q4_K_M`." in line for line in said)
