from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.manifest.load import load_manifest
from cardgen.review.preview.figures.variants import VariantFigures
from cardgen.review.preview.site import make_site
from cardgen.review.preview.view import CardView, card_view
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
