"""What people see, in a real browser: pages that everybody can use, in which nothing of a card runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.manifest.load import load_manifest
from tests.review.preview.cards import PHONE, WIDE, Opened, Scheme, build, scrolls_sideways, violations, write_manifest

ROOT = Path(__file__).parents[3]
MARKDOWN = """---
license: mit
pipeline_tag: text-classification
---
# A card

| Wide | table |
|:--|--:|
| `a very long name of a module that no line breaks` | 1 |
| with a cell too many | 2 | 3 |

- [x] done
- [ ] to do

~~struck~~, a note[^1], [a part](#a-part), [a file](evidence.json), ![a plot](assets/plot.png),
![a badge](https://example.org/badge.png) and <https://example.org>.

```python
print("a line of code that is longer than a phone is wide, and that is not to be broken", "anywhere", "at", "all")
```

## A part

<details><summary>More</summary>

- hidden

</details>

[^1]: Of a footnote.
"""
HOSTILE = """---
license: mit
pipeline_tag: "<script>document.title='owned'</script>"
tags: ["<img src=x onerror=document.title='owned'>"]
datasets: ["javascript:document.title='owned'"]
base_model: "\\"><script>document.title='owned'</script>"
---
# <script>document.title = "owned"</script>Title

<script>document.title = "owned"</script>
<script src="https://example.org/x.js"></script>
<img src=x onerror="document.title='owned'"> ![x](x "\\" onerror=\\"document.title='owned'")
<svg onload="document.title='owned'"><script>document.title='owned'</script></svg>
<style>body { display: none }</style><link rel="stylesheet" href="https://example.org/x.css">
<meta http-equiv="refresh" content="0; url=https://example.org/">
<base href="https://example.org/">
<iframe src="https://example.org/" srcdoc="<script>top.document.title='owned'</script>"></iframe>
<object data="https://example.org/x.swf"></object><embed src="https://example.org/x.swf">
<video src="https://example.org/x.mp4" autoplay></video><audio src="https://example.org/x.mp3"></audio>
<picture><source srcset="https://example.org/x.webp"><img src="https://example.org/x.png" alt="far away"></picture>
<form action="https://example.org/"><input name="password"><button>Send</button></form>
<input type="image" src="https://example.org/x.png"> <textarea autofocus onfocus="document.title='owned'"></textarea>
<div id="main" class="skip" style="position:fixed;inset:0;z-index:99;background:url(https://example.org/x.png)">over</div>
<a name="count" id="count" href="javascript:document.title='owned'">one</a>
<a href="JaVa&#9;script:document.title='owned'">two</a>
<a href="data:text/html,<script>document.title='owned'</script>" target="_self" ping="https://example.org/">four</a>
<a href="//example.org/" onclick="x()">seven</a>

[three](javascript:document.title='owned') [five](<vbscript:x>) [six](javascript&colon;document.title='owned')

<details ontoggle="document.title='owned'" open><summary>more</summary></details>
<marquee onstart="document.title='owned'">x</marquee> <body onload="document.title='owned'">
<a href="https://example.org/"><img src="https://example.org/y.png" alt="badge"></a>

[ref]: javascript:document.title='owned'
[eight][ref]

<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=document.title='owned'&gt;">
"""


def preview(root: Path, *names: str) -> Path:
    """The folder of pages of some manifests of a project."""
    folder = root / "pages"
    manifests = [str(root / "manifests" / f"{name}.yaml") for name in names]
    assert main(["preview", *manifests, "-o", str(folder)]) == 0
    return folder


@pytest.fixture
def committed(project: Path) -> Path:
    """The folder of a card that is committed, of a manifest that was not built."""
    write_manifest(project, "typed")
    folder = project / "cards" / "typed"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(
    project: Path, committed: Path, opened: Opened, scheme: Scheme, width: int
) -> None:
    (committed / "README.md").write_text(MARKDOWN, encoding="utf-8")
    folder = preview(project, "model", "typed")
    for name in ("index.html", "cards/model/index.html", "cards/typed/index.html"):
        page = opened.open(folder / name, scheme, width)
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name


def test_the_committed_cards_are_shown(tmp_path: Path, opened: Opened) -> None:
    folder = tmp_path / "pages"
    manifests = [str(path) for path in sorted((ROOT / "manifests").glob("*.yaml"))]
    assert main(["preview", *manifests, "-o", str(folder)]) == 0
    page = opened.open(folder / "index.html")
    rows = page.locator("#cards tbody")
    assert rows.count() == len(manifests)
    page.get_by_role("link", name="bart-cnn").click()
    assert page.locator("h1").first.inner_text() == "Intel/bart-large-cnn-int8-dynamic"
    chips = page.get_by_role("list", name="Metadata").locator("li").all_inner_texts()
    assert "Base model facebook/bart-large-cnn quantized" in [" ".join(chip.split()) for chip in chips]
    box = page.get_by_role("region", name="Evaluation results").inner_text()
    assert "cnn_dailymail" in box
    assert "41.2224" in box
    assert "Self-reported, Intel's model card" in box


def test_markdown_is_as_on_the_hub(project: Path, committed: Path, opened: Opened) -> None:
    (committed / "README.md").write_text(MARKDOWN, encoding="utf-8")
    (committed / "assets").mkdir(exist_ok=True)
    (committed / "assets" / "plot.png").write_bytes((ROOT / "docs" / "card.png").read_bytes())
    page = opened.open(preview(project, "typed") / "cards" / "typed" / "index.html")
    body = page.get_by_role("article")
    assert body.locator("tbody tr").nth(1).locator("td").all_inner_texts() == ["with a cell too many", "2"]
    assert body.locator("th").nth(1).get_attribute("align") == "right"
    assert body.get_by_role("checkbox").evaluate_all("all => all.map(one => [one.checked, one.disabled])") == [
        [True, True],
        [False, True],
    ]
    assert body.locator("del").inner_text() == "struck"
    assert body.get_by_role("link", name="a file").get_attribute("href") == (
        "https://huggingface.co/owner/model-int8/blob/main/evidence.json"
    )
    assert body.get_by_role("img", name="a plot").evaluate("one => one.naturalWidth > 0")
    badge = body.get_by_role("link", name="a badge")
    assert badge.get_attribute("href") == "https://example.org/badge.png"
    assert "noopener" in (badge.get_attribute("rel") or "")
    body.get_by_role("link", name="a part").click()
    assert page.evaluate("document.querySelector(':target').textContent") == "A part"


def test_a_hostile_card_runs_nothing_and_loads_nothing(project: Path, committed: Path, opened: Opened) -> None:
    (committed / "README.md").write_text(HOSTILE, encoding="utf-8")
    folder = preview(project, "model", "typed")
    page = opened.open(folder / "cards" / "typed" / "index.html")
    body = page.get_by_role("article")
    for link in body.get_by_role("link").all():
        address = link.get_attribute("href") or ""
        assert address.startswith(("https://", "#user-content-")), address
    for name in ("one", "two", "three", "four", "five", "six"):
        body.get_by_text(name, exact=True).click()
    assert page.title() == "owner/model-int8 – card preview"
    assert page.url.endswith("/cards/typed/index.html")
    assert (
        body.locator("script, style, svg, iframe, object, form, button, video, meta, link, base, textarea").count() == 0
    )
    assert body.locator("[style], [onclick], [onload], [name], [class=skip]").count() == 0
    assert page.locator("#main").evaluate("one => one.tagName") == "MAIN"
    assert page.locator("body").is_visible()
    assert opened.open(folder / "index.html").title() == "2 model cards – preview"


def test_what_turns_text_round_is_told(project: Path, committed: Path, opened: Opened) -> None:
    (committed / "README.md").write_text("---\ntags: ['in\u202et8']\n---\n# A", encoding="utf-8")
    page = opened.open(preview(project, "typed") / "cards" / "typed" / "index.html")
    assert "inU+202Et8" in page.get_by_role("list", name="Metadata").inner_text()


def test_a_script_in_a_page_would_not_run(project: Path, opened: Opened) -> None:
    """The policy is a second wall: it holds where the first one has a hole."""
    path = preview(project, "model") / "cards" / "model" / "index.html"
    text = path.read_text(encoding="utf-8")
    hole = (
        "<script>document.title = 'owned'</script><img src='https://example.org/x.png' onerror=document.title='owned'>"
    )
    path.write_text(text.replace("<article", hole + "<article", 1), encoding="utf-8")
    page = opened.open(path)
    assert page.title() == "owner/model-int8 – card preview"
    refused, opened.complaints = opened.complaints, []
    assert any("script-src" in complaint or "inline script" in complaint for complaint in refused), refused


def test_a_page_can_be_read_by_keyboard(project: Path, opened: Opened) -> None:
    page = opened.open(preview(project, "model") / "cards" / "model" / "index.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the card")
    assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_names_that_an_address_must_quote_are_found(project: Path, opened: Opened) -> None:
    for name in ("a b", "50% #1?", "größe"):
        build(load_manifest(write_manifest(project, name)))
    page = opened.open(preview(project, "a b", "50% #1?", "größe") / "index.html")
    for name in ("a b", "50% #1?", "größe"):
        page.get_by_role("link", name=name).click()
        assert page.locator("[aria-current]").inner_text() == name
        page.get_by_role("link", name="All cards").click()
