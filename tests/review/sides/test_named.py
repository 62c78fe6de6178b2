from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cardgen.errors import CardgenError, ComparisonError, EvidenceError, ManifestError
from cardgen.records.sealed_text import text_sha256
from cardgen.review.sides.hub import Hub
from cardgen.review.sides.named import state_of
from cardgen.review.state import State
from tests.review.repository import CardRepository


def no_hub() -> Hub:
    raise AssertionError("the Hub is asked")


def read(side: str) -> State:
    return state_of(side, no_hub)


def refusal(side: str, kind: type[CardgenError] = ComparisonError) -> str:
    with pytest.raises(kind) as caught:
        read(side)
    assert caught.value.exit_code == 3
    return str(caught.value)


@pytest.mark.parametrize("at", ["", "HEAD:"])
def test_a_manifest_brings_its_evidence_its_card_and_its_words(repository: CardRepository, at: str) -> None:
    state = read(f"{at}manifests/one.yaml")
    assert (state.name, state.label) == ("one", f"{at}manifests/one.yaml")
    assert state.manifest is not None
    assert state.manifest.repo_id == "owner/one"
    assert state.prose == {"notes": "What there is to say.\n"}
    assert state.evidence is not None
    assert not state.evidence_edited
    assert state.card == (repository.folder / "cards/one/README.md").read_text()
    assert set(state.sha256) == {"manifest", "evidence", "card"}
    assert state.sha256["card"] == text_sha256(state.card)
    assert state.path == Path("manifests/one.yaml")
    assert state.root == repository.folder


@pytest.mark.parametrize("at", ["", "HEAD:"])
def test_a_card_folder_brings_the_manifest_of_its_project(repository: CardRepository, at: str) -> None:
    state = read(f"{at}cards/one")
    assert state.manifest is not None
    assert state.manifest.repo_id == "owner/one"
    assert state.evidence == read("manifests/one.yaml").evidence


def test_a_card_folder_elsewhere_is_evidence_and_card(repository: CardRepository, tmp_path: Path) -> None:
    (repository.folder / "cards/one").rename(tmp_path / "one")
    state = read(str(tmp_path / "one"))
    assert state.manifest is None
    assert state.prose is None
    assert state.evidence is not None
    assert state.card is not None


@pytest.mark.parametrize("at", ["", "HEAD:"])
def test_an_evidence_file_is_its_evidence_alone(repository: CardRepository, at: str) -> None:
    state = read(f"{at}cards/one/evidence.json")
    assert state.name == "one"
    assert state.evidence == read("cards/one").evidence
    assert (state.manifest, state.card) == (None, None)


def test_a_revision_is_what_was_then_and_not_what_is_now(repository: CardRepository) -> None:
    was = read("manifests/one.yaml")
    repository.write("manifests/prose/notes.md", "Something else.\n")
    repository.card("one", {"onnx": 0.5}, prose={"notes": "prose/notes.md"}, title="Another")
    then, now = read("HEAD:manifests/one.yaml"), read("manifests/one.yaml")
    assert then.prose == was.prose != now.prose
    assert then.evidence == was.evidence != now.evidence
    assert then.manifest == was.manifest != now.manifest
    assert then.sha256 == was.sha256


def test_a_manifest_that_is_not_built_yet_has_no_evidence(repository: CardRepository) -> None:
    repository.manifest("three")
    state = read("manifests/three.yaml")
    assert state.manifest is not None
    assert (state.evidence, state.card) == (None, None)


def test_a_path_behind_a_revision_starts_at_the_top_or_here(
    repository: CardRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.folder / "manifests")
    assert read("HEAD:manifests/one.yaml").prose == read("HEAD:./one.yaml").prose == read("one.yaml").prose
    assert read("HEAD:../cards/one").evidence == read("../cards/one").evidence


