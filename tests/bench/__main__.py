"""Prints tables: ``python -m tests.bench``, or ``python -m tests.bench NAME...`` for some families of rows."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence

from tests.bench import (
    cards,
    classifier,
    commands,
    demo,
    evaluation,
    fleet,
    git,
    inspect,
    preview,
    publish,
    review,
    suite,
    tuning,
)
from tests.bench.table import Row, layout

FAMILIES: Mapping[str, Callable[[], Sequence[Row]]] = {
    "help": commands.help_rows,
    "check": commands.check_rows,
    "review": review.rows,
    "preview": preview.rows,
    "inspect": inspect.rows,
    "cards": cards.rows,
    "git": git.rows,
    "publish": publish.rows,
    "demo": demo.rows,
    "evaluation": evaluation.rows,
    "fleet": fleet.rows,
    "nncf": tuning.nncf_rows,
    "fit": tuning.fit_rows,
    "classifier": classifier.rows,
}
ASKED: Mapping[str, Callable[[], Sequence[Row]]] = {"suite": suite.rows}
"""Families that are measured only where they are named: they take longest."""


def main() -> None:
    """Measure and print; each family as soon as it is measured, since all together take half an hour."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(FAMILIES)} (all of these without one), {', '.join(ASKED)}; several also with commas",
    )
    names = [name for names in parser.parse_args().names for name in names.split(",")] or list(FAMILIES)
    families = {**FAMILIES, **ASKED}
    unknown = [name for name in names if name not in families]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(families)}")
    for name in names:
        print(layout(families[name]()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
