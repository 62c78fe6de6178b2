from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from cardgen.errors import ComparisonError
from cardgen.review.sides.between import Pair, between
from tests.review.repository import CardRepository


def pairs(base: str = "main", *only: Path) -> list[Pair]:
    with between(base) as states:
        return list(states.pairs(only))


def names(base: str = "main") -> list[str]:
    return [pair.name for pair in pairs(base)]


def one_pair(base: str = "main") -> Pair:
    (pair,) = pairs(base)
    return pair


@pytest.fixture(params=["working tree", "commit"])
def base(request: pytest.FixtureRequest, repository: CardRepository) -> str:
    """What ``now`` is compared with: before the test, a branch begins; ``done`` ends what is changed."""
    repository.git("checkout", "--quiet", "-b", "change")
    return "main" if request.param == "working tree" else "main...change"


def done(repository: CardRepository, base: str) -> None:
    if base != "main":
        repository.commit()


def test_nothing_changed_is_nothing(repository: CardRepository, base: str) -> None:
    done(repository, base)
    assert pairs(base) == []


def test_a_touched_file_is_no_change(repository: CardRepository) -> None:
    for path in repository.folder.rglob("*.*"):
        path.touch()
    assert pairs() == []


@pytest.mark.parametrize(
    "path", ["manifests/one.yaml", "manifests/prose/notes.md", "cards/one/README.md", "cards/one/evidence.json"]
)
def test_a_change_of_any_of_its_files_is_one_of_the_card(repository: CardRepository, base: str, path: str) -> None:
    place = repository.folder / path
    place.write_text(place.read_text() + "\n", encoding="utf-8")
    done(repository, base)
    pair = one_pair(base)
    assert (pair.name, pair.error) == ("one", None)
    assert pair.old is not None
    assert pair.new is not None
    assert pair.old_label == "main:manifests/one.yaml"
    assert pair.new_label == ("manifests/one.yaml" if base == "main" else "change:manifests/one.yaml")


def test_files_that_bear_on_no_card_are_passed_over(repository: CardRepository, base: str) -> None:
    repository.write("README.md", "# Models\n")
    repository.write("config.yaml", "a: [\n")
    repository.write("deploy/manifests/service.yaml", "kind: Service\n")
    repository.write("docs/cards/readers/README.md", "# About\n")
    repository.write("manifests/prose/unused.md", "Words\n")
    done(repository, base)
    assert pairs(base) == []


def test_a_card_that_comes_has_one_side(repository: CardRepository, base: str) -> None:
    repository.card("three")
    done(repository, base)
    new = one_pair(base)
    assert (new.name, new.old, new.old_label) == ("three", None, None)
    assert new.new is not None


def test_a_card_that_goes_has_one_side(repository: CardRepository, base: str) -> None:
    (repository.folder / "manifests/two.yaml").unlink()
    done(repository, base)
    gone = one_pair(base)
    assert (gone.name, gone.new, gone.new_label) == ("two", None, None)
    assert gone.old is not None


def test_a_manifest_with_another_name_and_the_same_repository_is_one_card(
    repository: CardRepository, base: str
) -> None:
    (repository.folder / "manifests/two.yaml").unlink()
    repository.card("deux", repo_id="owner/two", title="Deux", task="text-classification", citation=None)
    done(repository, base)
    pair = one_pair(base)
    assert (pair.name, pair.old_label) == ("deux", "main:manifests/two.yaml")
    assert pair.old is not None
    assert pair.old.name == "two"


def test_a_manifest_that_git_takes_for_renamed_is_one_card(repository: CardRepository, base: str) -> None:
    repository.git("mv", "manifests/two.yaml", "manifests/deux.yaml")
    place = repository.folder / "manifests/deux.yaml"
    place.write_text(place.read_text().replace("owner/two", "owner/deux"), encoding="utf-8")
    repository.git("add", "--all")
    done(repository, base)
    pair = one_pair(base)
    assert (pair.name, pair.old_label) == ("deux", "main:manifests/two.yaml")


def test_names_that_are_exchanged_are_changes_and_no_renaming(repository: CardRepository, base: str) -> None:
    one, two = (repository.folder / f"manifests/{name}.yaml" for name in ("one", "two"))
    first, second = one.read_text(), two.read_text()
    one.write_text(second, encoding="utf-8")
    two.write_text(first, encoding="utf-8")
    done(repository, base)
    assert [(pair.old_label, pair.name) for pair in pairs(base)] == [
        ("main:manifests/one.yaml", "one"),
        ("main:manifests/two.yaml", "two"),
    ]


def test_two_that_publish_to_one_repository_are_not_taken_for_a_renaming(repository: CardRepository) -> None:
    (repository.folder / "manifests/two.yaml").unlink()
    for name in ("three", "four"):
        repository.manifest(name, repo_id="owner/two")
    assert [(pair.old_label is None, pair.name) for pair in pairs()] == [
        (True, "four"),
        (True, "three"),
        (False, "two"),
    ]


