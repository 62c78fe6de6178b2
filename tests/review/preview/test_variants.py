from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.manifest.load import load_manifest
from cardgen.review.preview.figures.variants import VariantFigures
from cardgen.review.preview.site import make_site
from cardgen.review.preview.view import CardView, card_view
from tests.results.imported_project import BASE, W4, built, project
from tests.results.lm_eval_file import lm_eval_file
from tests.review.preview.cards import build

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "cards"


def view_of(name: str, root: Path) -> CardView:
    """A card of those that tests of rendering have."""
    shutil.copytree(GOLDEN / name, root / "manifests")
    (root / "cardgen.toml").touch()
    loaded = load_manifest(root / "manifests" / "manifest.yaml")
    build(loaded)
    return card_view(loaded)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.iterdir()))
def test_every_kind_of_card_has_a_page_and_figures(name: str, tmp_path: Path) -> None:
    view = view_of(name, tmp_path)
    assert not view.unreadable
    assert view.figures
    assert all(figures.origin != "unknown" and figures.value for figures in view.figures)
    for page in make_site([view]).pages.values():
        assert page().endswith("</html>\n")


def test_a_measured_sweep_is_one_line(tmp_path: Path) -> None:
    figures = view_of("measured-sweep", tmp_path).figures[-1]
    assert (figures.name, figures.kind, figures.origin) == ("sweep", "5 runs", "measured")
    assert (figures.metric, figures.value, figures.score) == ("Accuracy", "94.01 to 94.32", 0.9401)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (
            "sst2-sweep",
            VariantFigures("sweep", "6 runs", "reported", "Accuracy", "0.490 to 0.911", score=0.49),
        ),
        ("distilbert-onnx", VariantFigures("onnx", "FP32 export", "reported")),
    ],
)
def test_what_others_report(name: str, last: VariantFigures) -> None:
    assert card_view(load_manifest(ROOT / "manifests" / f"{name}.yaml")).figures[-1] == last


def test_a_reported_variant_has_no_interval() -> None:
    (figures,) = card_view(load_manifest(ROOT / "manifests" / "bart-cnn.yaml")).figures
    assert (figures.value, figures.baseline) == ("41.2224", "41.5274")
    assert figures.score == pytest.approx(0.412224)
    assert figures.loss is not None
    assert (figures.loss.low, figures.loss.within_noise) == (None, False)
    assert figures.loss.value == pytest.approx(0.3050 / 41.5274)
    assert (figures.fp32_modules, figures.modules) == (40, 193)


def test_what_an_evaluation_tool_measured_has_the_interval_of_its_recovery(tmp_path: Path) -> None:
    path = project(tmp_path, {"base.json": BASE, "w4.json": W4}, ["base.json"], ["w4.json"])
    built(path)
    view = card_view(load_manifest(path))
    (figures,) = view.figures
    assert (figures.origin, figures.metric, figures.value, figures.baseline) == ("imported", "acc", "0.7600", "0.8000")
    assert figures.loss is not None
    assert figures.loss.value == pytest.approx(0.05)
    assert (figures.loss.low, figures.loss.high) == pytest.approx((0.0162, 0.0838), abs=1e-3)
    assert {"results/base_model/base.json", "results/w4/w4.json"} <= {file.path for file in view.files}
    pages = "".join(page() for page in make_site([view]).pages.values())
    assert "by an evaluation tool" in pages
    assert "base model 0.8000" in pages


def test_where_lower_is_better_the_increase_is_the_loss(tmp_path: Path) -> None:
    texts = [lm_eval_file(None, {"t": {"word_perplexity": value}}) for value in (12.0, 12.6)]
    path = project(tmp_path, {"base.json": texts[0], "w4.json": texts[1]}, ["base.json"], ["w4.json"])
    built(path)
    (figures,) = card_view(load_manifest(path)).figures
    assert figures.loss is not None
    assert figures.loss.value == pytest.approx(0.05)


def test_a_variant_whose_file_holds_no_score_has_no_figures(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "results" / "files" / "optimum_benchmark-report.json").read_text(encoding="utf-8")
    path = project(tmp_path, {"w4.json": text}, [], ["w4.json"])
    built(path)
    assert card_view(load_manifest(path)).figures == (VariantFigures("w4", "W4A16", "unknown", against="BF16"),)
