from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.cli.boundary import guard
from cardgen.cli.import_card import command
from cardgen.manifest.load import load_manifest
from tests.inherit.importer.cards import FALLBACKS, SWEEP, TWO_FORMATS
from tests.lint.asking import ROOT


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
    assert variant.scheme == "W4A16"
    assert str(model) not in Path("made.yaml").read_text(encoding="utf-8")


def test_files_that_cannot_be_read_stop_the_import(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_("two.md", "-o", "made.yaml", "--weights", "nowhere.gguf") != 0
    assert "nowhere.gguf does not exist" in capsys.readouterr().err
    assert not Path("made.yaml").exists()
