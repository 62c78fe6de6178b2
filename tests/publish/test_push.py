"""The genuine client pushes to a real server; ``test_client_majors`` runs this module with the other major too."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest
import yaml
from huggingface_hub import HfApi, ModelCard

from cardgen.cli import main
from cardgen.retry import ATTEMPTS
from tests.hub_server import Fault, HubServer
from tests.publish.conftest import Run
from tests.publish.project import ONNX, PYTORCH, Project

REPO = "tester/names-int8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def files_at(server: HubServer, revision: str = "main", repo: str = REPO) -> dict[str, bytes]:
    return {path: blob.data for path, blob in server.model(repo).resolve(revision).files.items()}


def commits(server: HubServer, revision: str = "main", repo: str = REPO) -> list[str]:
    return [commit.title for commit in server.model(repo).history(revision)]


def test_first_push_makes_one_commit_with_everything(hub: HubServer, project: Project, run: Run) -> None:
    code, out, _ = run("push", project.manifest)
    assert code == 0
    held = files_at(hub)
    assert set(held) == {
        ".gitattributes",
        ".cardgen.json",
        "README.md",
        "names.yaml",
        "evidence.json",
        "assets/scores.svg",
        "assets/sizes.svg",
        "pytorch_model.bin",
        "config.json",
        "vocab.txt",
        "onnx/model_quantized.onnx",
        "onnx/config.json",
        "onnx/vocab.txt",
    }
    assert held["README.md"].decode() == project.readme
    assert held["pytorch_model.bin"] == b"\x80weights"
    assert commits(hub) == ["Publish names with cardgen 0.1.0", "initial commit"]
    assert out == f"pushed: {hub.endpoint}/{REPO}/commit/{hub.model(REPO).resolve('main').oid}\n"
    assert hub.model(REPO).resolve("main").files["onnx/model_quantized.onnx"].lfs
    assert not hub.model(REPO).private


def test_configuration_names_the_base_model_and_never_a_path(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    for path in ("config.json", "onnx/config.json"):
        assert json.loads(files_at(hub)[path])["_name_or_path"] == "someone/names"


def test_the_pushed_card_loads_with_the_client(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    card = ModelCard.load(HfApi().hf_hub_download(REPO, "README.md"))
    assert card.data.base_model == "someone/names"


def test_unchanged_content_sends_nothing(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.requests.clear()
    code, out, _ = run("push", project.manifest)
    assert code == 0
    assert out.startswith("unchanged: ")
    assert hub.writes == []
    assert len(commits(hub)) == 2


def test_a_new_measurement_is_one_commit_of_what_changed(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9, weights=b"\x80other weights")
    hub.requests.clear()
    code, _, _ = run("push", "-m", "Measured anew", project.manifest)
    assert code == 0
    assert commits(hub)[0] == "Measured anew"
    assert len(commits(hub)) == 3
    assert files_at(hub)["onnx/model_quantized.onnx"] == b"\x80other weights"
    assert sum("/commit/" in request.path for request in hub.writes) == 1


def test_a_dropped_variant_is_deleted_and_other_files_stay(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.model(REPO).put({"notes.txt": b"by a person"})
    project.variants = {"pytorch": PYTORCH}
    project.build()
    code, _, _ = run("push", project.manifest)
    assert code == 0
    assert not any(path.startswith("onnx/") for path in files_at(hub))
    assert files_at(hub)["notes.txt"] == b"by a person"
    assert len(commits(hub)) == 4


def test_several_variants_of_a_runtime_lie_apart(hub: HubServer, tmp_path: Path, run: Run) -> None:
    variants = {"a": PYTORCH, "b": PYTORCH, "c": ONNX, "d": {**ONNX, "options": {"per_channel": True}}}
    project = Project(tmp_path / "several", variants=variants)
    assert run("push", project.manifest)[0] == 0
    weights = {path for path in files_at(hub) if path.endswith((".bin", ".onnx"))}
    assert weights == {
        "a/pytorch_model.bin",
        "b/pytorch_model.bin",
        "onnx/model_quantized.onnx",
        "onnx/d/model_quantized.onnx",
    }


def test_somebody_elses_card_is_never_replaced(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO, {"README.md": b"# Written by hand\n"})
    hub.requests.clear()
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "README.md" in err
    assert "-# Written by hand" in err
    assert "prose" in err
    assert hub.writes == []
    assert files_at(hub)["README.md"] == b"# Written by hand\n"


def test_an_edited_configuration_or_stale_weight_file_is_kept(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.model(REPO).put({"onnx/vocab.txt": b"mine"})
    project.variants = {"pytorch": PYTORCH}
    project.build()
    assert run("push", project.manifest)[0] == 0
    assert [path for path in files_at(hub) if path.startswith("onnx/")] == ["onnx/vocab.txt"]
    hub.model(REPO).put({"vocab.txt": b"mine"})
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "vocab.txt" in err
    assert files_at(hub)["vocab.txt"] == b"mine"


def test_a_fresh_repository_is_no_conflict(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    assert run("push", project.manifest)[0] == 0


def test_a_head_that_moves_is_read_again(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    hub.inject(Fault("before", "/commit/main", action=lambda: hub.model(REPO).put({"notes.txt": b"quick"})))
    code, _, err = run("push", project.manifest)
    assert code == 0
    assert "moved on" in err
    assert files_at(hub)["notes.txt"] == b"quick"
    assert files_at(hub)["README.md"].decode() == project.readme
    assert [request.status for request in hub.writes if "/commit/" in request.path] == [200, 412, 200]


def test_an_edit_between_reading_and_committing_is_never_lost(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    hub.inject(Fault("before", "/commit/main", action=lambda: hub.model(REPO).put({"README.md": b"# Mine\n"})))
    code, _, _ = run("push", project.manifest)
    assert code == 6
    assert files_at(hub)["README.md"] == b"# Mine\n"


def test_a_head_that_never_rests_is_given_up(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.build(accuracy=0.9)
    number = iter(range(100))
    move = lambda: hub.model(REPO).put({"notes.txt": b"%d" % next(number)})  # noqa: E731
    hub.inject(Fault("before", "/commit/main", times=100, action=move))
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "Nothing was changed" in err
    assert next(number) == 3


def test_a_lost_response_is_settled_by_looking(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    hub.inject(Fault("lose-response", "/commit/main"))
    code, out, err = run("push", project.manifest)
    assert code == 0
    assert "arrived" in err
    assert out.startswith("pushed: ")
    assert commits(hub) == ["Publish names with cardgen 0.1.0", "initial commit"]


@pytest.mark.parametrize("edit", [{"README.md": b"# Mine\n"}, {"notes.txt": b"mine"}, {"config.json": b"{}"}])
@pytest.mark.parametrize("options", [(), ("--create-pr",)])
def test_a_lost_response_is_ours_whatever_others_do_on_top(
    hub: HubServer, project: Project, run: Run, edit: dict[str, bytes], options: tuple[str, ...]
) -> None:
    repository = hub.add(REPO)
    revision = "refs/pr/1" if options else "main"
    loses = Fault("lose-response", "/commit/main")
    hub.inject(loses)
    after = Fault(
        "before",
        "/discussions" if options else "/commits/",
        method="GET",
        action=lambda: repository.put(edit, revision=revision),
    )
    loses.action = lambda: hub.inject(after)
    code, out, err = run("push", "--json", *options, project.manifest)
    assert code == 0, err
    assert "Nothing was changed" not in err
    (report,) = json.loads(out)
    theirs, ours = repository.history(revision)[:2]
    assert (theirs.title, report["status"], report["commit"]) == ("edit", "pushed", ours.oid)
    assert ours.title == "Publish names with cardgen 0.1.0"


def test_a_commit_of_somebody_else_is_not_taken_for_one_whose_answer_was_lost(
    hub: HubServer, project: Project, run: Run
) -> None:
    repository = hub.add(REPO)
    hub.inject(Fault("drop", "/commit/main", action=lambda: repository.put({"notes.txt": b"theirs"})))
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert files_at(hub)["README.md"].decode() == project.readme
    assert files_at(hub)["notes.txt"] == b"theirs"


@pytest.mark.parametrize("options", [(), ("--create-pr",)])
@pytest.mark.parametrize("lost", ["/api/models/[^/]+/[^/]+/revision", "/tree/", "README.md", "/discussions", "whoami"])
def test_a_reading_that_is_lost_is_asked_again(
    hub: HubServer, project: Project, run: Run, lost: str, options: tuple[str, ...]
) -> None:
    assert run("push", *options, project.manifest)[0] == 0
    project.build(accuracy=0.9)
    fault = Fault("drop", lost, method="GET", times=2)
    hub.inject(fault)
    code, _, err = run("push", *options, project.manifest)
    assert code == 0, err
    assert fault.times == (2 if lost in ("/discussions", "whoami") and not options else 0)


def test_readings_that_are_always_lost_are_given_up(hub: HubServer, project: Project, run: Run) -> None:
    hub.inject(Fault("status", "/api/models", method="GET", times=99))
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "cannot answer now (503)" in err
    assert len(hub.requests) == ATTEMPTS


def test_a_request_that_never_arrived_is_sent_again(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    hub.inject(Fault("drop", "/commit/main"))
    hub.inject(Fault("status", "/commit/main", status=500, message="Internal Error"))
    assert run("push", project.manifest)[0] == 0
    assert len(commits(hub)) == 2


def test_a_hub_that_dies_after_the_commit_was_sent(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    away = Fault("status", "/api/models/", method="GET", status=500, times=99)
    hub.inject(Fault("lose-response", "/commit/main", action=lambda: hub.inject(away)))
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "whether it arrived is unknown" in err
    assert len(commits(hub)) == 2


def test_dry_run_sends_nothing(hub: HubServer, project: Project, run: Run) -> None:
    code, out, _ = run("push", "--dry-run", project.manifest)
    assert code == 0
    assert "a new repository" in out
    assert "pytorch_model.bin" in out
    assert hub.writes == []
    assert hub.requests
    assert not hub.repositories


def test_dry_run_shows_the_cards_difference(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    hub.requests.clear()
    project.build(accuracy=0.9)
    code, out, _ = run("push", "--dry-run", project.manifest)
    assert code == 0
    assert any(line.startswith("-") and "0.9121" in line for line in out.splitlines())
    assert any(line.startswith("+") and "0.9000" in line for line in out.splitlines())
    assert hub.writes == []


def test_dry_run_without_a_token(hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    code, _, err = run("push", "--dry-run", project.manifest)
    assert code == 6
    assert "private or does not exist" in err
    hub.add(REPO)
    code, out, _ = run("push", "--dry-run", project.manifest)
    assert code == 0
    assert "Nothing was sent" in out


def test_json_report(hub: HubServer, project: Project, run: Run) -> None:
    code, out, _ = run("push", "--json", project.manifest)
    assert code == 0
    (report,) = json.loads(out)
    assert report["status"] == "pushed"
    assert report["commit"] == hub.model(REPO).resolve("main").oid
    assert {file["status"] for file in report["files"]} == {"new"}


def test_private(hub: HubServer, project: Project, run: Run) -> None:
    assert run("push", "--private", project.manifest)[0] == 0
    assert hub.model(REPO).private


def test_a_branch_is_made_from_main(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO, {"notes.txt": b"on main"})
    code, _, _ = run("push", "--revision", "next/int8", project.manifest)
    assert code == 0
    assert "README.md" in files_at(hub, "next/int8")
    assert "notes.txt" in files_at(hub, "next/int8")
    assert "README.md" not in files_at(hub, "main")


def test_a_branch_for_what_main_has_already(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    assert run("push", "--revision", "stable", project.manifest)[0] == 0
    assert hub.model(REPO).resolve("stable") == hub.model(REPO).resolve("main")


def test_a_pull_request_is_opened_once_and_then_updated(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO, {"notes.txt": b"on main"})
    code, out, _ = run("push", "--create-pr", project.manifest)
    assert code == 0
    assert out == f"pushed: {hub.endpoint}/{REPO}/discussions/1\n"
    assert "README.md" not in files_at(hub, "main")
    project.build(accuracy=0.9)
    assert run("push", "--create-pr", project.manifest)[:2] == (0, out)
    assert list(hub.model(REPO).pull_requests) == [1]
    assert files_at(hub, "refs/pr/1")["README.md"].decode() == project.readme
    assert len(commits(hub, "refs/pr/1")) == 4
    hub.requests.clear()
    code, out, _ = run("push", "--create-pr", project.manifest)
    assert out.startswith("unchanged: ")
    assert hub.writes == []


def test_a_pull_request_whose_answer_was_lost_is_found(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    hub.inject(Fault("lose-response", "/commit/main"))
    code, out, _ = run("push", "--create-pr", project.manifest)
    assert code == 0
    assert out == f"pushed: {hub.endpoint}/{REPO}/discussions/1\n"
    assert list(hub.model(REPO).pull_requests) == [1]


def test_a_closed_pull_request_is_not_used_again(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    run("push", "--create-pr", project.manifest)
    hub.model(REPO).pull_requests[1].status = "closed"
    run("push", "--create-pr", project.manifest)
    assert list(hub.model(REPO).pull_requests) == [1, 2]


@pytest.mark.parametrize(
    ("token", "said"),
    [("hf_wrongTokenOfNobody", "does not accept the token"), (HubServer.read_token, "may not write")],
)
def test_refused_tokens(
    hub: HubServer,
    project: Project,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    said: str,
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    code, out, err = run("push", project.manifest)
    assert code == 6
    assert said in err
    assert token not in out + err
    assert not hub.repositories


def test_no_token(hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "hf auth login" in err
    assert hub.requests == []


def test_a_token_that_cannot_be_sent_is_not_shown(
    hub: HubServer,
    project: Project,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_Secret\x01Part")
    code, out, err = run("push", project.manifest)
    assert code == 6
    assert "Secret" not in out + err


def test_another_namespace(hub: HubServer, tmp_path: Path, run: Run) -> None:
    project = Project(tmp_path / "other", repo_id="stranger/names-int8")
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "may not write to stranger/names-int8" in err


def test_out_of_reach(hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{port}")
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert f"127.0.0.1:{port} cannot be reached" in err
    assert "HF_ENDPOINT" in err


def test_a_server_without_xet(hub: HubServer, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    hub.add(REPO)
    code, _, err = run("push", project.manifest)
    if huggingface_hub.__version__.startswith("0."):  # asks the server first
        assert code == 0
    else:
        assert code == 6
        assert "HF_HUB_DISABLE_XET=1" in err
        assert len(commits(hub)) == 1


def test_front_matter_that_the_hub_refuses(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(REPO)
    hub.inject(Fault("status", "/validate-yaml", status=400, message="language is unknown"))
    code, _, err = run("push", project.manifest)
    assert code == 6
    assert "metadata" in err
    assert len(commits(hub)) == 1


def test_a_stale_card_is_not_pushed(hub: HubServer, project: Project, run: Run) -> None:
    (project.card / "README.md").write_text("# By hand\n", encoding="utf-8")
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "not what its manifest and evidence say" in err
    assert hub.requests == []


@pytest.mark.parametrize("damage", ["absent", "damaged"])
def test_missing_artifacts_name_the_build_that_makes_them(
    hub: HubServer,
    project: Project,
    run: Run,
    damage: str,
) -> None:
    for path in (project.root / ".cardgen" / "artifacts").glob("*/pytorch_model.bin"):
        if damage == "absent":
            for file in path.parent.iterdir():
                file.unlink()
            path.parent.rmdir()
        else:
            path.write_bytes(b"\x80WEIGHTS")
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert f"cardgen build --force {project.manifest}" in err
    assert hub.writes == []


def test_two_manifests_of_one_repository(hub: HubServer, project: Project, run: Run) -> None:
    other = project.root / "other.yaml"
    other.write_text(yaml.safe_dump(yaml.safe_load(project.manifest.read_text())), encoding="utf-8")
    code, _, err = run("push", project.manifest, other)
    assert code == 2
    assert "both publish" in err


def renamed(project: Project, name: str) -> Path:
    """The same model's card, built from a manifest of another name."""
    path = project.manifest.with_name(f"{name}.yaml")
    path.write_bytes(project.manifest.read_bytes())
    shutil.copytree(project.card, project.card.with_name(name))
    assert main(["build", "--render-only", str(path)]) == 0
    return path


