"""The page over all cards: sorted and filtered by keyboard, and what has changed is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from cardgen.cli import main
from cardgen.manifest.load import load_manifest
from tests.review.preview.cards import Opened, build, write_manifest

SCORES = {"apple": 0.9401, "birch": 0.9001, "cedar": 0.9601}


@pytest.fixture
def page(tmp_path: Path, opened: Opened) -> Page:
    """The page over three cards, and one that was not built."""
    (tmp_path / "cardgen.toml").touch()
    for name, score in SCORES.items():
        loaded = load_manifest(write_manifest(tmp_path, name, repo_id=f"owner/{name}"))
        build(loaded, {"pytorch": score, "onnx": score})
    manifests = [tmp_path / "manifests" / f"{name}.yaml" for name in SCORES]
    manifests.insert(0, write_manifest(tmp_path, "unbuilt"))
    edited = tmp_path / "cards" / "apple" / "README.md"
    edited.write_text(edited.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert main(["preview", *map(str, manifests), "-o", str(tmp_path / "pages")]) == 0
    return opened.open(tmp_path / "pages" / "index.html")


def names(page: Page) -> list[str]:
    """The cards that are shown, in their order."""
    return [row.locator("th a").inner_text() for row in page.locator("#cards tbody:visible").all()]


def status(page: Page) -> str:
    """What is told to who cannot see the table."""
    return page.get_by_role("status").inner_text()


def sort_by(page: Page, column: str) -> str | None:
    """Sort by the keyboard; what the column then says of itself."""
    page.get_by_role("button", name=column).focus()
    page.keyboard.press("Enter")
    return page.get_by_role("columnheader", name=column).get_attribute("aria-sort")


def test_a_column_is_sorted_by_the_keyboard(page: Page) -> None:
    assert sort_by(page, "Loss") == "descending"
    assert names(page) == ["birch", "apple", "cedar", "unbuilt"]
    assert status(page) == "4 cards, sorted by loss, descending"
    assert sort_by(page, "Loss") == "ascending"
    assert names(page) == ["cedar", "apple", "birch", "unbuilt"], "what a card does not have comes last"
    assert sort_by(page, "Card") == "ascending"
    assert names(page) == ["apple", "birch", "cedar", "unbuilt"]
    assert page.locator("[aria-sort]").count() == 1


def test_cards_begin_in_the_order_that_is_told(page: Page) -> None:
    assert page.get_by_role("columnheader", name="Card").get_attribute("aria-sort") == "ascending"
    assert names(page) == ["apple", "birch", "cedar", "unbuilt"]


def test_the_worst_card_comes_first_where_findings_are_sorted_by(page: Page) -> None:
    assert sort_by(page, "Findings") == "descending"
    assert names(page)[0] == "apple"


def test_cards_are_filtered_by_the_keyboard(page: Page) -> None:
    page.get_by_role("searchbox", name="Filter").focus()
    page.keyboard.type("OWNER/c")
    assert names(page) == ["cedar"]
    assert status(page) == "1 of 4 cards"
    page.keyboard.type(" no such")
    assert names(page) == []
    assert page.get_by_text("No card fits the filter.").is_visible()
    page.keyboard.press("Escape")
    assert names(page) == ["apple", "birch", "cedar", "unbuilt"]
    assert status(page) == "4 cards"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert names(page) == ["apple"]


def test_a_filter_stays_when_the_order_changes(page: Page) -> None:
    page.get_by_role("searchbox", name="Filter").fill("accuracy")
    sort_by(page, "Score")
    assert names(page) == ["cedar", "apple", "birch"]
    assert status(page) == "3 of 4 cards, sorted by score, descending"


def test_a_loss_is_told_in_words_where_it_is_drawn(page: Page) -> None:
    drawn = page.locator("tbody", has_text="birch").get_by_role("img").first
    assert drawn.get_attribute("aria-label") == "4.57 % loss, 95 % interval from 4.36 % to 4.78 %"
    drawn = page.locator("tbody", has_text="cedar").get_by_role("img").first
    assert drawn.get_attribute("aria-label") == "1.79 % gain, 95 % interval from 1.58 % to 2.00 %"