def test_what_others_changed_since_is_not_told(repository: CardRepository, base: str) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.card("two", {"onnx": 0.5})
    repository.commit()
    repository.git("checkout", "--quiet", "change")
    repository.card("one", {"onnx": 0.6}, prose={"notes": "prose/notes.md"})
    done(repository, base)
    assert names(base) == ["one"]


def test_two_dots_compare_two_commits_as_they_are(repository: CardRepository) -> None:
    repository.git("checkout", "--quiet", "-b", "change")
    repository.card("one", {"onnx": 0.6}, prose={"notes": "prose/notes.md"})
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.card("two", {"onnx": 0.5})
    repository.commit()
    assert names("main..change") == names("change..main") == names("change..") == ["one", "two"]
    assert names("change...main") == names("change...") == ["two"]
    assert names("main...change") == names("...change") == ["one"]


def test_uncommitted_and_unknown_files_are_part_of_the_working_tree_and_ignored_ones_are_not(
    repository: CardRepository,
) -> None:
    repository.write(".gitignore", "manifests/ignored.yaml\n")
    repository.card("ignored")
    repository.card("unknown")
    repository.card("staged")
    repository.git("add", "manifests/staged.yaml")
    assert names("HEAD") == ["ignored", "staged", "unknown"]  # the card of the ignored one is none
    (repository.folder / "cards/ignored/README.md").unlink()
    (repository.folder / "cards/ignored/evidence.json").unlink()
    assert names("HEAD") == ["staged", "unknown"]


def test_a_card_without_a_manifest_is_compared_by_its_folder(repository: CardRepository, base: str) -> None:
    (repository.folder / "manifests/two.yaml").unlink()
    repository.commit()
    repository.git("branch", "--force", "main")
    path = repository.folder / "cards/two/evidence.json"
    path.write_text(path.read_text().replace("0.9401", "0.9501"), encoding="utf-8")
    done(repository, base)
    pair = one_pair(base)
    assert (pair.name, pair.old_label) == ("two", "main:cards/two")
    assert pair.new is not None
    assert pair.new.evidence_edited


def test_manifests_of_any_place_are_found_by_their_keys(repository: CardRepository, base: str) -> None:
    manifest = repository.folder / "manifests/two.yaml"
    elsewhere = yaml.safe_load(manifest.read_text())
    repository.write("models/deep/here.yml", yaml.safe_dump({**elsewhere, "repo_id": "owner/here"}))
    repository.write("models/json.yaml", '{"repo_id": "owner/json", "base_model": {"id": "a/b"}}')
    done(repository, base)
    found = {pair.name: pair for pair in pairs(base)}
    assert set(found) == {"here", "json"}
    assert found["here"].error is None
    assert "version" in str(found["json"].error)


def test_projects_in_one_repository_have_their_own_cards(repository: CardRepository, base: str) -> None:
    repository.write("inner/cardgen.toml", "")
    path = repository.write("inner/manifests/two.yaml", (repository.folder / "manifests/two.yaml").read_text())
    repository.build(path, {"onnx": 0.7})
    done(repository, base)
    pair = one_pair(base)
    assert pair.new is not None
    assert pair.new.root == repository.folder / "inner"
    assert pair.new_label in ("inner/manifests/two.yaml", "change:inner/manifests/two.yaml")
    assert pair.new.evidence is not None


def test_a_folder_that_becomes_a_project_moves_the_cards_of_its_manifests(
    repository: CardRepository, base: str
) -> None:
    repository.write("manifests/cardgen.toml", "")
    done(repository, base)
    assert [(pair.name, pair.new is not None and pair.new.card) for pair in pairs(base)] == [
        ("one", None),
        ("two", None),
    ]


def test_a_template_that_changed_concerns_those_that_name_it(repository: CardRepository, base: str) -> None:
    repository.write("manifests/own.jinja", "{{ front_matter }}\n# Was\n")
    repository.manifest("own", card="own.jinja")
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("manifests/own.jinja", "{{ front_matter }}\n# Is\n")
    done(repository, base)
    assert names(base) == ["own"]


def test_what_cannot_be_read_is_told_and_the_others_go_on(repository: CardRepository, base: str) -> None:
    repository.write("cards/one/evidence.json", '{"format": 99}')
    repository.write("manifests/bad.yaml", "repo_id: owner/bad\nbase_model: [\n")
    repository.card("two", {"onnx": 0.5})
    done(repository, base)
    bad, one, two = pairs(base)
    assert "not valid YAML" in str(bad.error)
    assert "has format 99" in str(one.error)
    assert one.old is not None
    assert two.error is None


def test_what_could_not_be_read_before_is_told(repository: CardRepository, base: str) -> None:
    good = (repository.folder / "cards/one/evidence.json").read_text()
    repository.write("cards/one/evidence.json", "{")
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("cards/one/evidence.json", good)
    done(repository, base)
    pair = one_pair(base)
    assert "main:cards/one/evidence.json:1" in str(pair.error)
    assert pair.new is not None


