from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.cli.boundary import guard
from cardgen.cli.import_card import command
from cardgen.manifest.load import load_manifest
from cardgen.manifest.made import Made
from cardgen.weights.inspect.hub_files import HubFiles
from tests.adopted import MODELS
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer
from tests.inherit.importer.cards import FALLBACKS, SWEEP, TWO_FORMATS
from tests.lint.asking import ROOT

__all__ = ["hub"]  # a fixture


def import_(*arguments: str) -> int:
    return guard(lambda: command.main(list(arguments), standalone_mode=False), arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some cards; the working directory."""
    (tmp_path / "two.md").write_text(TWO_FORMATS, encoding="utf-8")
    (tmp_path / "my-sweep").mkdir()
    (tmp_path / "my-sweep" / "README.md").write_text(SWEEP, encoding="utf-8")
    (tmp_path / "chrome.md").write_text(FALLBACKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_card_becomes_a_manifest_that_loads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("two.md") == 0
    printed = capsys.readouterr()
    assert printed.out == "manifests/film-reviews-int8-static.yaml\n"
    loaded = load_manifest(folder / "manifests" / "film-reviews-int8-static.yaml")
    assert loaded.manifest.prose == {
        "summary": "prose/film-reviews-int8-static-summary.md",
        "notes": "prose/film-reviews-int8-static-notes.md",
    }
    json.loads((folder / "manifests" / "manifest.schema.json").read_bytes())


def test_what_became_of_the_rest_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("two.md") == 0
    told = capsys.readouterr().err
    assert "kept as prose: Load the ONNX form, in notes (line " in told
    assert "assumed: task is text-classification" in told
    assert "wrong with that card: " in told
    assert "error: accuracy is 90.37 in the metadata and 0.9037 in a table" in told


def test_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("--json", "-o", "made.yaml", "two.md") == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["manifest"] == "made.yaml"
    assert report["prose"] == ["prose/made-summary.md", "prose/made-notes.md"]
    assert {told["kind"] for told in report["told"]} == {"assumed", "mended", "kept as prose", "left out"}
    assert any(finding["rule"] == "two-scales" for finding in report["findings"])
    assert printed.err == ""


def test_a_readme_is_named_by_its_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("my-sweep/README.md") == 0
    assert capsys.readouterr().out == "manifests/my-sweep.yaml\n"
    manifest = load_manifest(folder / "manifests" / "my-sweep.yaml").manifest
    assert manifest.repo_id == "your-name/my-sweep"


def test_options_have_the_last_word(folder: Path) -> None:
    options = ("--repo-id", "me/mine", "--base-model", "me/base", "--task", "fill-mask", "--approach", "static")
    assert import_("chrome.md", *options) == 0
    manifest = load_manifest(folder / "manifests" / "mine.yaml").manifest
    assert (manifest.repo_id, manifest.base_model.id, manifest.task) == ("me/mine", "me/base", "fill-mask")
    assert manifest.variants["pytorch"].approach == "static"


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prose = folder / "prose" / "made-notes.md"
    prose.parent.mkdir()
    prose.write_text("Mine.\n", encoding="utf-8")
    assert import_("two.md", "-o", "made.yaml") == 2
    assert "prose/made-notes.md is there already" in capsys.readouterr().err
    assert not (folder / "made.yaml").exists()
    assert prose.read_text(encoding="utf-8") == "Mine.\n"
    prose.unlink()
    assert import_("two.md", "-o", "made.yaml") == 0
    before = (folder / "made.yaml").read_bytes()
    assert import_("two.md", "-o", "made.yaml") == 2
    assert (folder / "made.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no file card.md"),
        (b"", "card.md is empty"),
        (b"# \xff", "card.md is not UTF-8"),
        (b"# A card\n", "--base-model owner/name"),
        (b"---\nbase_model: a/b\nx: 0x" + b"f" * 5000 + b"\n---\n# A card\n", "cannot be read: a number has 5002"),
    ],
)
def test_what_cannot_be_imported(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    if content is not None:
        (folder / "card.md").write_bytes(content)
    assert import_("card.md") == 2
    assert says in capsys.readouterr().err
    assert not (folder / "manifests").exists()


def test_of_one_kind_so_much_is_told_as_a_person_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sections = "".join(f"## Heading {at}\n\nSome words {at}.\n\n" for at in range(80))
    card = folder / "long.md"
    card.write_text(f"---\nbase_model: acme/gull\n---\n# INT8 gull\n\n{sections}", encoding="utf-8")
    options = ("long.md", "--task", "text-classification", "--approach", "static")
    assert import_(*options, "-o", "a.yaml") == 0
    told = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("kept as prose: ") for line in told) == 51
    assert any(line.startswith("kept as prose: ") and line.endswith(" more, which --json lists") for line in told)
    assert import_(*options, "-o", "b.yaml", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["told"]
    assert sum(told["kind"] == "kept as prose" for told in listed) > 51


def test_files_of_the_model_go_before_the_card(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = ROOT / "tests/weights/inspect/models/ct-w4a16-g32"
    head = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/gull-4b\n---\n"
    Path("int8.md").write_text(f"{head}# gull-4b-int8\n\nIn groups of 128, quantized.\n", encoding="utf-8")
    assert import_("int8.md", "-o", "made.yaml", "--weights", str(model)) == 0
    told = capsys.readouterr().err
    assert "mended: the scheme is W4A16, as the model's files show, and not INT8" in told
    assert "the card calls the model INT8, and its files hold W4A16 (7 linear) [weights-scheme]" in told
    assert "the scales of the files are of groups of 32 [weights-group-size]" in told
    (variant,) = load_manifest(folder / "made.yaml").manifest.variants.values()
    assert variant.made is not None
    assert (folder / str(variant.made.path)).resolve() == model
    assert str(model) not in Path("made.yaml").read_text(encoding="utf-8").replace("../", "")


CARD = (
    "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/tiny-base\ntags: [gulls]\n---\n"
    "# gull-4b\n\n{text}\n\n| Benchmark | {columns} | BF16 |\n|{bars}---|---|\n| MMLU | {scores} | 61.20 |\n"
    "| Model size (MB) | {sizes} | 9.1 |\n"
)


def card_of(text: str, *columns: str) -> str:
    """A card that reports a score and a size of each column."""
    scores, sizes = (" | ".join(figures for _ in columns) for figures in ("61.00", "3.5"))
    return CARD.format(text=text, columns=" | ".join(columns), bars="---|" * len(columns), scores=scores, sizes=sizes)


@pytest.mark.parametrize(
    ("model", "scheme", "library"),
    [
        ("models/ct-w4a16-g32", "W4A16", "LLM Compressor"),
        ("models/ct-fp8-kv", "FP8", "LLM Compressor"),
        ("models/ct-nvfp4", "NVFP4", "LLM Compressor"),
        ("models/ar-gptq", "W4A16", "AutoRound"),
        ("models/bnb-nf4", "NF4", "bitsandbytes"),
        ("models/torchao-int8dyn", "W8A8", "torchao"),
        ("models/mlx4", "W4A16", "MLX"),
        ("gguf/models/Q4_K_M.gguf", "Q4_K_M", "llama.cpp"),
        ("openvino/models/int4.xml", "W4A16", "NNCF"),
        ("onnx/models/dynamic.onnx", "W8A8", "ONNX Runtime"),
    ],
)
def test_an_import_with_files_is_built_at_once_and_holds_against_them(
    model: str, scheme: str, library: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".git").mkdir()
    shutil.copytree((MODELS / model) if (MODELS / model).is_dir() else (MODELS / model).parent, "there/model")
    weights = f"there/model/{Path(model).name}" if Path(model).suffix else "there/model"
    calibrated = ", calibrated on 512 samples" if library != "ONNX Runtime" else ""
    Path("gull.md").write_text(card_of(f"Quantized with {library}{calibrated}.", scheme), "utf-8")
    assert import_("gull.md", "-o", "manifests/made.yaml", "--weights", weights) == 0
    (variant,) = load_manifest(folder / "manifests/made.yaml").manifest.variants.values()
    assert variant.made is not None
    assert (variant.made.path, variant.made.file) == (
        "../there/model",
        Path(weights).name if Path(model).suffix else None,
    )
    assert main(["build", "manifests/made.yaml"]) == 0
    assert main(["check", "manifests/made.yaml"]) == 0
    readme = "cards/made/README.md"
    assert main(["lint", "--strict", readme, "--weights", weights]) == 0
    card = Path(readme).read_text("utf-8")
    assert "score 61.00 against 61.20 in BF16" in card
    assert ("calibration samples: 512 asked for, seen not stated; " in card) == bool(calibrated)
    assert "size of the base model: 9.1 MB." in card
    assert "3.5" not in card
    assert "| Scheme | " + scheme in card
    assert "which cardgen has not seen" not in card
    assert "left out: size in MB: 3.5; the model's files say" in capsys.readouterr().err


def test_a_set_of_files_is_a_variant_each_that_the_card_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".git").mkdir()
    shutil.copytree(MODELS / "gguf/models", "g")
    Path("gull.md").write_text(card_of("Made with llama.cpp.", "Q2_K", "Q4_K_M", "Q8_0"), "utf-8")
    assert import_("gull.md", "-o", "made.yaml", "--weights", "g") == 0
    assert "left out: the file IQ4_XS.gguf, which the card does not name" in capsys.readouterr().err
    variants = load_manifest(folder / "made.yaml").manifest.variants
    assert {name: variant.made for name, variant in variants.items()} == {
        "q2_k": Made(path="g", file="Q2_K.gguf"),
        "q4_k_m": Made(path="g", file="Q4_K_M.gguf"),
        "q8_0": None,
    }
    assert main(["build", "made.yaml"]) == 0
    assert main(["check", "made.yaml"]) == 0
    for weights in ("g", "g/Q2_K.gguf", "g/Q4_K_M.gguf"):
        assert main(["lint", "--strict", "cards/made/README.md", "--weights", weights]) == 0
    card = Path("cards/made/README.md").read_text("utf-8")
    assert (
        "Of `q2_k`, Model card titled gull-4b reports what was not checked against its files: made with llama.cpp"
        in card
    )


def test_a_repository_is_named_with_the_commit_that_was_read(hub: HubServer, folder: Path) -> None:
    Path(".git").mkdir()
    model = MODELS / "models/ct-w4a16-g32"
    hub.add("acme/gull", {file.name: file.read_bytes() for file in model.iterdir()})
    hub.add("acme/set", {file.name: file.read_bytes() for file in (MODELS / "gguf/models").iterdir()})
    Path("gull.md").write_text(card_of("By LLM Compressor.", "W4A16"), "utf-8")
    Path("set.md").write_text(card_of("Made with llama.cpp.", "Q2_K", "Q4_K_M"), "utf-8")
    assert import_("gull.md", "-o", "made.yaml", "--weights", "acme/gull") == 0
    (variant,) = load_manifest(folder / "made.yaml").manifest.variants.values()
    assert variant.made == Made(id="acme/gull", revision=HubFiles("acme/gull", "main").commit)
    assert main(["build", "made.yaml"]) == 0
    assert import_("set.md", "-o", "set.yaml", "--weights", "acme/set@main") == 0
    commit = HubFiles("acme/set", "main").commit
    assert [variant.made for variant in load_manifest(folder / "set.yaml").manifest.variants.values()] == [
        Made(id="acme/set", revision=commit, file=file) for file in ("Q2_K.gguf", "Q4_K_M.gguf")
    ]


def test_a_folder_behind_a_link_is_named_as_the_user_did(folder: Path) -> None:
    Path("elsewhere/deep").mkdir(parents=True)
    shutil.copytree(MODELS / "models/ct-w4a16-g32", "store/gull")
    Path("gull").symlink_to("store/gull")
    Path("linked").symlink_to("elsewhere/deep")
    Path("gull.md").write_text(card_of("By LLM Compressor.", "W4A16"), "utf-8")
    for output, path in (("manifests/a.yaml", "../gull"), ("linked/b.yaml", "../../store/gull"), ("gull/c.yaml", ".")):
        assert import_("gull.md", "-o", output, "--weights", "gull") == 0
        (variant,) = load_manifest(folder / output).manifest.variants.values()
        assert variant.made == Made(path=path)


def test_models_in_several_formats_stop_the_import(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MODELS / "models/ct-w4a16-g32", "m")
    shutil.copy(MODELS / "gguf/models/Q4_K_M.gguf", "m/gull.gguf")
    Path("gull.md").write_text(card_of("By LLM Compressor.", "W4A16"), "utf-8")
    assert import_("gull.md", "-o", "made.yaml", "--weights", "m") != 0
    assert "m holds models in 2 formats: model.safetensors, gull.gguf" in capsys.readouterr().err
    assert import_("gull.md", "-o", "made.yaml", "--weights", "m/model.safetensors") == 0
    (variant,) = load_manifest(folder / "made.yaml").manifest.variants.values()
    assert variant.made == Made(path="m", file="model.safetensors")


def test_a_benchmark_names_no_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(MODELS / "models/ct-w4a16-g32")
    assert import_("my-sweep/README.md", "-o", "made.yaml", "--weights", model) == 0
    assert "left out: what the model's files show: a benchmark's manifest has no variants" in capsys.readouterr().err


def test_files_that_cannot_be_read_stop_the_import(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("two.md", "-o", "made.yaml", "--weights", "nowhere.gguf") != 0
    assert "nowhere.gguf does not exist" in capsys.readouterr().err
    assert not Path("made.yaml").exists()
