"""What proves which samples calibrated: apart from models, and beside the script that the documentation gives."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.data.table import Table
from cardgen.demo import train
from cardgen.evaluation.samples.calibration import CalibrationSamples, content_lines, token_lengths
from cardgen.records.results.calibration import CalibrationSeen
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.tune import TuneResult
from tests.backends.workbench import Workbench

ROOT = Path(__file__).parents[3]


def samples(count: int, *, tokens: bool = True) -> CalibrationSamples:
    lines = tuple(json.dumps({"text": f"text {row}"}) for row in range(count))
    return CalibrationSamples((), lines, tuple(range(1, count + 1)) if tokens else None)


def test_the_script_of_the_documentation_gives_the_committed_card_s_hash(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"<!-- calibration -->\n```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "demo").mkdir()
    rows, _tests = train.split(train.character_names())
    train.write_rows(tmp_path / "demo" / "train.csv", rows)
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    evidence = json.loads((ROOT / "cards" / "unicode-names" / "evidence.json").read_bytes())
    seen = CalibrationSeen.model_validate(evidence["records"]["quantize pytorch"]["result"]["calibration"])
    assert run.stdout.strip() == seen.sha256
    assert f"SHA-256 `{seen.sha256[:16]}`" in (ROOT / "cards" / "unicode-names" / "README.md").read_text()
    assert seen.samples == 300
    assert seen.tokens is not None
    assert seen.tokens == token_lengths([int(each) for each in seen.tokens.each.split()])


@given(st.lists(st.text(), min_size=1, max_size=8), st.booleans())
def test_content_is_every_character_of_what_the_model_reads(texts: list[str], labelled: bool) -> None:
    table = Table({"label": [0] * len(texts), "text": texts}, len(texts))
    columns = {"text": "text"}
    lines = content_lines(table, columns)
    assert [json.loads(line) for line in lines] == [{"text": text} for text in texts]
    assert all(line.isascii() and "\n" not in line for line in lines)
    renumbered = Table({"text": texts, "label": [1] * len(texts), **({"more": texts} if labelled else {})}, len(texts))
    assert content_lines(renumbered, columns) == lines


def test_columns_have_one_order_whatever_the_manifest_s() -> None:
    table = Table({"b": ["x", "y"], "a": ["1", "2"]}, 2)
    one = content_lines(table, {"text": "b", "text_pair": "a"})
    assert one == content_lines(table, {"text_pair": "a", "text": "b"})
    assert one == ('{"a": "1", "b": "x"}', '{"a": "2", "b": "y"}')


@pytest.mark.parametrize(
    ("columns", "choices", "expected"),
    [
        ({"ending0": ["a", "c"], "ending1": ["b", "d"]}, "ending*", {"ending0": "a", "ending1": "b", "q": "?"}),
        ({"endings": [["a", "b"], ["c", "d"]]}, "endings", {"endings": ["a", "b"], "q": "?"}),
    ],
)
def test_answers_count_as_their_columns_hold_them(
    columns: dict[str, Any], choices: str, expected: dict[str, Any]
) -> None:
    table = Table({"q": ["?", "!"], **columns}, 2)
    first, _second = content_lines(table, {"text": "q", "choices": choices})
    assert json.loads(first) == expected


@pytest.mark.slow
def test_an_image_counts_by_its_file_and_words_as_a_list(neural_compressor: Workbench) -> None:
    script = Path(__file__).parents[1] / "scripts" / "contents.py"
    found = neural_compressor.script(script, neural_compressor.folder / "contents")
    first, _second, third = found["sha256"]
    assert [json.loads(line) for line in found["images"]] == [{"picture": third}, {"picture": first}]
    assert found["feature"] == found["images"]
    assert [json.loads(line) for line in found["words"]] == [{"words": ["c"]}, {"words": ["a", "b"]}]


def test_only_what_was_seen_counts_in_its_order() -> None:
    drawn = samples(10)
    seen = drawn.seen(4)
    text = "\n".join(f'{{"text": "text {row}"}}' for row in range(4))
    assert seen.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert seen.tokens == token_lengths([1, 2, 3, 4])
    other = CalibrationSamples((), tuple(reversed(drawn.contents)), drawn.lengths)
    assert other.seen(10).sha256 != drawn.seen(10).sha256
    with pytest.raises(ValueError, match="11 samples were seen, of 10"):
        drawn.seen(11)


def test_what_has_no_tokens_says_none() -> None:
    assert samples(3, tokens=False).seen(3).tokens is None
    assert samples(3).seen(0).tokens is None


def test_lengths_are_told_in_short_and_one_by_one_where_they_are_few() -> None:
    few, many = token_lengths([5, 9, 6, 6]), token_lengths([3] * 513)
    assert (few.total, few.shortest, few.median, few.longest, few.each) == (26, 5, 6.0, 9, "5 9 6 6")
    assert (many.total, many.median, many.each) == (1539, 3.0, "")


def test_what_was_made_without_calibration_says_nothing_of_it() -> None:
    made = QuantizeResult(weight_bytes=1, int8_modules=("a",), fp32_modules=())
    assert samples(3).told_in(made).calibration is None
    static = made.model_copy(update={"calibration_seen": 2})
    assert samples(3).told_in(static).calibration == samples(3).seen(2)


@pytest.mark.parametrize("kind", [QuantizeResult, TuneResult])
def test_what_earlier_versions_recorded_is_read(kind: type[QuantizeResult | TuneResult]) -> None:
    assert not kind.model_fields["calibration"].is_required()
