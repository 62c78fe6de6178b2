from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.review.preview.hub.chips import Chip, chips
from cardgen.review.preview.hub.evaluation import evaluation_results
from cardgen.review.preview.view import card_view
from tests.factory import load, make_manifest
from tests.review.preview.cards import build, write_manifest


def test_a_card_is_shown_as_it_would_be_built_now(loaded: LoadedManifest) -> None:
    folder = loaded.root / "cards" / "model"
    readme = folder / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "\nTyped by hand.\n", encoding="utf-8")
    view = card_view(loaded)
    assert "Typed by hand." not in view.body
    assert view.needs_a_look
    assert "-Typed by hand." in view.notices[0].detail


def test_files_are_those_of_the_repository(loaded: LoadedManifest) -> None:
    (loaded.root / "cards" / "model" / "assets").mkdir(exist_ok=True)
    (loaded.root / "cards" / "model" / "assets" / "plot.png").write_bytes(b"12345")
    files = {file.path: (file.size_bytes, file.variant) for file in card_view(loaded).files}
    assert files["model.bin"] == (1000, "pytorch")
    assert files["onnx/model.bin"] == (1000, "onnx")
    assert files["assets/plot.png"] == (5, None)
    assert {"README.md", "evidence.json", "model.yaml"} < set(files)


def test_a_manifest_that_has_changed_shows_the_committed_card(loaded: LoadedManifest) -> None:
    changed = make_manifest(variants={"onnx": {"backend": "onnxruntime", "approach": "static"}})
    view = card_view(LoadedManifest(manifest=changed, path=loaded.path, root=loaded.root))
    assert view.needs_a_look
    assert not view.figures
    assert "INT8 model" in view.body
    assert any("is shown as it lies there" in notice.message for notice in view.notices)
    assert not view.unreadable


def test_a_card_that_was_not_built_shows_nothing(tmp_path: Path) -> None:
    view = card_view(load_manifest(write_manifest(tmp_path)))
    assert (view.built, view.body, view.notices, view.figures) == (False, "", (), ())


@pytest.mark.parametrize("damage", ["---\na: [\n---\n# Title\n", "---\n- 1\n---\n# Title\n", "---\na: b\n# Title"])
def test_metadata_that_cannot_be_read_are_told(tmp_path: Path, damage: str) -> None:
    loaded = load_manifest(write_manifest(tmp_path))
    folder = loaded.root / "cards" / "model"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(damage, encoding="utf-8")
    view = card_view(loaded)
    assert "Title" in view.body
    assert view.notices[0].message.startswith("the card's metadata cannot be read")


def test_figures_of_a_variant(tmp_path: Path) -> None:
    loaded = load(make_manifest(), tmp_path)
    loaded.path.parent.mkdir()
    loaded.path.touch()
    build(loaded, {"pytorch": 0.9332})
    (tmp_path / "cardgen.toml").touch()
    figures = card_view(loaded).figures[0]
    assert (figures.metric, figures.value, figures.baseline) == ("Accuracy", "0.9332", "0.9432")
    assert figures.loss is not None
    assert figures.loss.value == pytest.approx(0.01 / 0.9432)
    assert figures.loss.low == pytest.approx(0.008 / 0.9432)
    assert not figures.loss.within_noise
    assert (figures.fp32_modules, figures.modules) == (1, 5)
    assert figures.size_ratio == pytest.approx(74.66 / 265.49)
    assert card_view(loaded).dates == ("2026-01-02", "2026-01-02")


def test_chips_are_those_of_the_hub() -> None:
    found = chips(
        {
            "pipeline_tag": "text-classification",
            "library_name": "transformers",
            "license": "other",
            "license_name": "mine",
            "language": "en",
            "datasets": ["owner/data", "not an id"],
            "tags": ["int8", "onnx", "int8"],
            "base_model": ["owner/base"],
            "base_model_relation": "quantized",
        }
    )
    assert [(chip.kind, chip.text) for chip in found] == [
        ("task", "Text classification"),
        ("library", "transformers"),
        ("library", "onnx"),
        ("dataset", "owner/data"),
        ("dataset", "not an id"),
        ("language", "en"),
        ("tag", "int8"),
        ("licence", "other (mine)"),
        ("base model", "owner/base"),
    ]
    assert found[3].url == "https://huggingface.co/datasets/owner/data"
    assert found[4].url is None
    assert found[-1] == Chip("base model", "owner/base", "quantized", "https://huggingface.co/owner/base")


@pytest.mark.parametrize("odd", [None, 3, "text", [], [3], {}, [{"results": 3}], [{"results": [{"metrics": [3]}]}]])
def test_metadata_of_any_shape_are_no_fault(odd: object) -> None:
    keys = ("pipeline_tag", "tags", "license", "datasets", "base_model", "language", "library_name")
    for key in keys:
        chips({key: odd})
    assert evaluation_results({"model-index": odd}) == ()


def test_a_source_that_is_no_address_is_no_link() -> None:
    metric = {"type": "f1", "value": 0.5}
    result = {"task": {"type": "t"}, "dataset": {"name": "d", "type": "a/b", "split": "test"}, "metrics": [metric]}
    for url, link in (("https://example.org", "https://example.org"), ("javascript:x", None)):
        index = [{"name": "m", "results": [{**result, "source": {"name": "S", "url": url}}]}]
        (found,) = evaluation_results({"model-index": index})
        assert (found.dataset, found.source, found.source_url) == ("d, test", "S", link)
        assert [(each.name, each.value) for each in found.metrics] == [("F1", "0.5")]
