"""Plots in a real browser: light, dark and small; and whether text is as wide as cardgen reckons."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cardgen.card.assemble import CardPlace
from cardgen.cli import main
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.review.preview.serve.live import LivePages
from cardgen.review.preview.serve.server import served
from cardgen.review.preview.view import card_view
from tests.card.plots.pictures import Seen
from tests.card.test_golden import GOLDEN
from tests.factory import make_evidence
from tests.review.preview.cards import PHONE, WIDE, Opened, Scheme, build, scrolls_sideways, violations
from tests.review.preview.test_pages import preview
from tests.review.repository import CardRepository

PLOTS = ("scores", "sizes", "sensitivity-pytorch", "trials-pytorch")


@pytest.fixture
def tuned(project: Path) -> Path:
    """A project with a card that has every kind of plot but those of sweeps."""
    text = (GOLDEN / "tuned" / "manifest.yaml").read_text(encoding="utf-8")
    path = project / "manifests" / "tuned.yaml"
    path.write_text(text, encoding="utf-8")
    build(load_manifest(path))
    return project


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_shows_them(tuned: Path, opened: Opened, scheme: Scheme, width: int) -> None:
    page = opened.open(preview(tuned, "tuned") / "cards" / "tuned" / "index.html", scheme, width)
    for name in PLOTS:
        picture = page.locator(f'img[src="assets/{name}.svg"]')
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("one => one.complete && one.naturalWidth") == 640
        assert picture.get_attribute("alt")
        red, green, blue = colour_near_the_edge(page, picture.screenshot())
        assert max(red, green, blue) < 60 if scheme == "dark" else min(red, green, blue) > 240
    assert not scrolls_sideways(page)
    assert violations(page) == []


def colour_near_the_edge(page: Page, png: bytes) -> list[int]:
    """The colour of a pixel of a screenshot, just inside its upper edge, as the browser reads it."""
    script = """async data => {
        const image = new Image();
        image.src = "data:image/png;base64," + data;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return [...context.getImageData(image.width / 2, 4, 1, 1).data].slice(0, 3);
    }"""
    found: list[int] = page.evaluate(script, base64.b64encode(png).decode())
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_told_from_its_ground(tuned: Path, opened: Opened, scheme: Scheme) -> None:
    for name in PLOTS:
        page = opened.open(tuned / "cards" / "tuned" / "assets" / f"{name}.svg", scheme)
        paper = contrast_parts(page.locator("rect").first.evaluate("one => getComputedStyle(one).fill"))
        for words in page.locator("text").all():
            ink = contrast_parts(words.evaluate("one => getComputedStyle(one).fill"))
            low, high = sorted((paper, ink))
            assert (high + 0.05) / (low + 0.05) >= 4.5, words.inner_html()


def contrast_parts(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("case", ["tuned", "measured-sweep", "two-variants"])
def test_text_is_no_wider_than_reckoned(opened: Opened, case: str) -> None:
    for path in sorted((GOLDEN / case / "assets").glob("*.svg")):
        page = opened.open(path)
        drawn = page.locator("text").evaluate_all(
            "all => all.map(one => { const box = one.getBBox(); return [box.x, box.y, box.width, box.height]; })"
        )
        reckoned = Seen(path.read_text(encoding="utf-8")).texts
        for (left, _top, wide, _high), text in zip(drawn, reckoned, strict=True):
            assert left >= text.left - 0.5, text
            assert left + wide <= text.right + 0.5, text


def test_they_are_drawn_as_they_are_now_and_served_as_pictures(tuned: Path) -> None:
    (tuned / "cards" / "tuned" / "assets" / "scores.svg").write_text("<svg/>", encoding="utf-8")
    pages = LivePages(lambda: [tuned / "manifests" / "tuned.yaml"])
    loaded = load_manifest(tuned / "manifests" / "tuned.yaml")
    drawn = card_files(loaded, make_evidence(loaded.manifest), CardPlace(tuned))["assets/scores.svg"]
    with served(pages) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("GET", "/cards/tuned/assets/scores.svg")
        answer = connection.getresponse()
        assert answer.read().decode() == drawn
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        connection.close()


def test_served_ones_are_shown(tuned: Path, opened: Opened) -> None:
    pages = LivePages(lambda: [tuned / "manifests" / "tuned.yaml"])
    with served(pages) as server:
        page = opened.open(f"{server.address}cards/tuned/", "dark")
        picture = page.locator('img[src="assets/scores.svg"]')
        picture.scroll_into_view_if_needed()
        assert max(colour_near_the_edge(page, picture.screenshot())) < 60
        page.close()


def test_their_sizes_are_those_that_are_published(tuned: Path) -> None:
    loaded = load_manifest(tuned / "manifests" / "tuned.yaml")
    drawn = card_files(loaded, make_evidence(loaded.manifest), CardPlace(tuned))
    listed = {file.path: file.size_bytes for file in card_view(loaded).files}
    for path, text in drawn.items():
        assert listed[path] == len(text.encode())


def test_a_plot_that_was_another_is_told_by_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CardRepository.new(tmp_path / "repository")
    monkeypatch.chdir(made.folder)
    made.card("moved")
    made.commit("Begin")
    made.git("checkout", "--quiet", "-b", "change")
    made.card("moved", {"pytorch": 0.9101})
    made.commit()
    assert main(["preview", "--base", "main", "-o", "pages"]) == 0
    page = Path("pages/cards/moved/changes.html").read_text(encoding="utf-8")
    assert page.count('src="assets/scores.svg"') == 1
    assert "Accuracy: pytorch INT8 0.9401 (" in page.replace("</del>", "").replace('<del class="gone">', "")
