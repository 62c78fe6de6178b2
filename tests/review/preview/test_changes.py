"""What changed since a commit, on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from cardgen.cli import main
from cardgen.review.preview.serve.live import LivePages
from tests.review.preview.cards import PHONE, WIDE, Opened, Scheme, scrolls_sideways, violations
from tests.review.repository import CardRepository

WORDS = "It reads a sentence, and says how friendly that is.\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CardRepository:
    """Since ``main``, one card was measured anew and reworded, one is gone, one is as it was."""
    made = CardRepository.new(tmp_path / "repository")
    monkeypatch.chdir(made.folder)
    made.write("manifests/words.md", WORDS)
    made.card("moved", prose={"caveats": "words.md"})
    made.card("same")
    made.card("gone")
    made.commit("Begin")
    made.git("checkout", "--quiet", "-b", "change")
    made.write("manifests/words.md", WORDS.replace("friendly", "kind"))
    made.card("moved", {"pytorch": 0.9101}, prose={"caveats": "words.md"})
    made.git("rm", "-rqf", "manifests/gone.yaml", "cards/gone")
    made.commit()
    return made


def preview(*arguments: str) -> Path:
    assert main(["preview", *arguments, "-o", "pages"]) == 0
    return Path("pages").absolute()


def open_changes(page: Page) -> dict[str, str]:
    """Card to what its last cell says."""
    rows = page.locator("#cards tbody").all()
    return {row.locator("th a").inner_text(): row.locator("tr:first-child td:last-child").inner_text() for row in rows}


def test_the_table_of_cards_tells_what_is_open(repository: CardRepository, opened: Opened) -> None:
    page = opened.open(preview("--base", "main") / "index.html")
    told = open_changes(page)
    assert told["same"] == "no change"
    assert told["moved"].startswith("2 open")
    assert "Gone since main: gone." in page.locator("main").inner_text()
    page.get_by_role("checkbox", name="Only what needs a look").check()
    assert page.get_by_role("status").inner_text() == "1 of 2 cards"
    page.get_by_role("checkbox", name="Only what needs a look").uncheck()
    page.get_by_role("button", name="Open changes").focus()
    page.keyboard.press("Enter")
    assert next(iter(open_changes(page))) == "moved"
    page.locator("tbody", has_text="owner/moved").get_by_role("link", name="open").click()
    assert page.title() == "moved – what changed since main"


def test_cells_and_words_are_marked(repository: CardRepository, opened: Opened) -> None:
    page = opened.open(preview("--base", "main") / "cards" / "moved" / "changes.html")
    text = page.get_by_role("region", name="The text, old beside new")
    assert text.locator(".old del.gone", has_text="friendly").inner_text() == "friendly"
    assert text.locator(".new ins.come", has_text="kind").inner_text() == "kind"
    assert text.locator("td.changed", has_text="0.9101").count() > 0
    table = page.get_by_role("table").first
    first = table.locator("tbody tr").first
    assert first.locator("td").first.inner_text() == "breaking"
    assert "accuracy of pytorch fell from 0.9401 to 0.9101" in first.inner_text()
    assert len(first.locator("code").inner_text()) == 12
    page.get_by_role("navigation", name="Views of the card").get_by_role("link", name="Card").click()
    assert page.locator("[aria-current]").last.inner_text() == "Card"


def test_sides_stand_beside_each_other_and_on_a_phone_above(repository: CardRepository, opened: Opened) -> None:
    place = preview("--base", "main") / "cards" / "moved" / "changes.html"
    for width, is_beside in ((WIDE, True), (PHONE, False)):
        row = opened.open(place, width=width).locator(".row.changed").first
        old, new = (row.locator(f".{side}").bounding_box() for side in ("old", "new"))
        assert old is not None
        assert new is not None
        assert (old["y"] == new["y"], old["x"] < new["x"]) == (is_beside, is_beside)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_everybody_can_use_the_pages(repository: CardRepository, opened: Opened, scheme: Scheme, width: int) -> None:
    folder = preview("--base", "main")
    for name in ("index.html", "cards/moved/changes.html", "cards/moved/index.html"):
        page = opened.open(folder / name, scheme, width)
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name


def test_a_new_card_is_new_as_a_whole(repository: CardRepository) -> None:
    repository.card("new", title="Another one")
    page = (preview("--base", "HEAD") / "cards" / "new" / "changes.html").read_text(encoding="utf-8")
    assert "The card is new" in page
    assert '<h1 id="user-content-another-one"><ins class="come">Another one</ins></h1>' in page


def test_a_card_that_is_as_it_was_has_no_such_page(repository: CardRepository) -> None:
    folder = preview("--base", "main", "manifests/same.yaml", "manifests/moved.yaml")
    assert not (folder / "cards" / "same" / "changes.html").exists()
    assert "What changed" not in (folder / "cards" / "same" / "index.html").read_text(encoding="utf-8")
    assert "Gone since" not in (folder / "index.html").read_text(encoding="utf-8"), "nobody asked for it"


def test_what_cannot_be_compared_never_reads_as_no_change(
    repository: CardRepository, capfd: pytest.CaptureFixture[str]
) -> None:
    evidence = repository.folder / "cards" / "same" / "evidence.json"
    whole = evidence.read_text(encoding="utf-8")
    evidence.write_text("{", encoding="utf-8")
    repository.commit("Break it")
    evidence.write_text(whole, encoding="utf-8")
    assert main(["preview", "--base", "HEAD", "-o", "pages"]) == 3
    assert "same could not be compared" in capfd.readouterr().err
    page = (repository.folder / "pages" / "cards" / "same" / "changes.html").read_text(encoding="utf-8")
    assert "not compared" in page
    assert "1 open" in (repository.folder / "pages" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("base", "told"), [("nowhere", "nowhere"), ("main..HEAD", "one commit too many")])
def test_a_base_that_means_nothing_is_told(
    repository: CardRepository, capfd: pytest.CaptureFixture[str], base: str, told: str
) -> None:
    assert main(["preview", "--base", base, "-o", "pages"]) in (2, 3)
    assert told in capfd.readouterr().err
    assert not (repository.folder / "pages").exists()


def test_a_served_page_of_changes_follows_what_is_typed(repository: CardRepository) -> None:
    pages = LivePages(lambda: [Path("manifests/moved.yaml")], "main")
    repository.write("manifests/words.md", WORDS.replace("friendly", "rude"))
    assert pages.refresh()
    assert '<ins class="come">rude</ins>' in pages.site.pages["cards/moved/changes.html"]()


def test_a_decision_is_shown_and_counts(repository: CardRepository) -> None:
    pages = LivePages(lambda: [Path("manifests/moved.yaml")], "main")
    assert "2 open" in pages.site.pages["index.html"]()
    assert main(["review", "--base", "main", "accept", "--all", "--reason", "A fair price."]) == 0
    assert pages.refresh()
    assert "2 open" not in pages.site.pages["index.html"]()
    page = pages.site.pages["cards/moved/changes.html"]()
    assert page.count('<b class="severity accepted">accepted</b>') == 2
    decisions = repository.folder / "reviews" / "moved.yaml"
    decisions.write_text("<<<<<<< ours\n", encoding="utf-8")
    assert pages.refresh()
    assert "is a line that git left there" in pages.site.pages["index.html"]()


def test_severities_are_the_projects(repository: CardRepository, opened: Opened) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write("cardgen.toml", '[review]\nseverities = {score-worse = "note"}\n')
    repository.commit("Be mild")
    repository.git("checkout", "--quiet", "change")
    repository.git("rebase", "--quiet", "main")
    page = opened.open(preview("--base", "main") / "index.html")
    assert "open" not in open_changes(page)["moved"]


def test_words_of_the_old_card_run_nothing(repository: CardRepository, opened: Opened) -> None:
    readme = repository.folder / "cards" / "same" / "README.md"
    whole = readme.read_text(encoding="utf-8")
    repository.write(
        "cards/same/README.md",
        whole + "\n<script>document.title='owned'</script><img src=x onerror=document.title='owned'>\n",
    )
    repository.commit("Attack")
    readme.write_text(whole, encoding="utf-8")
    page = opened.open(preview("--base", "HEAD") / "cards" / "same" / "changes.html")
    assert page.title() == "same – what changed since HEAD"
    assert page.locator("main script").count() == 0
