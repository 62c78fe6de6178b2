"""One repository for each variant: its own card and weights, its sisters in the table, and one evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import HfApi, ModelCard

from cardgen.card.assemble import card_place
from cardgen.card.build import build_card
from cardgen.export.beside import card_files
from cardgen.plan.layout import variant_folders
from tests.factory import load, make_evidence, make_manifest, manifest_data
from tests.hub_server import Fault, HubServer
from tests.publish.conftest import Run
from tests.publish.project import ONNX, PYTORCH, Project

PAIR = ("tester/names-int8-pytorch", "tester/names-int8-onnx")
TITLE = "Names, INT8"

# 2.x's own LFS upload uses httpx's `data=`, which is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", publish={"repositories": "per-variant", "collection": TITLE})


def files_at(hub: HubServer, repo: str) -> dict[str, bytes]:
    return {path: blob.data for path, blob in hub.model(repo).resolve("main").files.items()}


def commits(hub: HubServer, repo: str) -> int:
    return len(hub.model(repo).history("main"))


def test_each_variant_has_a_repository_of_its_own_layout(hub: HubServer, project: Project, run: Run) -> None:
    code, out, err = run("push", project.manifest)
    assert code == 0, err
    assert out.count("pushed: ") == 2
    shared = {".gitattributes", ".cardgen.json", "README.md", "names.yaml", "evidence.json", "config.json", "vocab.txt"}
    shared |= {"assets/scores.svg", "assets/sizes.svg"}
    pytorch, onnx = (files_at(hub, repo) for repo in PAIR)
    assert set(pytorch) == shared | {"pytorch_model.bin"}
    assert set(onnx) == shared | {"onnx/model_quantized.onnx", "onnx/config.json", "onnx/vocab.txt"}
    assert pytorch["evidence.json"] == onnx["evidence.json"]
    assert set(hub.repositories) == {("model", repo) for repo in PAIR}
    (made,) = hub.collections.values()
    assert made.items == [
        ("model", PAIR[0], "pytorch: INT8, dynamic"),
        ("model", PAIR[1], "onnx: INT8, dynamic"),
    ]


def test_a_card_tells_its_own_results_and_shows_its_sister(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    for repo, own, other in ((PAIR[0], "pytorch", "onnx"), (PAIR[1], "onnx", "pytorch")):
        text = files_at(hub, repo)["README.md"].decode()
        card = ModelCard.load(HfApi().hf_hub_download(repo, "README.md"))
        assert card.data.model_name == repo.partition("/")[2]
        assert [result.metric_name for result in card.data.eval_results] == [f"Accuracy, {own} dynamic INT8"]
        assert ("onnx" in card.data.tags) == (own == "onnx")
        assert f'model_id = "{repo}"' in text
        assert f'model_id = "{dict(zip(PAIR, PAIR[::-1], strict=True))[repo]}"' not in text
        assert f"| `{own}` | Accuracy |" in text
        assert f"| [`{other}`](https://huggingface.co/tester/names-int8-{other}) | Accuracy |" in text


def test_the_next_push_changes_nothing_and_all_is_as_it_was_published(
    hub: HubServer, project: Project, run: Run
) -> None:
    run("push", project.manifest)
    hub.requests.clear()
    code, out, _ = run("push", project.manifest)
    assert (code, hub.writes, out.count("unchanged: ")) == (0, [], 2)
    code, out, err = run("verify", project.manifest, *PAIR)
    assert code == 0, err
    assert out.count("as it was published") == 4
    for repo in PAIR:
        code, out, err = run("diff", "--json", f"hub:{repo}", project.manifest)
        assert (code, [one["changes"] for one in json.loads(out)["comparisons"]]) == (0, [[]]), err
    assert run("push", "--reviewed", project.manifest)[0] == 0
    hub.model(PAIR[1]).put({"onnx/model_quantized.onnx": b"other"})
    code, out, err = run("verify", project.manifest)
    assert code == 1
    assert f"{PAIR[1]}: onnx/model_quantized.onnx is not the file that was measured" in err
    assert f"{PAIR[0]} at" in out


def test_all_cards_are_checked_and_made_anew(project: Project, run: Run) -> None:
    assert run("check", project.manifest)[0] == 0
    card = project.card / "onnx" / "README.md"
    card.write_text(card.read_text(encoding="utf-8").replace("INT8 names", "INT4 names"), encoding="utf-8")
    code, out, err = run("check", project.manifest)
    assert code == 1
    assert "onnx/README.md is not what its manifest and evidence say and was edited by hand" in out + err
    code, _, err = run("build", "--render-only", project.manifest)
    assert code == 1
    assert "onnx/README.md is not as cardgen wrote it" in err
    assert run("build", "--render-only", "--overwrite", project.manifest)[0] == 0
    assert run("check", project.manifest)[0] == 0


def test_an_edited_card_here_is_not_published(hub: HubServer, project: Project, run: Run) -> None:
    (project.card / "onnx" / "README.md").unlink()
    code, _, err = run("push", project.manifest)
    assert code == 1
    assert "onnx/README.md does not exist" in err
    assert not hub.repositories


def test_an_edit_of_one_repository_is_merged_there_and_brought_home(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    text = files_at(hub, PAIR[1])["README.md"].decode()
    hub.model(PAIR[1]).put({"README.md": f"{text}\n## Thanks\n\nTo all.\n".encode()})
    project.build(accuracy=0.9)
    code, _, err = run("push", project.manifest)
    assert code == 0, err
    assert files_at(hub, PAIR[1])["README.md"].decode().count("To all.") == 1
    assert "To all." not in files_at(hub, PAIR[0])["README.md"].decode()
    assert run("verify", *PAIR)[0] == 0
    code, out, err = run("pull", project.manifest)
    assert code == 0, err
    assert f"names.yaml, {PAIR[0]}: nothing was edited on the Hub" in out
    assert "→ prose.notes" in out
    assert "To all." in project.manifest.read_text(encoding="utf-8")


def test_a_variant_that_is_gone_leaves_its_repository_alone(hub: HubServer, project: Project, run: Run) -> None:
    run("push", project.manifest)
    project.variants = {"pytorch": PYTORCH}
    project.build()
    assert not (project.card / "onnx").exists()
    assert run("check", project.manifest)[0] == 0
    code, _, err = run("push", project.manifest)
    assert code == 0
    assert err.count(f"{PAIR[1]} held a variant that") == 1
    assert (commits(hub, PAIR[0]), commits(hub, PAIR[1])) == (3, 2)
    assert PAIR[1] not in files_at(hub, PAIR[0])["README.md"].decode()
    assert "held a variant" not in run("push", project.manifest)[2]


def test_one_failure_does_not_stop_the_other(hub: HubServer, project: Project, run: Run) -> None:
    hub.add(PAIR[0], {"README.md": b"# Written by hand\n"})
    code, out, err = run("push", "--json", project.manifest)
    assert code == 6
    assert [report.get("status") for report in json.loads(out)] == [None, "pushed"]
    assert "2 repositories: 1 failed, 1 pushed" in err
    (made,) = hub.collections.values()
    assert [name for _kind, name, _note in made.items] == [PAIR[1]]


def test_a_lost_answer_is_settled_in_each(hub: HubServer, project: Project, run: Run) -> None:
    hub.inject(Fault("lose-response", "/commit/", times=2))
    assert run("push", project.manifest)[0] == 0
    assert [commits(hub, repo) for repo in PAIR] == [2, 2]


def test_a_repository_that_a_variant_names(hub: HubServer, tmp_path: Path, run: Run) -> None:
    variants = {"pytorch": PYTORCH, "onnx": {**ONNX, "repo_id": "acme/names-onnx"}}
    project = Project(tmp_path / "named", variants=variants, publish={"repositories": "per-variant"})
    assert run("push", project.manifest)[0] == 0
    assert "https://huggingface.co/acme/names-onnx" in files_at(hub, PAIR[0])["README.md"].decode()
    assert 'model_id = "acme/names-onnx"' in files_at(hub, "acme/names-onnx")["README.md"].decode()


def test_a_card_that_is_spare_is_removed_unless_it_was_edited(project: Project, run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    card = project.card / "onnx" / "README.md"
    (elsewhere / "README.md").write_bytes(card.read_bytes())
    (project.card / "linked").symlink_to(elsewhere)
    (project.card / "folder" / "README.md").mkdir(parents=True)
    card.write_text(card.read_text(encoding="utf-8").replace("INT8 names", "INT4 names"), encoding="utf-8")
    project.publish = {}
    project.build()
    assert not (project.card / "pytorch").exists()
    assert card.exists()
    assert (elsewhere / "README.md").exists()
    code, out, err = run("check", project.manifest)
    assert code == 1
    assert "onnx/README.md is the card of a variant that the manifest does not publish by itself" in out + err
    card.unlink()
    assert run("check", project.manifest)[0] == 0


def test_variants_of_one_runtime_need_no_folders_of_their_own() -> None:
    variants = {"a": PYTORCH, "b": PYTORCH, "c": ONNX, "d": ONNX}
    manifest = make_manifest(publish={"repositories": "per-variant"}, variants=variants)
    assert variant_folders(manifest) == {"a": "", "b": "", "c": "onnx", "d": "onnx"}


def test_a_leaderboard_lists_what_lies_there(tmp_path: Path) -> None:
    board = {"id": "some/board", "task_id": "names"}
    evaluation = {**manifest_data()["evaluation"], "leaderboard": board}
    loaded = load(make_manifest(publish={"repositories": "per-variant"}, evaluation=evaluation), tmp_path)
    files = card_files(loaded, make_evidence(loaded.manifest), card_place(loaded))
    results = {path: text for path, text in files.items() if path.endswith(".yaml")}
    assert set(results) == {f"{name}/.eval_results/{loaded.name}.yaml" for name in ("pytorch", "onnx")}
    assert all(text.count("- dataset:") == 1 for text in results.values())
    assert "model-int8-onnx" in results[f"onnx/.eval_results/{loaded.name}.yaml"]


def test_from_one_repository_to_one_for_each(hub: HubServer, tmp_path: Path, run: Run) -> None:
    project = Project(tmp_path / "moved")
    assert run("push", project.manifest)[0] == 0
    project.publish = {"repositories": "per-variant"}
    project.variants = {"pytorch": {**PYTORCH, "repo_id": "tester/names-int8"}, "onnx": ONNX}
    project.build()
    assert run("push", project.manifest)[0] == 0
    assert not any(path.startswith("onnx/") for path in files_at(hub, "tester/names-int8"))
    assert files_at(hub, PAIR[1])["onnx/model_quantized.onnx"]


def test_a_sister_that_others_report_is_no_result_of_the_card(tmp_path: Path) -> None:
    manifest = make_manifest(
        publish={"repositories": "per-variant"},
        reported=[
            {
                "variant": "onnx",
                "metric": "accuracy",
                "value": 0.5,
                "source": {"name": "A blog", "url": "https://example.org/a"},
            }
        ],
    )
    own, sister = (
        build_card(
            manifest, make_evidence(manifest), {}, manifest_file="names.yaml", evidence_file="evidence.json", own=name
        )
        for name in manifest.variants
    )
    assert "A blog" in own.results
    assert "A blog" not in str(own.front_matter)
    assert "A blog" in str(sister.front_matter)
    assert len(sister.usage) == len(own.usage) == 1