@pytest.mark.parametrize("options", [(), ("--create-pr",), ("--revision", "next"), ("--dry-run",)])
def test_another_manifests_model_is_never_replaced_unasked(
    hub: HubServer, project: Project, run: Run, options: tuple[str, ...]
) -> None:
    assert run("push", project.manifest)[0] == 0
    before = files_at(hub)
    other = renamed(project, "other")
    hub.requests.clear()
    code, _, err = run("push", *options, other)
    assert code == 6
    assert "the manifest `names` published" in err
    assert "--replace names" in err
    assert hub.writes == []
    assert files_at(hub) == before


def test_another_manifests_model_makes_room_where_it_is_named(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    other = renamed(project, "other")
    code, _, err = run("push", "--replace", "names", other)
    assert code == 0, err
    assert "other.yaml" in files_at(hub)
    assert "names.yaml" not in files_at(hub)
    assert run("push", other)[1].startswith("unchanged: ")
    assert run("push", project.manifest)[0] == 6


def test_what_is_published_is_content_not_links(hub: HubServer, project: Project, run: Run) -> None:
    for path in (project.root / ".cardgen" / "artifacts").glob("*/vocab.txt"):
        elsewhere = project.root / f"{path.parent.name}.txt"
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
    assert run("push", project.manifest)[0] == 0
    assert files_at(hub)["vocab.txt"] == b"[PAD]\n"
