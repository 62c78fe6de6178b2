from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.errors import ManifestError, Problem
from cardgen.manifest import yaml as yaml_module
from cardgen.manifest.load import load_manifest, parse_manifest, project_root
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings
from cardgen.manifest.plain_yaml import fast_events
from cardgen.manifest.prose import read_prose
from tests.strategies import dump_manifest, manifests

SMALLEST = """\
version: 1
repo_id: acme/model-int8
title: INT8 model
task: text-classification
base_model: {id: acme/model}
variants:
  pytorch: {backend: neural-compressor, approach: dynamic}
evaluation:
  dataset: {id: acme/data, split: test}
  columns: {text: sentence, label: label}
  metrics: [accuracy]
"""

HERE = Path("manifests/here.yaml")


def _write(folder: Path, text: str | bytes = SMALLEST, name: str = "model.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _problems(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, HERE)
    return [str(problem) for problem in caught.value.problems]


def test_smallest_manifest_has_defaults(tmp_path: Path) -> None:
    loaded = load_manifest(_write(tmp_path))
    assert loaded.manifest.card == "quantized"
    assert loaded.manifest.scoring.metrics[0].type == "accuracy"
    assert loaded.name == "model"
    assert loaded.folder == tmp_path


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[2].glob("manifests/*.yaml")), ids=lambda path: path.stem)
def test_committed_manifests_are_sound(path: Path) -> None:
    assert load_manifest(path).name == path.stem
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=manifest.schema.json"


@given(manifests(), st.sampled_from([False, True, None]))
@settings(max_examples=150)
def test_what_is_written_is_read(value: dict[str, Any], flow: bool | None) -> None:
    assert parse_manifest(dump_manifest(value, flow=flow), HERE).manifest == Manifest.model_validate(value)


@given(manifests())
def test_json_is_read_too(value: dict[str, Any]) -> None:
    assert parse_manifest(json.dumps(value, indent=1, ensure_ascii=False), HERE).manifest == Manifest.model_validate(
        value
    )


