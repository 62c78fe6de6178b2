"""Whatever a manifest asks for and evidence holds, every export of it is valid, and the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardgen.export.formats import FORMATS
from cardgen.manifest.model import Manifest
from cardgen.manifest.publish import ExportFormat
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence, parse_evidence
from cardgen.records.imported import ImportedRecord, imported_record
from cardgen.records.record import DoneRecord
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results_file import Data, Figure, ResultsFile, Setting
from tests.export.asked import exported
from tests.factory import load, make_evidence
from tests.strategies import hub_ids, lines, names, reporting_manifests

SHARES = st.floats(0, 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SOME_DATA = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def evidences(draw: st.DrawFn) -> tuple[Manifest, Evidence]:
    """A manifest with evidence that fits it, of whatever numbers."""
    manifest = Manifest.model_validate(draw(reporting_manifests()))
    evidence = make_evidence(manifest, also=draw(st.sampled_from([(), tuple(manifest.variants)])))
    records = tuple(record.model_copy(update={"result": draw(_with_numbers(record))}) for record in evidence.records)
    imported = draw(st.lists(_results(manifest), max_size=2))
    return manifest, evidence.model_copy(update={"records": records, "imported": tuple(imported)})


def _results(manifest: Manifest) -> st.SearchStrategy[ImportedRecord]:
    """What a results file may say of a variant or of the base model."""
    figure = st.fixed_dictionaries(
        {"metric": names | st.sampled_from(["accuracy", "exact_match", "perplexity"]), "value": NUMBERS},
        optional={
            "variant": lines,
            "unit": st.sampled_from(["s", "tokens/s", "%", "MB"]),
            "higher_is_better": st.booleans(),
            "standard_error": NUMBERS,
            "low": NUMBERS,
            "high": NUMBERS,
            "samples": st.integers(0, 10**9),
            "task": lines,
            "task_version": lines,
            "data": st.builds(Data, id=hub_ids, config=st.none() | lines, split=st.none() | lines),
            "group": st.booleans(),
            "few_shot": st.integers(0, 25),
            "chat_template": st.booleans(),
            "limit": st.sampled_from(["all", 0.5, 100]),
            "settings": st.lists(st.builds(Setting, name=lines, value=lines), max_size=2).map(tuple),
        },
    ).map(lambda told: Figure(**told))
    results = st.builds(
        ResultsFile,
        tool=st.sampled_from(["lm-eval", "inspect_ai", "evaluate"]),
        tool_version=st.none() | lines,
        model=st.none() | hub_ids,
        revision=st.none() | lines,
        sha256=st.just("ef" * 32),
        figures=st.lists(figure, max_size=3).map(tuple),
        findings=st.lists(lines, max_size=1).map(tuple),
    )
    whose = st.sampled_from([None, *manifest.variants])
    return st.builds(imported_record, whose, st.just("results.json"), st.none() | st.just("results/a.json"), results)


@st.composite
def _with_numbers(draw: st.DrawFn, record: DoneRecord) -> Any:
    result = record.result
    if isinstance(result, EvaluateResult):
        scores = tuple(
            score.model_copy(update={"value": draw(SHARES), "low": draw(NUMBERS)}) for score in result.scores
        )
        changes = tuple(change.model_copy(update={"value": draw(NUMBERS)}) for change in result.differences)
        return result.model_copy(update={"scores": scores, "differences": changes})
    if isinstance(result, BenchmarkResult):
        return result.model_copy(update={"mean_ms": draw(st.floats(0, 1e300)), "std_ms": draw(NUMBERS)})
    return result


@pytest.mark.parametrize("name", list(FORMATS))
@SOME_DATA
@given(drawn=evidences())
def test_an_export_is_valid_and_depends_on_nothing_but_manifest_and_evidence(
    name: ExportFormat, drawn: tuple[Manifest, Evidence]
) -> None:
    manifest, evidence = drawn
    loaded = load(manifest, Path("nowhere"))
    once = exported(loaded, evidence, name)
    read = parse_evidence(dump_evidence(evidence).encode(), "evidence.json").evidence
    assert exported(loaded, read, name) == once


def test_every_format_that_a_manifest_can_name_is_one() -> None:
    assert set(get_args(ExportFormat)) == set(FORMATS)
