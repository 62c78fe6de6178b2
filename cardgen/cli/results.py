"""``cardgen results``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cardgen.records.frozen import Frozen
    from cardgen.records.results_file import ResultsFile

_FILE = click.Path(path_type=Path)


@click.command("results")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--against", metavar="FILE", type=_FILE, help="Compare each with this one, which is the baseline's.")
@click.option(
    "--json", "as_json", is_flag=True, help="A list with an entry a file (`cardgen schema results|comparison`)."
)
def command(files: tuple[Path, ...], against: Path | None, as_json: bool) -> None:
    """Tell what results files of evaluation tools say.

    Of lm-eval, lighteval, inspect_ai, optimum-benchmark, llama.cpp, sentence-transformers, evaluate and transformers.
    What a file does not state is not guessed, and no path, host or user that it names is told.

    Figures are compared only where task version, few-shot count, chat template, limit and samples are the same: where
    they are not, that is said in the place of a number.
    """
    from cardgen.cli.visible import visible
    from cardgen.errors import shown
    from cardgen.results.compare import compare
    from cardgen.results.presentation import as_text, comparison_as_text

    if against is None:
        told = _read(files)
        entries: list[Frozen] = [*told]
        texts = [as_text(results, shown(file)) for results, file in zip(told, files, strict=True)]
    else:
        baseline, *others = _read((against, *files))
        compared = [compare(baseline, other) for other in others]
        entries = [*compared]
        texts = [
            comparison_as_text(one, shown(file), shown(against)) for one, file in zip(compared, files, strict=True)
        ]
    if as_json:
        click.echo("[" + ",\n".join(entry.model_dump_json(indent=2) for entry in entries) + "]")
    else:
        click.echo(visible("\n".join(texts)), nl=False)


def _read(files: tuple[Path, ...]) -> list[ResultsFile]:
    """Read them all, so that whatever is wrong with any is said at once."""
    from cardgen.errors import Problem, ResultsError
    from cardgen.results.entry import read_results

    told: list[ResultsFile] = []
    problems: list[Problem] = []
    for file in files:
        try:
            told.append(read_results(file))
        except ResultsError as error:
            problems += error.problems
    if problems:
        raise ResultsError(tuple(problems))
    return told
