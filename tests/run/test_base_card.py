from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import ResolveError
from cardgen.records.inputs import Source
from cardgen.run.base_card import card_license, read_base_card, single_license
from tests.project import Project

BASE = Source(origin="local", sha256="ab" * 32)


def test_a_named_card_is_known_by_its_own_hash(tmp_path: Path) -> None:
    card = tmp_path / "base.md"
    card.write_bytes(b"# T\r\nwords\rmore\n")
    taken = read_base_card(card, "base.md")
    assert taken is not None
    assert taken.source == Source(origin="local", sha256=hashlib.sha256(b"# T\r\nwords\rmore\n").hexdigest())
    assert taken.text == "# T\nwords\nmore\n"


def test_the_models_own_card_is_known_by_the_model(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# T\n")
    taken = read_base_card(tmp_path / "README.md", "README.md", BASE)
    assert taken is not None
    assert taken.source == BASE


def test_a_model_may_have_no_card(tmp_path: Path) -> None:
    assert read_base_card(tmp_path / "README.md", "README.md", BASE) is None


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1))
def test_text_is_kept_but_for_line_ends(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    card = tmp_path_factory.mktemp("card") / "base.md"
    card.write_bytes(f"T{text}".replace("\n", "\r\n").encode())
    taken = read_base_card(card, "base.md")
    assert taken is not None
    assert taken.text == f"T{text}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the base model's card, `base.md`, is empty"),
        (b"\xef\xbb\xbf \r\n\t", "the base model's card, `base.md`, is empty"),
        (b"one\ntwo\n\xff\n", "the base model's card, `base.md`, is not UTF-8: line 3 holds the byte 0xFF"),
        ("one\n".encode("utf-16"), "the base model's card, `base.md`, is not UTF-8: line 1 holds the byte 0xFF"),
    ],
)
def test_what_cannot_be_taken_over(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "base.md").write_bytes(content)
    for source in (None, BASE):
        with pytest.raises(ResolveError) as caught:
            read_base_card(tmp_path / "base.md", "base.md", source)
        assert caught.value.message == says
        assert "base_model.card" in caught.value.remedy


def test_a_folder_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(ResolveError, match="cannot be read: Is a directory"):
        read_base_card(tmp_path, "base.md")
    assert card_license(tmp_path) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("---\nlicense: mit\n---\n", "mit"),
        ("\ufeff---\r\nlicense: [mit]\r\n---\r\n", "mit"),
        ("---\nlicense: [mit, gpl]\n---\n", None),
        ("---\nlicense: 5\n---\n", None),
        ("---\nlicense: [\n---\n", None),
        ("words\n---\nlicense: mit\n---\n", None),
        ("---\n- license\n---\n", None),
    ],
)
def test_licence(tmp_path: Path, head: str, expected: str | None) -> None:
    (tmp_path / "README.md").write_text(head, encoding="utf-8")
    assert card_license(tmp_path / "README.md") == expected


def test_one_licence_alone() -> None:
    assert [single_license(value) for value in ("mit", ["mit"], " ", [], None, ["a", "b"])] == [
        "mit",
        "mit",
        None,
        None,
        None,
        None,
    ]


MANIFEST = {
    "version": 1,
    "repo_id": "tester/names-onnx",
    "card": "onnx-export",
    "title": "ONNX export",
    "task": "text-classification",
    "base_model": {"path": "model"},
    "variants": {"onnx": {"backend": "onnxruntime", "approach": "none"}},
    "evaluation": {"dataset": {"path": "test.csv"}, "columns": {"text": "text"}},
}


@pytest.mark.parametrize(
    ("named", "content", "says"),
    [
        (None, b"\xff", "names.yaml: the base model's card, `model/README.md`, is not UTF-8: line 1"),
        (None, b"", "names.yaml: the base model's card, `model/README.md`, is empty"),
        ("base.md", b"\n", "names.yaml: the base model's card, `base.md`, is empty"),
        ("base.md", None, "names.yaml: base_model.card: the file `base.md` does not exist"),
    ],
)
def test_a_bad_card_is_told_before_anything_runs(
    tmp_path: Path, named: str | None, content: bytes | None, says: str
) -> None:
    project = Project(tmp_path)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "test.csv").write_text("text\na\n")
    base = {"path": "model", **({"card": named} if named else {})}
    (tmp_path / "names.yaml").write_text(yaml.safe_dump({**MANIFEST, "base_model": base}))
    if content is not None:
        (tmp_path / (named or "model/README.md")).write_bytes(content)
    run = project.run("build", "names.yaml")
    assert run.returncode == 4
    assert f"error: {says}" in run.stderr
    assert "..." not in run.stderr, "a step was started"
    assert not (tmp_path / "cards").exists()