def test_a_broken_manifest_that_was_one_is_told(repository: CardRepository, base: str) -> None:
    repository.write("manifests/two.yaml", "")
    done(repository, base)
    assert "is empty" in str(one_pair(base).error)


def test_manifests_may_be_chosen(repository: CardRepository) -> None:
    for name in ("one", "two"):
        repository.card(name, {"onnx": 0.5}, prose={"notes": "prose/notes.md"})
    assert [pair.name for pair in pairs("main", Path("manifests/two.yaml"))] == ["two"]


def test_a_manifest_that_never_was_is_told(repository: CardRepository) -> None:
    with pytest.raises(ComparisonError, match="is no file, neither now nor before"):
        pairs("main", Path("manifests/nosuch.yaml"))


def test_it_is_the_whole_repository_wherever_one_stands(
    repository: CardRepository, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.card("two", {"onnx": 0.5})
    done(repository, base)
    monkeypatch.chdir(repository.folder / "manifests")
    pair = one_pair(base)
    assert pair.new is not None
    assert pair.new.path == Path("two.yaml")


def test_nothing_is_written_and_nothing_started(repository: CardRepository, base: str) -> None:
    repository.git("mv", "manifests/two.yaml", "manifests/deux.yaml")
    repository.write(".gitattributes", "* filter=x diff=x\n")
    repository.card("one", {"onnx": 0.5})
    done(repository, base)
    ran = repository.folder.parent / "ran"
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.x.clean",
        "diff.x.textconv",
        "diff.x.command",
    ):
        repository.git("config", name, f"touch {ran};")
    (repository.folder / "manifests/deux.yaml").touch()
    before = repository.contents()
    assert names(base) == ["deux", "one"]
    assert repository.contents() == before
    assert not ran.exists()


def test_odd_names_are_read(repository: CardRepository, base: str) -> None:
    for name in ("a b", "ä→b", "-x", "new\ttab", "a:b"):
        repository.card(name, repo_id="owner/odd", title="Odd")
    done(repository, base)
    assert sorted(names(base)) == sorted(["a b", "ä→b", "-x", "new\ttab", "a:b"])
    assert all(pair.error is None for pair in pairs(base))


def test_a_name_that_is_no_text_is_told(repository: CardRepository, base: str) -> None:
    text = (repository.folder / "manifests/two.yaml").read_text().replace("owner/two", "owner/odd")
    (repository.folder / os.fsdecode(b"manifests/\xff.yaml")).write_text(text, encoding="utf-8")
    done(repository, base)
    assert "has a name that is not UTF-8" in str(one_pair(base).error)


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("nowhere", "git does not know the revision nowhere"),
        ("main..nowhere", "git does not know the revision nowhere"),
        ("nowhere...main", "git does not know the revision nowhere"),
        ("-x", "'-x' is no revision of git"),
        ("main..--all", "'--all' is no revision of git"),
        ("", "'' is no revision of git"),
    ],
)
def test_what_is_no_revision_is_told(repository: CardRepository, base: str, told: str) -> None:
    with pytest.raises(ComparisonError, match=told):
        pairs(base)


def test_histories_that_have_nothing_in_common_are_told(repository: CardRepository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit()
    with pytest.raises(ComparisonError, match="have no common ancestor"):
        pairs("main")
    assert pairs("main..other") == []


def test_a_bare_repository_has_commits_alone(
    repository: CardRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.git("checkout", "--quiet", "-b", "change")
    repository.card("two", {"onnx": 0.5})
    repository.commit()
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    assert names("main..change") == ["two"]
    with pytest.raises(ComparisonError, match="Compare two commits"):
        pairs("main")


def test_a_shallow_clone_cannot_tell_where_branches_parted(
    repository: CardRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.git("checkout", "--quiet", "-b", "change")
    repository.commit("Change")
    repository.git("checkout", "--quiet", "main")
    repository.commit("Go on")
    repository.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repository.folder}", str(tmp_path / "shallow")
    )
    monkeypatch.chdir(tmp_path / "shallow")
    with pytest.raises(ComparisonError, match="shallow") as caught:
        pairs("origin/change")
    assert "fetch-depth: 0" in caught.value.remedy


def test_a_repository_without_commits_has_nothing_to_compare_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = CardRepository.new(tmp_path / "empty")
    monkeypatch.chdir(empty.folder)
    with pytest.raises(ComparisonError, match="has no commit yet"):
        pairs("HEAD")


def test_a_repository_of_the_other_hash_is_read_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CardRepository.new(tmp_path / "other", "--object-format=sha256")
    monkeypatch.chdir(made.folder)
    for name in ("one", "two"):
        made.card(name)
    made.commit()
    made.card("two", {"onnx": 0.5})
    assert names("HEAD") == ["two"]
