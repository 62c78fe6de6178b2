"""What a card says of results files: what can be compared, what cannot and why, and who measured with what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts
from cardgen.card.model import Imported
from cardgen.card.sections.imported import build_imported, imported_headline
from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from cardgen.records.imported import imported_record
from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document, read_document
from cardgen.results.entry import results_of
from tests.factory import manifest_data
from tests.results.lm_eval_file import lm_eval_file

FILES = Path(__file__).parents[2] / "results" / "files"
MINUS = "\N{MINUS SIGN}"


def lm_eval(model: str, tasks: Mapping[str, Mapping[str, float]], **changes: Any) -> ResultsFile:
    return results_of(Document("mine", "mine.json", lm_eval_file(model, tasks, **changes).encode()))


def joined(base: list[ResultsFile], w4: list[ResultsFile], copy_at: str | None = "results/w4/w4.json") -> Facts:
    data = manifest_data(
        card="quantized",
        base_model={"id": "org/model", "precision": "BF16"},
        variants={"w4": {"backend": "elsewhere", "approach": "weight-only", "scheme": "W4A16"}},
    )
    del data["evaluation"]
    records = [imported_record(None, f"{number}/base.json", None, each) for number, each in enumerate(base)]
    records += [imported_record("w4", f"{number}/w4.json", copy_at, each) for number, each in enumerate(w4)]
    manifest = Manifest.model_validate(data)
    return gather_facts(manifest, Evidence(cardgen="1.0", imported=tuple(records)), "evidence.json")


def told(base: list[ResultsFile], w4: list[ResultsFile]) -> Imported:
    found = build_imported(joined(base, w4))
    assert found is not None
    return found


def row(imported: Imported, *cells: str) -> list[str]:
    """The rest of the row that begins with some cells."""
    begin = "".join(f"| {cell} " for cell in cells)
    (line,) = [line for each in imported.tables for line in each.table.splitlines() if line.startswith(begin)]
    return [cell.strip() for cell in line.removeprefix(begin).strip("|").split("|")]


def test_what_was_measured_alike_is_compared() -> None:
    imported = told([lm_eval("org/model", {"t": {"acc": 0.8}})], [lm_eval("owner/w4", {"t": {"acc": 0.76}})])
    assert row(imported, "`t`", "acc") == [
        "**0.7600** ± 0.0100",
        "0.8000 ± 0.0100",
        f"{MINUS}0.0400 [{MINUS}0.0677, {MINUS}0.0123]",
        "95.0 % [91.6, 98.4]",
    ]
    assert imported.tables[0].table.startswith("| Task | Measure | w4 | BF16 | Difference | Recovery |")
    assert "| lm-eval | `t` | 1 | 0 | not applied | none | 1000 | nothing | the base model and `w4` |" in (
        imported.conditions
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"versions": {"t": 2.0}}, "task version (1, 2)"),
        ({"n-shot": {"t": 5}}, "few-shot count (0, 5)"),
        ({"config": {"limit": 50}}, "limit (all, 50)"),
        ({"config": {}}, "limit (all, not stated)"),
        ({"chat_template": "{{ messages }}"}, "chat template (no, yes)"),
        ({"n-samples": {"t": {"effective": 999}}}, "samples (1000, 999)"),
        ({"task_hashes": {"t": "ab" * 32}}, "task hash (not stated, abababababab…)"),
    ],
)
def test_what_was_not_the_same_stands_in_the_place_of_a_number(changes: dict[str, Any], said: str) -> None:
    imported = told([lm_eval("org/model", {"t": {"acc": 0.8}})], [lm_eval("owner/w4", {"t": {"acc": 0.76}}, **changes)])
    assert row(imported, "`t`", "acc") == ["**0.7600** ± 0.0100", "0.8000 ± 0.0100", f"not compared: {said}", "n/a"]
    assert "the base model's first" in imported.note
    assert "Recovery" not in imported.note
    assert imported.conditions.count("`t`") == 2


def test_the_one_of_several_that_was_measured_alike_is_taken() -> None:
    shots = [lm_eval("org/model", {"t": {"acc": value}}, **{"n-shot": {"t": n}}) for n, value in ((0, 0.5), (5, 0.8))]
    variant = lm_eval("owner/w4", {"t": {"acc": 0.76}}, **{"n-shot": {"t": 5}})
    for base in (shots, shots[::-1]):
        assert row(told(base, [variant]), "`t`", "acc")[1] == "0.8000 ± 0.0100"


def test_where_lower_is_better_there_is_an_increase_and_no_recovery() -> None:
    files = [lm_eval(model, {"t": {"word_perplexity": value}}) for model, value in (("org/model", 12.0), ("w4", 12.6))]
    imported = told(files[:1], files[1:])
    assert imported.tables[0].title == "`w4`: lower is better"
    assert "| Difference | Increase |" in imported.tables[0].table
    assert row(imported, "`t`", "word_perplexity")[3].startswith("+5.0 % [+4.8, +5.2]")
    assert "Recovery" not in imported.note
    headline = imported_headline(joined(files[:1], files[1:]), joined(files[:1], files[1:]).variants[0])
    assert headline is not None
    assert "12.6000 against 12.0000 of the base model (+5.0 % [+4.8, +5.2]; lower is better)" in headline


def test_what_only_one_of_them_was_measured_on_is_told() -> None:
    base = lm_eval("org/model", {"t": {"acc": 0.8}, "alone": {"acc": 0.1}})
    imported = told([base], [lm_eval("owner/w4", {"t": {"acc": 0.76}, "own": {"acc": 0.2}})])
    assert row(imported, "`own`", "acc")[1:] == ["not measured", "n/a", "n/a"]
    assert "Measured of the base model alone: acc of `alone`." in imported.notes


def test_without_the_base_model_there_is_no_column_of_it() -> None:
    imported = told([], [lm_eval("owner/w4", {"t": {"acc": 0.76}})])
    assert imported.tables[0].table.startswith("| Task | Measure | w4 |\n")
    imported = told([lm_eval("org/model", {"t": {"acc": 0.8}})], [])
    assert [each.title for each in imported.tables] == ["Base model"]
    assert row(imported, "`t`", "acc") == ["**0.8000** ± 0.0100"]


def test_the_tasks_of_a_group_open_on_a_click() -> None:
    tasks = {"mmlu": {"acc": 0.6}, "stem": {"acc": 0.5}, **{f"task_{number}": {"acc": 0.4} for number in range(57)}}
    inside = {"mmlu": ["stem", "task_0"], "stem": [f"task_{number}" for number in range(1, 57)]}
    groups = {"groups": {"mmlu": {}, "stem": {}}, "group_subtasks": inside}
    files = [lm_eval(model, tasks, **groups) for model in ("org/model", "owner/w4")]
    imported = told(files[:1], files[1:])
    shown, _, rest = imported.tables[0].table.partition("<details>")
    assert [line.split("|")[1].strip() for line in shown.strip().splitlines()[2:]] == ["`mmlu`"]
    assert "<summary>58 more</summary>" in rest
    assert rest.count("\n| `task_") == 57
    assert "<summary>58 more</summary>" in imported.conditions
    headline = imported_headline(joined(files[:1], files[1:]), joined(files[:1], files[1:]).variants[0])
    assert headline is not None
    assert "acc on `mmlu` 0.6000 against 0.6000" in headline


def test_many_tasks_without_a_group_open_on_a_click_too() -> None:
    tasks = {f"task_{number}": {"acc": 0.4} for number in range(30)}
    (table,) = told([], [lm_eval("owner/w4", tasks)]).tables
    assert "<summary>10 more</summary>" in table.table


def test_how_far_a_model_is_from_its_base_is_no_score_of_it() -> None:
    imported = told([], [results_of(read_document(FILES / "llama_cpp-kl-divergence.txt"))])
    assert [each.title for each in imported.tables] == ["`w4`: how far from the base model"]
    assert row(imported, "Mean KLD") == ["0.06901 ± 0.00512"]
    assert row(imported, "Same top p") == ["82.5490 ± 1.6830 %"]
    assert "99.9%" not in imported.tables[0].table
    facts = joined([], [results_of(read_document(FILES / "llama_cpp-kl-divergence.txt"))])
    assert imported_headline(facts, facts.variants[0]) is None


def speeds(value: float, *settings: Setting) -> ResultsFile:
    figures = (
        Figure(metric="prefill.latency.mean", value=value, unit="s", higher_is_better=False, settings=settings),
        Figure(metric="prefill.latency.p99", value=2 * value, unit="s", higher_is_better=False, settings=settings),
    )
    return ResultsFile(
        tool="optimum-benchmark", tool_version="0.6.0", model=None, revision=None, sha256="0" * 64, figures=figures
    )


def test_speeds_have_a_table_of_their_own_and_their_machine() -> None:
    machine = Setting(name="processor", value="AMD EPYC")
    imported = told([speeds(0.5, machine)], [speeds(0.2, machine)])
    assert [each.title for each in imported.tables] == ["`w4`: speed and memory"]
    assert row(imported, "prefill.latency.mean") == ["0.2000 s", "0.5000 s", "0.400"]
    assert "Speeds of `w4` are of this machine: processor AMD EPYC; by optimum-benchmark 0.6.0." in imported.notes
    other = told([speeds(0.5, machine)], [speeds(0.2, Setting(name="processor", value="Xeon"))])
    assert row(other, "prefill.latency.mean")[2] == "not compared: processor (AMD EPYC, Xeon)"
    unknown = told([], [speeds(0.2)])
    assert unknown.notes[0].startswith("No file says on which machine the speeds of `w4` were measured")


def test_who_measured_with_what_is_told_with_the_file() -> None:
    config = {"model_args": {"pretrained": "owner/w4"}, "model_sha": "ab" * 20}
    results = lm_eval("owner/w4", {"t": {"acc": 0.76}}, config=config)
    (line,) = told([], [results]).files
    assert line == (
        f"`w4`: [`w4.json`](results/w4/w4.json), lm-eval 0.4.13, model `owner/w4`, revision `{'ab' * 20}`, "
        f"SHA-256 `{results.sha256}`"
    )
    found = build_imported(joined([], [results], copy_at=None))
    assert found is not None
    assert found.files[0].endswith("the file itself is not published")


def test_another_version_of_a_tool_and_what_is_no_number_are_told() -> None:
    base = lm_eval("org/model", {"t": {"acc": 0.8}}, lm_eval_version="0.4.9")
    imported = told([base], [lm_eval("owner/w4", {"t": {"acc": 0.76}, "bad": {"acc": float("nan")}})])
    assert "w4 was measured with lm-eval 0.4.13, the base model with 0.4.9." in imported.notes
    assert "Of `w4.json`, of `w4`: bad: acc is not a finite number." in imported.notes


def test_what_no_file_states_is_told_beside_what_is_compared() -> None:
    files = [results_of(read_document(FILES / "trainer-eval_results.json")) for _model in range(2)]
    imported = told(files[:1], files[1:])
    assert any(note.startswith("Of `w4` and the base model no file states task version,") for note in imported.notes)