def test_a_template_is_read_at_the_revision(repository: CardRepository) -> None:
    repository.write("manifests/own.jinja", "{{ front_matter }}\n# Was\n")
    repository.manifest("own", card="own.jinja")
    repository.commit()
    repository.write("manifests/own.jinja", "{{ front_matter }}\n# Is\n")
    assert read("HEAD:manifests/own.yaml").template == "{{ front_matter }}\n# Was\n"
    assert read("manifests/own.yaml").template == "{{ front_matter }}\n# Is\n"
    (repository.folder / "manifests/own.jinja").unlink()
    with pytest.raises(CardgenError, match=r"own\.jinja` cannot be read"):
        read("manifests/own.yaml")


def test_a_path_with_a_colon_is_a_path_where_there_is_one(repository: CardRepository) -> None:
    (repository.folder / "cards/one").rename(repository.folder / "HEAD:x")
    assert read("HEAD:x").evidence is not None


def test_links_within_a_commit_are_followed_and_others_are_not(repository: CardRepository, tmp_path: Path) -> None:
    (repository.folder / "here").symlink_to("cards/one")
    (repository.folder / "away").symlink_to(tmp_path)
    (repository.folder / "manifests/away.yaml").symlink_to(tmp_path / "away.yaml")
    repository.commit()
    assert read("HEAD:here").evidence is not None
    assert "is a link that leads to nothing in the commit" in refusal("HEAD:manifests/away.yaml", ManifestError)
    assert "is no manifest and no evidence" in refusal("HEAD:away")


def test_ends_of_lines_are_no_difference(repository: CardRepository) -> None:
    for name in ("manifests/one.yaml", "cards/one/README.md", "cards/one/evidence.json"):
        path = repository.folder / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read("cards/one").sha256 == read("HEAD:cards/one").sha256
    assert read("cards/one").card == read("HEAD:cards/one").card


def test_edited_evidence_is_read_and_known_to_be_edited(repository: CardRepository) -> None:
    path = repository.folder / "cards/one/evidence.json"
    path.write_text(path.read_text().replace("0.9401", "0.9501"), encoding="utf-8")
    assert read("cards/one").evidence_edited
    assert not read("HEAD:cards/one").evidence_edited


@pytest.mark.parametrize("side", ["nothing", "nothing/there"])
def test_what_does_not_exist_is_told(repository: CardRepository, side: str) -> None:
    assert "does not exist" in refusal(side)


def test_a_pipe_is_not_waited_for(repository: CardRepository) -> None:
    os.mkfifo("pipe.yaml")
    os.mkfifo("cards/one/pipe.json")
    assert "pipe.yaml is not a regular file" in refusal("pipe.yaml")
    assert "pipe.json is not a regular file" in refusal("cards/one/pipe.json")
    Path("gone.yaml").symlink_to("nowhere")
    assert "gone.yaml is a link that leads to nothing" in refusal("gone.yaml")


def test_what_can_be_no_name_is_told(repository: CardRepository) -> None:
    assert "is no name of a file" in refusal("x" * 5000)


@pytest.mark.parametrize(
    ("side", "told"),
    [
        ("HEAD:nothing", "HEAD:nothing does not exist"),
        ("HEAD:manifests/one.yaml/x", "does not exist"),
        ("HEAD:cards", "holds no evidence.json"),
        ("HEAD:", "holds no evidence.json"),
        ("cards", "holds no evidence.json"),
        ("manifests/prose/notes.md", "is no manifest and no evidence"),
        ("HEAD:manifests/prose/notes.md", "is no manifest and no evidence"),
        ("HEAD:../elsewhere", "is outside of the repository"),
        ("HEAD:manifests/../../elsewhere", "is outside of the repository"),
        ("HEAD:/etc", "is outside of the repository"),
        ("nowhere:manifests/one.yaml", "git does not know the revision nowhere"),
        (":manifests/one.yaml", "'' is no revision of git"),
        ("--all:manifests/one.yaml", "'--all' is no revision of git"),
        ("-x:manifests/one.yaml", "'-x' is no revision of git"),
        ("HE\nAD:manifests/one.yaml", "is no revision of git"),
        ("HEAD:manifests/o\nne.md", "is no manifest and no evidence"),
    ],
)
def test_what_is_no_side_is_told(repository: CardRepository, side: str, told: str) -> None:
    assert told in refusal(side)


