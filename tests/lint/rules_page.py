"""The tables of rules in docs/lint.md. ``python -m tests.lint.rules_page`` writes them anew."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.lint.finding import Rule
from cardgen.lint.rules import (
    base_facts,
    batches,
    bits_bound,
    calculated,
    chance,
    citation,
    data,
    disclosure,
    dropped,
    fidelity,
    figures,
    files,
    identity,
    library,
    links,
    metadata,
    modules,
    numbers,
    processors,
    recipes,
    samples,
    schemes,
    scores,
    shell,
    shell_commands,
    size_order,
    sizes,
    snippets,
    splits,
    structure,
    sweep,
    text,
    usage,
    weights,
    weights_origin,
)
from tests.lint.asking import ROOT

PAGE = ROOT / "docs" / "lint.md"
START = "## The rules\n"

FAMILIES: tuple[tuple[str, Sequence[Rule]], ...] = (
    ("Metadata", metadata.RULES),
    ("Text", text.RULES),
    ("Structure", structure.RULES),
    ("Numbers", (*numbers.RULES, *calculated.RULES)),
    ("Sizes", (*sizes.RULES, *size_order.RULES, *bits_bound.RULES)),
    ("Modules in FP32", modules.RULES),
    ("Data and calibration", data.RULES),
    ("Batches", batches.RULES),
    ("Chance", chance.RULES),
    ("Samples", samples.RULES),
    ("Processors", processors.RULES),
    ("Sweeps", sweep.RULES),
    ("Snippets", snippets.RULES),
    ("Commands", shell.RULES),
    ("Library", library.RULES),
    ("Links", links.RULES),
    ("One model", identity.RULES),
    ("Releases", (*dropped.RULES, *shell_commands.RULES)),
    ("Files", files.RULES),
    ("Usage", usage.RULES),
    ("Recipes", recipes.RULES),
    ("Base model", base_facts.RULES),
    ("Scores", (*scores.RULES, *figures.RULES)),
    ("Fidelity", fidelity.RULES),
    ("Splits", splits.RULES),
    ("Schemes", schemes.RULES),
    ("Weights", (*weights.RULES, *weights_origin.RULES)),
    ("Citation", citation.RULES),
    ("Disclosure", disclosure.RULES),
)


def tables() -> str:
    """A heading and a table per family."""
    return "\n".join(
        f"### {family}\n\n| rule | severity | what it finds |\n|---|---|---|\n" + "".join(map(_row, rules))
        for family, rules in FAMILIES
    )


def _row(rule: Rule) -> str:
    title = rule.title.replace("|", "\\|")
    return f"| `{rule.id}` | {rule.severity} | {title} |\n"


if __name__ == "__main__":
    before, _start, _old = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(f"{before}{START}\n{tables()}", encoding="utf-8")
