"""Whatever results files hold, the card has whole tables, finite numbers, and none where conditions differ."""

from __future__ import annotations

import math
import re
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.card.facts.imported import imported_rows
from cardgen.card.metadata.imported import imported_results
from cardgen.card.sections.imported import build_imported, imported_headline
from cardgen.records.evidence_file import dump_evidence, parse_evidence
from cardgen.records.results_file import ResultsFile
from tests.card.sections.test_imported import joined
from tests.results.strategies import results_files

CONDITIONS = ("task_version", "few_shot", "chat_template", "limit", "samples", "unit")
several = st.lists(results_files(), max_size=2)


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line)))


@given(several, several)
@settings(max_examples=60, deadline=None)
def test_tables_are_whole_and_numbers_finite(base: list[ResultsFile], w4: list[ResultsFile]) -> None:
    facts = joined(base, w4)
    imported = build_imported(facts)
    assert (imported is None) == (not base and not w4)
    if imported is None:
        return
    texts = [imported.note, imported.conditions, *imported.notes, *imported.files]
    texts += [each.table for each in imported.tables]
    headline = imported_headline(facts, facts.variants[0])
    for text in chain(texts, [headline or ""]):
        assert not re.search(r"\b(?:nan|inf|None)\b", text)
        assert "<b>" not in text
        assert "\n\n\n" not in text
    for table in (imported.conditions, *(each.table for each in imported.tables)):
        for block in table.split("\n\n"):
            lines = [line for line in block.splitlines() if line.startswith("|")]
            assert len({cells(line) for line in lines}) <= 1


@given(several, several)
@settings(max_examples=60, deadline=None)
def test_only_like_is_compared(base: list[ResultsFile], w4: list[ResultsFile]) -> None:
    facts = joined(base, w4)
    for row in imported_rows(facts, facts.variants[0]):
        compared = row.compared
        if row.base is None or compared is None:
            continue
        alike = all(getattr(row.base.figure, name) == getattr(row.of.figure, name) for name in CONDITIONS)
        assert alike or (compared.difference, compared.recovery, compared.increase) == (None, None, None)
        for estimate in (compared.difference, compared.recovery, compared.increase):
            if estimate is not None:
                assert not compared.differs
                assert math.isfinite(estimate.value)
                assert (estimate.low is None) == (estimate.high is None)
                if estimate.low is not None and estimate.high is not None:
                    assert estimate.low <= estimate.value <= estimate.high
        assert compared.recovery is None or compared.increase is None


@given(several)
@settings(max_examples=60, deadline=None)
def test_the_hub_is_told_only_figures_of_tasks_as_the_card_shows_them(w4: list[ResultsFile]) -> None:
    facts = joined([], w4)
    imported = build_imported(facts)
    tables = "".join(each.table for each in imported.tables) if imported else ""
    shown = {float(text.replace("\N{MINUS SIGN}", "-")) for text in re.findall(r"\*\*(.+?)\*\*", tables)}
    for result in imported_results(facts, facts.variants[0], "text-generation", "Language modelling"):
        assert result.source_name
        assert result.source_url
        assert {metric.value for metric in result.metrics} <= shown


@given(several, several)
@settings(max_examples=40, deadline=None)
def test_evidence_is_read_as_it_was_written(base: list[ResultsFile], w4: list[ResultsFile]) -> None:
    evidence = joined(base, w4).evidence
    parsed = parse_evidence(dump_evidence(evidence).encode(), "evidence.json")
    assert parsed.sound
    assert parsed.evidence == evidence