@pytest.mark.parametrize("at", ["", "HEAD:"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not JSON"),
        ("[]", "names its `format`"),
        ('{"format": 99}', "has format 99; this version of cardgen reads format"),
        ('{"format": 1}', "has format 1; this version of cardgen reads format"),
        ('{"format": 3}', "cardgen: is missing"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a Git LFS pointer"),
    ],
)
def test_evidence_that_is_none_is_told(repository: CardRepository, at: str, content: str, told: str) -> None:
    repository.write("cards/one/evidence.json", content)
    repository.commit()
    for side in ("manifests/one.yaml", "cards/one", "cards/one/evidence.json"):
        message = refusal(f"{at}{side}", EvidenceError)
        assert told in message
        assert f"{at}cards/one/evidence.json" in message


@pytest.mark.parametrize("at", ["", "HEAD:"])
def test_a_faulty_manifest_is_told_with_its_lines(repository: CardRepository, at: str) -> None:
    path = repository.folder / "manifests/one.yaml"
    path.write_text(path.read_text().replace("notes.md", "gone.md").replace("title:", "titel:"), encoding="utf-8")
    repository.commit()
    message = refusal(f"{at}manifests/one.yaml", ManifestError)
    assert f"{at}manifests/one.yaml:3:1: titel: is not a key" in message
    assert "the file `prose/gone.md` does not exist" in message


def test_a_damaged_object_is_told(repository: CardRepository) -> None:
    blob = repository.git("rev-parse", "HEAD:cards/one/evidence.json")
    place = repository.folder / ".git/objects" / blob[:2] / blob[2:]
    place.chmod(0o600)
    place.write_bytes(b"x")
    assert "`git fsck`" in refusal("HEAD:cards/one")


def test_a_file_in_a_submodule_is_told(repository: CardRepository, tmp_path: Path) -> None:
    other = CardRepository.new(tmp_path / "other")
    other.card("three")
    other.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "inner")
    repository.commit()
    assert "lies in the submodule inner" in refusal("HEAD:inner/cards/three")
    assert read("inner/cards/three").name == "three"


def test_outside_of_a_repository_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "is in no repository of git" in refusal("HEAD:manifests/one.yaml")


def test_a_repository_without_commits_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = CardRepository.new(tmp_path / "empty")
    monkeypatch.chdir(empty.folder)
    assert "has no commit yet" in refusal("HEAD:manifests/one.yaml")


def test_a_bare_repository_is_read_by_its_commits(
    repository: CardRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read("HEAD:manifests/one.yaml")
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    state = read("main:manifests/one.yaml")
    assert (state.evidence, state.prose, state.card) == (expected.evidence, expected.prose, expected.card)


def test_a_shallow_clone_names_what_to_fetch(
    repository: CardRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit("Go on")
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    message = refusal(f"{first}:manifests/one.yaml")
    assert "shallow clone" in message
    assert "fetch-depth: 0" in message
    assert "git fetch --unshallow" in message


def test_a_partial_clone_fetches_nothing_unasked(
    repository: CardRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    address = f"file://{repository.folder}"
    repository.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", address, str(tmp_path / "partial"))
    monkeypatch.chdir(tmp_path / "partial")
    assert "git fetch --refetch --no-filter" in refusal("HEAD:manifests/one.yaml")


def test_git_that_is_not_there_is_told(repository: CardRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "Install git" in refusal("HEAD:manifests/one.yaml")


def test_git_starts_nothing_that_a_repository_names_and_writes_nothing(repository: CardRepository) -> None:
    ran = repository.folder.parent / "ran"
    for name in ("core.fsmonitor", "core.pager", "diff.external", "filter.x.clean", "diff.x.textconv"):
        repository.git("config", name, f"touch {ran};")
    repository.write(".git/info/attributes", "* filter=x diff=x\n")
    repository.write("cards/one/README.md", "# Changed\n")
    before = repository.contents()
    assert read("HEAD:manifests/one.yaml").evidence is not None
    assert repository.contents() == before
    assert not ran.exists()


def test_json_that_is_no_evidence_is_told(repository: CardRepository) -> None:
    repository.write("data.json", json.dumps({"a": 1}))
    assert "is no evidence" in refusal("data.json", EvidenceError)
