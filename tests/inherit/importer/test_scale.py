from __future__ import annotations

import pytest

from cardgen.inherit.facts.find import read_facts
from cardgen.inherit.importer.scale import scale_of


@pytest.mark.parametrize(("unit", "told"), [(" %", None), ("", "fraction")])
def test_a_value_that_a_metric_cannot_have_on_any_scale_is_on_none(unit: str, told: str | None) -> None:
    """A perplexity is 1 at the least, and 7 % are 0.07."""
    table = f"| | W4A16 | FP32 |\n|---|---|---|\n| Perplexity | 7.0{unit} | 6.9{unit} |\n"
    facts = read_facts(f"---\nbase_model: acme/gull-4b\n---\n# gull-4b-w4a16\n\n{table}")[1]
    figures = [figure for figure in facts.figures if figure.quantity == "perplexity"]
    assert len(figures) == 2
    assert scale_of("perplexity", figures) == told
