"""What people edit in README.md on the Hub, and what becomes of it when cardgen pushes again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.hub_server import Fault, HubServer
from tests.publish.conftest import Run
from tests.publish.project import Project

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def readme(server: HubServer, revision: str = "main") -> str:
    return file(server, "README.md", revision).decode()


def file(server: HubServer, path: str, revision: str = "main") -> bytes:
    return server.model(REPO).resolve(revision).files[path].data


def edit(server: HubServer, change: Callable[[str], str], revision: str = "main") -> str:
    """Edit the card on the Hub as a person would."""
    text = change(readme(server, revision))
    assert text != readme(server, revision)
    server.model(REPO).put({"README.md": text.encode()}, revision=revision)
    return text


def thanks(text: str) -> str:
    return text.replace("## How to reproduce", "## Thanks\n\nTo all.\n\n## How to reproduce")


def test_edits_live_through_push_after_push(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edited = edit(hub, lambda text: thanks(text).replace("tags:", "# for the search\ntags:"))
    for accuracy, printed in ((0.9, "0.9000"), (0.8, "0.8000"), (0.912109375, "0.9121")):
        project.build(accuracy=accuracy)
        code, _, err = run("push", project.manifest)
        assert code == 0, err
        assert "README.md was edited there, and keeps its key `tags`, section `Thanks`" in err
        assert printed in readme(hub)
        assert "## Thanks\n\nTo all.\n\n## How to reproduce" in readme(hub)
        assert "# for the search\ntags:" in readme(hub)
        assert file(hub, ".cardgen.md").decode() == project.readme
        assert json.loads(file(hub, ".cardgen.json"))["format"] == 2
    assert readme(hub) == edited
    hub.requests.clear()
    code, out, _ = run("push", "--json", project.manifest)
    (report,) = json.loads(out)
    assert (code, report["status"]) == (0, "unchanged")
    assert report["edits"] == {"kept": ["key `tags`", "section `Thanks`"], "deleted": []}
    assert hub.writes == []


def test_edits_alone_are_no_reason_for_a_commit(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edited = edit(hub, thanks)
    hub.requests.clear()
    code, out, _ = run("push", project.manifest)
    assert (code, out.startswith("unchanged: ")) == (0, True)
    assert hub.writes == []
    edit(hub, lambda text: text.replace("To all.", "To some."))
    project.build(accuracy=0.9)
    assert run("push", project.manifest)[0] == 0
    assert "To some." in readme(hub)
    assert readme(hub) != edited


def test_an_edit_that_came_home_leaves_nothing_behind(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    run("push", project.manifest)
    edit(hub, lambda text: text.replace("## Thanks\n\nTo all.\n\n", ""))
    project.build(accuracy=0.8)
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert readme(hub) == project.readme
    assert ".cardgen.md" not in hub.model(REPO).resolve("main").files
    assert json.loads(file(hub, ".cardgen.json"))["format"] == 1


def test_the_users_own_card_is_not_touched(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    before = project.readme
    assert run("push", project.manifest)[0] == 0
    assert project.readme == before
    assert run("check", project.manifest)[0] == 0


def test_a_deleted_section_is_said_and_stays_deleted(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    text = readme(hub)
    section = text[text.index("## How to reproduce") :]
    edit(hub, lambda text: text.replace(section, ""))
    project.build(accuracy=0.9)
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert "deleted there, and not written again: section `How to reproduce`" in err
    assert "How to reproduce" not in readme(hub)


@pytest.mark.parametrize("accuracy", [0.912109375, 0.9])
def test_an_edited_figure_is_a_conflict_that_shows_both(
    hub: HubServer, project: Project, run: Run, accuracy: float
) -> None:
    run("push", project.manifest)
    edited = edit(hub, lambda text: text.replace("**0.9121**", "**0.9999**"))
    project.build(accuracy=accuracy)
    hub.requests.clear()
    code, out, err = run("push", "--json", project.manifest)
    assert code == 6
    assert "section `Results`: a generated table was edited" in err
    assert "on the Hub: | `pytorch` | Accuracy" in err
    assert "**0.9999**" in err
    assert "cardgen:    | `pytorch` | Accuracy" in err
    assert hub.writes == []
    assert readme(hub) == edited
    assert json.loads(out)[0]["exit_code"] == 6


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _text: b"", "Somebody emptied README.md"),
    "blank": (lambda _text: b"\xef\xbb\xbf \r\n\n", "Somebody emptied README.md"),
    "latin-1": (lambda text: text.replace(b"# INT8", b"# M\xe9 INT8"), "no longer UTF-8: line"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "no longer UTF-8: line 1"),
    "two front matters": (lambda text: b"---\nlicense: mit\n---\n" + text, "there are two front matters"),
    "broken front matter": (lambda text: text.replace(b"license:", b"license: ["), "front matter cannot be read"),
}


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_merged_stops_the_push(
    hub: HubServer, project: Project, run: Run, change: Callable[[bytes], bytes], said: str
) -> None:
    run("push", project.manifest)
    broken = change(file(hub, "README.md"))
    hub.model(REPO).put({"README.md": broken})
    hub.requests.clear()
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert said in err
    assert "Nothing was changed" in err
    assert hub.writes == []


def test_line_ends_are_kept_as_people_have_them(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, lambda text: thanks(text).replace("\n", "\r\n"))
    project.build(accuracy=0.9)
    assert run("push", project.manifest)[0] == 0
    assert readme(hub) == thanks(project.readme).replace("\n", "\r\n")


def test_edits_that_make_the_card_wrong_are_refused(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, lambda text: text.replace("license: apache-2.0", "license: apache-2"))
    hub.requests.clear()
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "with these edits the card is wrong" in err
    assert "license" in err
    assert hub.writes == []


def test_a_marker_of_a_later_version_is_left_alone(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    marker = json.loads(file(hub, ".cardgen.json")) | {"format": 9, "news": True}
    hub.model(REPO).put({".cardgen.json": json.dumps(marker).encode()})
    hub.requests.clear()
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "A later version of cardgen published there" in err
    assert hub.writes == []


@pytest.mark.parametrize("lost", ["README.md", ".cardgen.md"])
def test_without_the_last_card_nothing_is_merged(hub: HubServer, project: Project, run: Run, lost: str) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    if lost == ".cardgen.md":
        project.build(accuracy=0.9)
        run("push", project.manifest)
        hub.model(REPO).put({lost: b"something else"})
    else:
        marker = json.loads(file(hub, ".cardgen.json"))
        marker["files"][lost] = {"sha256": "0" * 64, "blob": "0" * 40}
        hub.model(REPO).put({".cardgen.json": json.dumps(marker).encode()})
    project.build(accuracy=0.8)
    hub.requests.clear()
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "nobody can tell what was edited" in err
    assert hub.writes == []


def test_an_edit_between_reading_and_committing_is_merged_too(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    hub.inject(Fault("before", "/commit/main", action=lambda: edit(hub, thanks)))
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert readme(hub) == thanks(project.readme)


def test_a_merged_push_whose_answer_was_lost_is_found(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    hub.inject(Fault("lose-response", "/commit/main"))
    code, out, err = run("push", project.manifest)
    assert (code, out.startswith("pushed: ")) == (0, True), err
    assert readme(hub) == thanks(project.readme)
    assert len(hub.model(REPO).history("main")) == 4


def test_edits_on_main_go_into_a_pull_request(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    assert run("push", "--create-pr", project.manifest)[0] == 0
    assert readme(hub, "refs/pr/1") == thanks(project.readme)
    edit(hub, lambda text: text.replace("To all.", "To some."), "refs/pr/1")
    project.build(accuracy=0.8)
    assert run("push", "--create-pr", project.manifest)[0] == 0
    assert readme(hub, "refs/pr/1") == thanks(project.readme).replace("To all.", "To some.")


def test_edits_on_main_reach_a_pull_request_that_is_open(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, lambda text: text.replace("# INT8 names\n", "# INT8 names\n\nBefore.\n"))
    project.build(accuracy=0.9)
    run("push", "--create-pr", project.manifest)
    edit(hub, thanks)
    edit(hub, lambda text: text.replace("## How to use", "## In the request\n\nMine.\n\n## How to use"), "refs/pr/1")
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 0, err
    assert "keeps its section `INT8 names`, section `In the request`, section `Thanks`" in err
    text = readme(hub, "refs/pr/1")
    assert [text.count(words) for words in ("Before.", "Mine.", "To all.", "0.9121")] == [1, 1, 1, 0]
    hub.requests.clear()
    assert run("push", "--create-pr", project.manifest)[1].startswith("unchanged: ")
    assert hub.writes == []
    project.build(accuracy=0.8)
    assert run("push", "--create-pr", project.manifest)[0] == 0
    text = readme(hub, "refs/pr/1")
    assert [text.count(words) for words in ("Before.", "Mine.", "To all.", "0.9000")] == [1, 1, 1, 0]
    edit(hub, lambda text: text.replace("**0.9121**", "**0.9999**"))
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 6
    assert f"README.md of {REPO} (main) was edited" in err


def test_a_push_to_main_does_not_hold_up_a_pull_request(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    run("push", "--create-pr", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.8)
    assert run("push", project.manifest)[0] == 0
    project.build(accuracy=0.7)
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 0, err
    assert readme(hub, "refs/pr/1") == thanks(project.readme)
    edit(hub, lambda text: text.replace("INT8 names\n", "INT8 names\n\nAlso.\n", 1))
    code, _, err = run("push", "--create-pr", project.manifest)
    assert code == 0, err
    assert "Also." in readme(hub, "refs/pr/1")


def test_a_dry_run_shows_the_merged_card(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    edit(hub, thanks)
    project.build(accuracy=0.9)
    hub.requests.clear()
    code, out, err = run("push", "--dry-run", project.manifest)
    assert code == 0
    assert "+| `pytorch` | Accuracy" in out
    assert "-## Thanks" not in out
    assert "keeps its section `Thanks`" in err
    assert hub.writes == []
