"""Nothing is sent that is not in order, unless a person says which rule does not count this time."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from cardgen.records.evidence_file import dump_evidence, load_evidence
from cardgen.records.results.snippet import SnippetResult
from tests.hub_server import HubServer
from tests.publish.conftest import Run
from tests.publish.project import Project

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def with_manifest(project: Project, old: str, new: str) -> None:
    text = project.manifest.read_text(encoding="utf-8")
    assert old in text
    project.manifest.write_text(text.replace(old, new), encoding="utf-8")


def rendered(project: Project, run: Run, old: str, new: str) -> None:
    with_manifest(project, old, new)
    assert run("build", "--render-only", project.manifest)[0] == 0


def no_license(project: Project, run: Run) -> None:
    rendered(project, run, "  license: apache-2.0\n", "")


def unknown_license(project: Project, run: Run) -> None:
    rendered(project, run, "license: apache-2.0", "license: unknown")


def placeholder(project: Project, run: Run) -> None:
    rendered(project, run, "variants:", "prose: {caveats: TODO}\nvariants:")


def template_tag(project: Project, run: Run) -> None:
    rendered(project, run, "variants:", "prose: {caveats: 'For {{ model_name }} only.'}\nvariants:")


def stale_card(project: Project, run: Run) -> None:
    (project.card / "README.md").write_text(project.readme + "\nBy hand.\n", encoding="utf-8")


def stale_evidence(project: Project, run: Run) -> None:
    with_manifest(project, "- accuracy", "- f1")


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (no_license, "license-unresolved"),
        (unknown_license, "license-unresolved"),
        (placeholder, "placeholder"),
        (template_tag, "placeholder"),
        (stale_card, "check-failed"),
    ],
)
def test_a_rule_holds_unless_it_is_named(
    hub: HubServer, project: Project, run: Run, spoil: Callable[[Project, Run], None], rule: str
) -> None:
    spoil(project, run)
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert f"[{rule}]" in err
    assert f"--allow {rule}" in err
    assert hub.requests == []
    assert run("push", "--allow", "evidence-stale", project.manifest)[0] == 1
    code, _, err = run("push", "--allow", rule, project.manifest)
    assert code == 0, err
    assert rule not in err
    assert hub.model(REPO).history("main")[0].title == f"Publish names with cardgen 0.1.0 (allowed: {rule})"


def test_all_is_told_at_once_and_all_must_be_allowed(hub: HubServer, project: Project, run: Run) -> None:
    no_license(project, run)
    placeholder(project, run)
    stale_card(project, run)
    code, _, err = run("push", project.manifest)
    assert code == 1
    rules = ("check-failed", "license-unresolved", "placeholder")
    assert all(f"[{rule}]" in err for rule in rules)
    assert run("push", "--allow", "placeholder", "--allow", "check-failed", project.manifest)[0] == 1
    assert hub.requests == []
    allowed = [argument for rule in rules for argument in ("--allow", rule)]
    assert run("push", "-m", "Mine", *allowed, project.manifest)[0] == 0
    title = hub.model(REPO).history("main")[0].title
    assert title == "Mine (allowed: check-failed, license-unresolved, placeholder)"


def test_stale_evidence_is_refused(hub: HubServer, project: Project, run: Run) -> None:
    stale_evidence(project, run)
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "[evidence-stale]" in err
    assert hub.requests == []


def test_code_that_was_not_run_is_refused(hub: HubServer, project: Project, run: Run) -> None:
    evidence = project.card / "evidence.json"
    known = load_evidence(evidence)
    left = tuple(record for record in known.records if not isinstance(record.result, SnippetResult))
    assert len(left) < len(known.records)
    evidence.write_text(dump_evidence(known.model_copy(update={"records": left})), encoding="utf-8")
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "[snippet-failed]" in err
    assert "[evidence-stale]" not in err


def test_an_exception_that_is_not_needed_is_not_told(hub: HubServer, project: Project, run: Run) -> None:
    assert run("push", "--allow", "placeholder", project.manifest)[0] == 0
    assert hub.model(REPO).history("main")[0].title == "Publish names with cardgen 0.1.0"


@pytest.mark.parametrize("rule", ["placeholders", "everything", ""])
def test_an_unknown_rule_is_wrong_usage(hub: HubServer, project: Project, run: Run, rule: str) -> None:
    code, _, err = run("push", "--allow", rule, project.manifest)
    assert code == 2
    assert "there is no such rule" in err
    assert "placeholder" in err
    assert hub.requests == []


def test_wrong_edits_can_be_allowed(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    text = hub.model(REPO).resolve("main").files["README.md"].data.decode()
    hub.model(REPO).put({"README.md": text.replace("language:\n  - en", "language:\n  - english").encode()})
    project.build(accuracy=0.9)
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "--allow edits-wrong" in err
    code, out, err = run("push", "--dry-run", "--allow", "edits-wrong", project.manifest)
    assert code == 0, err
    assert "(allowed: edits-wrong)" in out


@pytest.fixture
def repository(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project as a repository of git, with its card committed."""
    monkeypatch.chdir(project.root)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")
    for arguments in (("init", "--quiet"), ("add", "names.yaml", "cards"), ("commit", "--quiet", "-m", "The card")):
        subprocess.run(["git", *arguments], check=True)
    return project