def _known_keys(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Paths of all keys that cardgen, and not the user, gave the name of."""
    free = {("variants",), ("evaluation", "labels"), ("metadata",)}
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if path not in free:
                found.append((*path, key))
            if path != ("metadata",):
                found += _known_keys(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _known_keys(inner, (*path, index))
    return found


@given(manifests(), st.data())
@settings(max_examples=150)
def test_a_misspelt_key_is_reported_at_its_own_line(value: dict[str, Any], data: st.DataObject) -> None:
    value = copy.deepcopy(value)
    path = data.draw(st.sampled_from(_known_keys(value)))
    parent: Any = value
    for part in path[:-1]:
        parent = parent[part]
    misspelt = f"{path[-1]}zq"
    items = [(misspelt if key == path[-1] else key, inner) for key, inner in parent.items()]
    parent.clear()
    parent.update(items)
    text = dump_manifest(value)
    lines = [number for number, line in enumerate(re.split("\n", text), 1) if re.match(rf"[ -]*{misspelt}:", line)]
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, HERE)
    assert any(problem.line in lines and problem.key.endswith(misspelt) for problem in caught.value.problems)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(manifests(), st.data())
@settings(max_examples=200)
def test_wrong_values_anywhere_are_problems_of_the_manifest(value: dict[str, Any], data: st.DataObject) -> None:
    value = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        parent: Any = value
        path = data.draw(st.sampled_from(_known_keys(value) or [("x",)]))
        for part in path[:-1]:
            parent = parent[part]
        parent[path[-1]] = data.draw(_JSON)
    _fails_well_or_not_at_all(json.dumps(value))


@given(st.text())
def test_no_text_breaks_the_loader(text: str) -> None:
    _fails_well_or_not_at_all(text)


@given(manifests(), st.data())
@settings(max_examples=200)
def test_no_slip_of_a_finger_breaks_the_loader(value: dict[str, Any], data: st.DataObject) -> None:
    text = dump_manifest(value, flow=data.draw(st.sampled_from([False, None])))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 6)))
    slip = data.draw(st.text(st.sampled_from("\t\n :-?&*!|>'\"%@`{}[],#~<=0aé\x85\u2028\\"), max_size=4))
    _fails_well_or_not_at_all(text[:start] + slip + text[end:])


def _fails_well_or_not_at_all(text: str) -> None:
    lines = len(re.split("\r\n|\r|\n", text))
    problems: tuple[Problem, ...] = ()
    try:
        parse_manifest(text, HERE)
    except ManifestError as error:
        problems = error.problems or pytest.fail("an error without a problem")
    assert list(problems) == sorted(problems, key=lambda each: (each.line or 0, each.column or 0))
    for problem in problems:
        assert problem.message
        assert problem.line is None or 1 <= problem.line <= lines


@given(st.binary())
def test_no_bytes_break_the_loader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = _write(tmp_path_factory.getbasetemp(), content, "bytes.yaml")
    with pytest.raises(ManifestError):
        load_manifest(path)


@pytest.mark.parametrize(
    "text",
    [
        '"\\UFFFFFFFF"',
        '"\\ud800"',
        "%YAML 1.9999999999\n--- a",
        "[" * 100_000,
        "{a: " * 5_000,
        "- " * 10_000,
        "a: " + "9" * 10_000,
        "a: 0x" + "f" * 10_000,
        "a: " + "1:" * 3_000 + "1",
        "a: 1e999",
        "? " * 500,
        "a: &x [*x]",
        "a: !!python/object/apply:os.system [ls]",
        "\x00",
    ],
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(text, HERE)


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = SMALLEST.replace("\n", "\r\n")
    assert load_manifest(_write(tmp_path, b"\xef\xbb\xbf" + text.encode())).manifest.title == "INT8 model"
    assert _problems(text.replace("title", "titel"))[0].startswith("manifests/here.yaml:3:1: titel")


def test_lines_are_counted_as_editors_count_them() -> None:
    text = SMALLEST.replace("INT8 model", '"a\u2028b\x85c"')
    assert _problems(text)[0].startswith("manifests/here.yaml:3:8: title: ")
    text = SMALLEST.replace("INT8 model", "ünï 模型").replace("acme/data, split: test", "acme/data")
    assert _problems(text)[0].startswith("manifests/here.yaml:9:3: evaluation.dataset.split: is missing")


def test_bytes_that_are_not_utf8_are_pointed_at(tmp_path: Path) -> None:
    path = _write(tmp_path, SMALLEST.replace("INT8 model", "modèle").encode("latin-1"))
    with pytest.raises(ManifestError, match=r"model\.yaml:3:11: is not UTF-8: the byte 0xE8"):
        load_manifest(path)
    with pytest.raises(ManifestError, match="UTF-16"):
        load_manifest(_write(tmp_path, SMALLEST.encode("utf-16")))


def test_a_file_that_is_not_there_has_a_neighbour(tmp_path: Path) -> None:
    _write(tmp_path, name="distilbert.yaml")
    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path / "distilbrt.yaml")
    assert f"does not exist\n    did you mean {tmp_path / 'distilbert.yaml'}?" in str(caught.value)
    with pytest.raises(ManifestError, match="there is no folder"):
        load_manifest(tmp_path / "nowhere" / "a.yaml")


def test_a_folder_is_not_a_manifest(tmp_path: Path) -> None:
    _write(tmp_path, name="a.yaml")
    with pytest.raises(ManifestError, match=r"is a folder, not a manifest\n.*it holds a\.yaml"):
        load_manifest(tmp_path)


def test_a_weight_file_is_not_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="is larger than"):
        load_manifest(_write(tmp_path, b"a" * 1_000_001, "model.safetensors"))
    with pytest.raises(ManifestError, match="is not a regular file"):
        load_manifest(Path("/dev/null"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Mind.\n# A title", "level-1 heading on its line 2"),
        ("Mind:\n```python\nx = 1\n", "opens a code fence"),
        ("Mind:\n<!-- this", "opens a comment"),
    ],
)
def test_prose_that_would_change_the_card_around_it(tmp_path: Path, words: str, message: str) -> None:
    (tmp_path / "caveats.md").write_text(words, encoding="utf-8")
    with pytest.raises(ManifestError, match=re.escape(message)):
        load_manifest(_write(tmp_path, SMALLEST + "prose: {caveats: caveats.md}\n"))


def test_prose_is_kept_word_for_word(tmp_path: Path) -> None:
    words = "### Mind\n\n  two  spaces,\ttab — dash\n\n```\n# a comment\n```\n"
    (tmp_path / "prose").mkdir()
    (tmp_path / "prose" / "caveats.md").write_text(words, encoding="utf-8")
    prose = "prose: {caveats: prose/caveats.md, summary: In a word.}\n"
    loaded = load_manifest(_write(tmp_path, SMALLEST + prose))
    assert read_prose(loaded) == {"caveats": words, "summary": "In a word."}
    (tmp_path / "prose" / "caveats.md").rename(tmp_path / "prose" / "caveat.md")
    with pytest.raises(ManifestError, match=r"did you mean `prose/caveat\.md`"):
        read_prose(loaded)
    (tmp_path / "prose" / "caveats.md").write_bytes(b"\xff")
    with pytest.raises(ManifestError, match="is not UTF-8"):
        read_prose(loaded)
    (tmp_path / "prose" / "caveats.md").write_text(" \n")
    with pytest.raises(ManifestError, match="is empty"):
        read_prose(loaded)


@pytest.mark.parametrize(
    ("calibration", "evaluation", "ok"),
    [
        ("{split: train}", "{id: a/d, split: test}", True),
        ("{}", "{id: a/d, split: train}", False),
        ("{split: 'train[:80%]'}", "{id: a/d, split: 'train[80%:]'}", True),
        ("{split: 'train[:80%]'}", "{id: a/d, split: 'train[:80%]'}", False),
        ("{split: train+test}", "{id: a/d, split: test}", False),
        ("{dataset: {id: a/d, config: x}, split: test}", "{id: a/d, split: test}", True),
        ("{dataset: {id: a/other}, split: test}", "{id: a/d, split: test}", True),
        ("{dataset: {path: x.csv}}", "{path: y.csv}", True),
        ("{dataset: {path: ./x.csv}}", "{path: x.csv}", False),
        ("{dataset: {path: x.csv}}", "{id: a/d, split: test}", True),
    ],
)
def test_calibration_never_sees_what_is_scored(calibration: str, evaluation: str, ok: bool) -> None:
    text = SMALLEST.replace("approach: dynamic", f"approach: static, calibration: {calibration}")
    text = text.replace("{id: acme/data, split: test}", evaluation)
    if ok:
        parse_manifest(text, HERE)
    else:
        assert "scored on" in "".join(_problems(text))


def test_project_root(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two" / "three"
    folder.mkdir(parents=True)
    manifest = _write(folder)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
    (tmp_path / "one" / "pyproject.toml").write_text("not [ toml")
    above = project_root(tmp_path / "model.yaml")  # a folder above the temporary one may be a project by itself
    assert project_root(manifest) == (folder if above == tmp_path else above)
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert project_root(manifest) == tmp_path
    (tmp_path / "one" / "pyproject.toml").write_text("[tool.cardgen]\n")
    assert project_root(manifest) == tmp_path / "one"
    (folder / "cardgen.toml").touch()
    assert project_root(manifest) == folder


def test_a_character_that_json_writes_in_two_halves_is_one(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text('{"version": 1, "title": "\\ud83d\\ude42", "variants": {"\\ud83d\\ude42": {}}}', encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        load_manifest(path)
    assert "variants.🙂" in str(caught.value)


_PIECES = st.sampled_from(
    [
        *("a", "b: ", "- ", "\n", "  ", '"', "'", " # c", "[", "]", "{", "}", ", ", ": ", "|\n", ">-\n", "0.5", "yes"),
        *("é", "\N{GRINNING FACE}", "\\", "&x ", "*x", "!!str ", "---\n", "...\n", "? ", "%", "\x85", "\r\n", "~"),
        "a:\n  b: 1\n",
    ]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_the_fast_reader_of_yaml_reads_what_the_slow_one_reads(text: str) -> None:
    read = []
    for events in (fast_events, lambda _text: None):
        findings = Findings("model.yaml")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_module, "fast_events", events)
            read.append((yaml_module.read_yaml(text, findings), dict(findings.entries), list(findings)))
    assert read[0] == read[1]


@pytest.mark.parametrize("limit", ["0", "-3"])
def test_says_of_a_limit_written_as_a_number_that_it_is_too_small(tmp_path: Path, limit: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifest(_write(tmp_path, SMALLEST + f"  limit: {limit}\n  primary: accuracy\n  scale: x\n"))
    first, second = caught.value.problems
    assert (first.key, first.message) == ("evaluation.limit", f"must be at least 1, not {limit}")
    assert second.key == "evaluation.scale"


@pytest.mark.parametrize(
    ("empty", "remedy"),
    [
        ("text: sentence", "name the dataset's column"),
        ("title: INT8 model", "write a value"),
        ("metrics: [accuracy]", "write a value, or leave the key out"),
    ],
)
def test_says_what_to_write_where_a_key_stands_empty(tmp_path: Path, empty: str, remedy: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifest(_write(tmp_path, SMALLEST.replace(empty, empty.partition(":")[0] + ": ")))
    assert caught.value.problems[0].remedy == remedy


@pytest.mark.parametrize("name", ["...yaml", "..yaml", "...yml"])
def test_a_name_that_leads_out_of_the_cards_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(ManifestError, match=r"which leads to another folder than its card's"):
        load_manifest(path)
