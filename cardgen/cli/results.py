"""``cardgen results``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("results")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A list of what each says, as JSON (`cardgen schema results`).")
def command(files: tuple[Path, ...], as_json: bool) -> None:
    """Tell what results files of evaluation tools say.

    Of lm-eval, lighteval, inspect_ai, optimum-benchmark, llama.cpp, sentence-transformers, evaluate and transformers.
    What a file does not state is not guessed, and no path, host or user that it names is told.
    """
    from cardgen.cli.visible import visible
    from cardgen.errors import Problem, ResultsError, shown
    from cardgen.results.entry import read_results
    from cardgen.results.figure import ResultsFile
    from cardgen.results.presentation import as_text

    told: list[ResultsFile] = []
    problems: list[Problem] = []
    for file in files:
        try:
            told.append(read_results(file))
        except ResultsError as error:
            problems += error.problems
    if problems:
        raise ResultsError(tuple(problems))
    if as_json:
        click.echo("[" + ",\n".join(results.model_dump_json(indent=2) for results in told) + "]")
    else:
        texts = [as_text(results, shown(file)) for results, file in zip(told, files, strict=True)]
        click.echo(visible("\n".join(texts)), nl=False)
