"""Edits made on the Hub come home into the manifest, so that the next push has nothing to merge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.hub_server import HubServer
from tests.publish.conftest import Run
from tests.publish.project import Project
from tests.publish.test_edits import edit, file, readme, thanks

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

PROSE = """
# What we say:
prose:
  summary: What it does, in 2 words.  # short
  caveats: caveats.md
  limitations: |-
    One.

    Two.
"""


@pytest.fixture
def pushed(hub: HubServer, project: Project, run: Run) -> Project:
    """A project with prose, whose card is on the Hub."""
    (project.root / "caveats.md").write_text("Mind the gap.\n", encoding="utf-8")
    with project.manifest.open("a", encoding="utf-8") as stream:
        stream.write(PROSE)
    assert run("build", "--render-only", project.manifest)[0] == 0
    assert run("push", project.manifest)[0] == 0
    return project


def whole_way(project: Project, hub: HubServer, run: Run) -> None:
    """Build and push what was pulled: the Hub holds what cardgen renders, and nothing is left to merge."""
    assert run("build", "--render-only", project.manifest)[0] == 0
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert "README.md was edited there" not in err
    assert readme(hub) == project.readme
    assert ".cardgen.md" not in hub.model(REPO).resolve("main").files
    hub.requests.clear()
    assert run("pull", project.manifest)[1].endswith("nothing was edited on the Hub\n")
    assert run("push", project.manifest)[1].startswith("unchanged: ")
    assert hub.writes == []


EDITS: dict[str, tuple[Callable[[str], str], str, str, str]] = {
    "inline words": (
        lambda text: text.replace("in 2 words", "in 3 words"),
        "summary: What it does, in 2 words.",
        "summary: What it does, in 3 words.",
        "prose.summary",
    ),
    "a paragraph more": (
        lambda text: text.replace("Two.", "Two.\n\nThree: and `more`."),
        "    Two.\n",
        "    Two.\n\n    Three: and `more`.\n",
        "prose.limitations",
    ),
    "a new section with a place of its own": (
        lambda text: text.replace("## Limitations", "## Intended use\n\nAny, and *all*.\n\n## Limitations"),
        "    Two.\n",
        "    Two.\n  intended_use: Any, and *all*.\n",
        "prose.intended_use",
    ),
    "a new section without": (
        lambda text: text.replace(
            "## How to reproduce", "## Thanks\n\nTo all.\n\n### And\n\n- you\n\n## How to reproduce"
        ),
        "    Two.\n",
        "    Two.\n  notes: |-\n    ### Thanks\n\n    To all.\n\n    #### And\n\n    - you\n",
        "prose.notes",
    ),
    "a section less": (
        lambda text: text.replace("## Limitations\n\nOne.\n\nTwo.\n\n", ""),
        "  limitations: |-\n    One.\n\n    Two.\n",
        "",
        "prose.limitations",
    ),
    "a new key": (
        lambda text: text.replace("pipeline_tag:", "widget:\n  - text: so good\npipeline_tag:"),
        "  language:\n  - en\n",
        "  language:\n  - en\n  widget: [{text: so good}]\n",
        "metadata.widget",
    ),
    "another licence": (
        lambda text: text.replace("license: apache-2.0", "license: mit"),
        "license: apache-2.0",
        "license: mit",
        "metadata.license",
    ),
    "a new tag": (
        lambda text: text.replace("  - int8\n", "  - names\n  - int8\n"),
        "  language:\n  - en\n",
        "  language:\n  - en\n  tags: [names]\n",
        "metadata.tags",
    ),
    "the title": (
        lambda text: text.replace("# INT8 names", "# INT8 names of *things*"),
        "title: INT8 names",
        "title: INT8 names of things",
        "title",
    ),
}


@pytest.mark.parametrize(("change", "old", "new", "key"), EDITS.values(), ids=EDITS)
def test_an_edit_comes_home(
    hub: HubServer,
    pushed: Project,
    run: Run,
    change: Callable[[str], str],
    old: str,
    new: str,
    key: str,
) -> None:
    before = pushed.manifest.read_text(encoding="utf-8")
    edit(hub, change)
    assert run("pull", "--dry-run", pushed.manifest)[0] == 0
    assert pushed.manifest.read_text(encoding="utf-8") == before
    code, out, err = run("pull", pushed.manifest)
    assert code == 0, err
    assert out.splitlines()[0].endswith(f" → {key}")
    if key != "title":  # a title in italics is one without
        assert "stays on the Hub" not in out
    assert before.count(old) == 1
    assert pushed.manifest.read_text(encoding="utf-8") == before.replace(old, new)
    if key != "title":
        whole_way(pushed, hub, run)


@pytest.mark.parametrize(
    "section",
    ["Thanks\n------\n\nTo all.", "Thanks\n=\n\nTo all.", "  ## Thanks ##\n\nTo all.\n\nAnd\n---\n- you\n\n---\n\nnow"],
    ids=["underlined", "as high as the title", "closed, with one below"],
)
def test_a_section_comes_home_however_its_heading_is_marked(
    hub: HubServer, pushed: Project, run: Run, section: str
) -> None:
    edit(hub, lambda text: text.replace("## How to reproduce", f"{section}\n\n## How to reproduce"))
    code, out, err = run("pull", pushed.manifest)
    assert code == 0, err
    assert "stays on the Hub" not in out
    whole_way(pushed, hub, run)


def test_a_file_of_prose_is_written_where_it_lies(hub: HubServer, pushed: Project, run: Run) -> None:
    before = pushed.manifest.read_bytes()
    edit(hub, lambda text: text.replace("Mind the gap.", "Mind the gap.\n\n- And the step."))
    assert run("pull", pushed.manifest)[0] == 0
    assert (pushed.root / "caveats.md").read_text(encoding="utf-8") == "Mind the gap.\n\n- And the step.\n"
    assert pushed.manifest.read_bytes() == before
    whole_way(pushed, hub, run)


def test_everything_at_once_after_a_push_that_merged(hub: HubServer, pushed: Project, run: Run) -> None:
    def change(text: str) -> str:
        text = thanks(text).replace("in 2 words", "in 4 words").replace("Mind the gap.", "Mind it.")
        return text.replace("tags:\n", "tags:\n  - names\n").replace("pipeline_tag:", "thumbnail: a.png\npipeline_tag:")

    edit(hub, change)
    assert run("push", pushed.manifest)[0] == 0
    with pushed.manifest.open("a", encoding="utf-8") as stream:
        stream.write("  intended_use: Ours, meanwhile.\n")
    run("build", "--render-only", pushed.manifest)
    assert run("push", pushed.manifest)[0] == 0
    assert file(hub, ".cardgen.md")
    code, out, err = run("pull", "--json", pushed.manifest)
    assert code == 0, err
    (report,) = json.loads(out)
    assert {taken["key"] for taken in report["taken"]} >= {
        "metadata.tags",
        "metadata.thumbnail",
        "prose.summary",
        "prose.notes",
    }
    assert report["left"] == []
    whole_way(pushed, hub, run)
    assert "Ours, meanwhile." in readme(hub)


def test_what_has_no_place_is_listed_and_stays(hub: HubServer, pushed: Project, run: Run) -> None:
    edit(
        hub, lambda text: text.replace("tags:\n", "# for all\ntags:\n").replace("## Results\n", "## Results\n\nLook:\n")
    )
    before = pushed.manifest.read_bytes()
    code, out, _ = run("pull", pushed.manifest)
    assert code == 0
    assert "stays on the Hub, and each push keeps it: key `tags`" in out
    assert "stays on the Hub, and each push keeps it: section `Results`" in out
    assert "→" not in out
    assert pushed.manifest.read_bytes() == before
    assert run("push", pushed.manifest)[1].startswith("unchanged: ")
    assert "Look:" in readme(hub)


def test_a_section_that_was_moved_is_listed(hub: HubServer, pushed: Project, run: Run) -> None:
    edit(
        hub,
        lambda text: text.replace("## Limitations\n\nOne.\n\nTwo.\n\n", "").replace(
            "## How to use", "## Limitations\n\nOne.\n\nTwo.\n\n## How to use"
        ),
    )
    assert "where parts of the card stand" in run("pull", pushed.manifest)[1]


def test_what_the_manifest_cannot_hold_stays(hub: HubServer, pushed: Project, run: Run) -> None:
    edit(hub, lambda text: text.replace("Mind the gap.", "<details>\n").replace("Two.", "Two.\n\n<details>\n"))
    before = pushed.manifest.read_bytes()
    code, out, _ = run("pull", pushed.manifest)
    assert code == 0
    assert "stays on the Hub, and each push keeps it: section `Limitations`: opens <details> on its line 5" in out
    assert "stays on the Hub, and each push keeps it: section `Caveats`: opens <details> on its line 1" in out
    assert len(out.splitlines()) == 2
    assert pushed.manifest.read_bytes() == before
    assert (pushed.root / "caveats.md").read_text(encoding="utf-8") == "Mind the gap.\n"


def test_an_edited_figure_does_not_come_home(hub: HubServer, pushed: Project, run: Run) -> None:
    edit(hub, lambda text: text.replace("**0.9121**", "**0.9999**"))
    before = pushed.manifest.read_bytes()
    code, _, err = run("pull", pushed.manifest)
    assert code == 6
    assert "a generated table was edited" in err
    assert pushed.manifest.read_bytes() == before


def test_without_a_card_of_cardgens_there_is_nothing_to_pull(hub: HubServer, project: Project, run: Run) -> None:
    for make in (lambda: None, lambda: hub.add(REPO, {"README.md": b"# Mine\n"})):
        make()
        code, _, err = run("pull", project.manifest)
        assert code == 6
        assert "holds no card that cardgen published" in err


def test_the_manifests_own_style_is_kept(hub: HubServer, pushed: Project, run: Run) -> None:
    text = pushed.manifest.read_text(encoding="utf-8").replace("\n", "\r\n")
    pushed.manifest.write_bytes(b"\xef\xbb\xbf" + text.encode())
    run("build", "--render-only", pushed.manifest)
    run("push", pushed.manifest)
    edit(hub, lambda card: card.replace("in 2 words", "in 3 words"))
    assert run("pull", pushed.manifest)[0] == 0
    written = pushed.manifest.read_bytes()
    assert written == b"\xef\xbb\xbf" + text.replace("in 2 words", "in 3 words").encode()
    assert yaml.safe_load(Path(pushed.manifest).read_text(encoding="utf-8-sig"))["prose"]["caveats"] == "caveats.md"