def relicensed(project: Project, run: Run) -> None:
    rendered(project, run, "license: apache-2.0", "license: mit")


@pytest.mark.parametrize("by", ["option", "settings"])
def test_what_breaks_something_is_published_once_it_was_accepted(
    hub: HubServer, repository: Project, run: Run, by: str
) -> None:
    if by == "settings":
        (repository.root / "cardgen.toml").write_text("[review]\nbefore_push = true\n", encoding="utf-8")
    push = ("push", *(["--reviewed"] if by == "option" else []), "names.yaml")
    assert run(*push)[0] == 0
    relicensed(repository, run)
    hub.requests.clear()
    code, _, err = run(*push)
    assert code == 1
    assert "the licence is mit, not apache-2.0: this has no decision [unreviewed]" in err
    assert "cardgen review accept " in err
    assert hub.writes == []
    fingerprint = err.partition("cardgen review accept ")[2].split()[0]
    code, _, err = run("review", "accept", fingerprint, "--base", "HEAD", "--reason", "as its authors say")
    assert code == 0, err
    code, _, err = run(*push)
    assert code == 0, err
    assert hub.model(REPO).history("main")[0].title == "names: license apache-2.0 → mit"


def test_what_changed_after_its_review_is_not_what_was_reviewed(hub: HubServer, repository: Project, run: Run) -> None:
    assert run("push", "--reviewed", "names.yaml")[0] == 0
    relicensed(repository, run)
    fingerprint = run("push", "--reviewed", "names.yaml")[2].partition("cardgen review accept ")[2].split()[0]
    run("review", "accept", fingerprint, "--base", "HEAD", "--reason", "so it is")
    rendered(repository, run, "variants:", "prose: {caveats: Mind the gap.}\nvariants:")
    code, _, err = run("push", "--reviewed", "names.yaml")
    assert code == 1
    assert "names is not as it was when its review ended: manifest and card changed since [unreviewed]" in err
    assert run("push", "--reviewed", "--allow", "unreviewed", "names.yaml")[0] == 0
    assert hub.model(REPO).history("main")[0].title.endswith(" (allowed: unreviewed)")


def test_what_was_rejected_is_not_published(hub: HubServer, repository: Project, run: Run) -> None:
    run("push", "names.yaml")
    relicensed(repository, run)
    fingerprint = run("push", "--reviewed", "names.yaml")[2].partition("cardgen review accept ")[2].split()[0]
    run("review", "reject", fingerprint, "--base", "HEAD", "--reason", "no")
    code, _, err = run("push", "--reviewed", "names.yaml")
    assert code == 1
    assert "this was rejected [unreviewed]" in err
    assert run("push", "names.yaml")[0] == 0
