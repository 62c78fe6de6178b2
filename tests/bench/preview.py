"""Pages of many cards: how large they are, and how soon somebody can use the one over all of them."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.commands import MANY, project_of_many
from tests.bench.earlier import OURS
from tests.bench.processes import run_process
from tests.bench.table import Row, duration, megabytes

AIM_S = 1.0
"""Until the page over all cards has run its script."""
OPENED = 7
"""How often it is opened; the median is told."""
_FILTER = """word => {
    const filter = document.getElementById("filter");
    const started = performance.now();
    filter.value = word;
    filter.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    return performance.now() - started;
}"""
_SORT = """() => {
    const started = performance.now();
    document.querySelector("button[data-key=loss]").click();
    document.body.getBoundingClientRect();
    return performance.now() - started;
}"""


def rows() -> list[Row]:
    """Measure."""
    folder = project_of_many(OURS)
    pages = folder / "pages"
    made = run_process([OURS.cardgen, "preview", "-o", str(pages)], folder)
    index = pages / "index.html"
    content = index.read_bytes()
    every = sum(path.stat().st_size for path in pages.rglob("*") if path.is_file())
    ready, filtered, ordered = _in_a_browser(index)
    what = f"preview, {MANY:,} cards"
    return [
        Row(f"{what}: all pages", duration(made.seconds), memory=megabytes(made.memory)),
        Row(f"{what}: all pages, bytes", f"{every / 1e6:.1f} MB"),
        Row(f"{what}: index, bytes", f"{len(content) / 1e6:.2f} MB"),
        Row(f"{what}: index, interactive", duration(ready), "", f"{AIM_S:.0f} s", ready <= AIM_S),
        Row(f"{what}: index, filtered", duration(filtered)),
        Row(f"{what}: index, sorted", duration(ordered)),
    ]


def _in_a_browser(page: Path) -> tuple[float, float, float]:
    """Seconds until the page is interactive, and for a filter and an order to show, each the median."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        times = [_opened(browser, page) for _ in range(OPENED)]
        browser.close()
    ready, filtered, ordered = (statistics.median(each) / 1000 for each in zip(*times, strict=True))
    return ready, filtered, ordered


def _opened(browser: Browser, place: Path) -> tuple[float, float, float]:
    """Milliseconds; the script runs before ``DOMContentLoaded``, and listens from then on."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(place.absolute().as_uri())
    ready: float = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    filtered: float = page.evaluate(_FILTER, "squad")
    page.evaluate(_FILTER, "")
    ordered: float = page.evaluate(_SORT)
    page.close()
    return ready, filtered, ordered
