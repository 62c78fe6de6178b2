"""Prints a table: ``python -m tests.bench``, or ``python -m tests.bench NAME...`` for some families of rows."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence

from tests.bench import cards, commands, demo, evaluation, tuning
from tests.bench.table import Row, layout

FAMILIES: Mapping[str, Callable[[], Sequence[Row]]] = {
    "commands": commands.rows,
    "cards": cards.rows,
    "demo": demo.rows,
    "evaluation": evaluation.rows,
    "nncf": tuning.nncf_rows,
    "fit": tuning.fit_rows,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FAMILIES)}; all without one")
    names = parser.parse_args().names or list(FAMILIES)
    unknown = [name for name in names if name not in FAMILIES]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(FAMILIES)}")
    print(layout(row for name in names for row in FAMILIES[name]()))


if __name__ == "__main__":
    main()
