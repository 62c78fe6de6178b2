from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardgen.errors import UsageError
from cardgen.inherit.importer.make import Overrides, import_card
from cardgen.lint.reading.mojibake import find_misread
from tests.inherit.importer.cards import CARDS
from tests.inherit.importer.mutations import mutated
from tests.inherit.importer.test_make import load

COMMITTED = Path(__file__).parents[3] / "cards"
ALL = (*CARDS.values(), *(path.read_text(encoding="utf-8") for path in sorted(COMMITTED.glob("*/README.md"))))
GIVEN = (
    None,
    Overrides(None, "acme/base", "text-classification", None),
    Overrides("acme/x-int8", "acme/base", "text-classification", "static"),
    Overrides("acme/x-int8", "acme/base", "summarization", "dynamic"),
    Overrides("acme/x-onnx", "acme/base", "fill-mask", "none"),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(GIVEN))
def test_a_mutated_card_gives_a_manifest_that_loads_or_a_demand(
    tmp_path: Path, seed: int, given_: Overrides | None
) -> None:
    try:
        made = import_card(mutated(seed, ALL), "card", "card", given_, misread=find_misread)
    except UsageError as demand:
        assert "--" in demand.remedy  # noqa: PT017 - one of two right ends
    else:
        load(made, tmp_path)
