"""``cardgen inspect``."""

from __future__ import annotations

import click


@click.command("inspect")
@click.argument("model", metavar="FOLDER|FILE|OWNER/NAME[@REVISION][:FILE]")
@click.option("--json", "as_json", is_flag=True, help="Every module and file, as JSON (`cardgen schema inspection`).")
@click.option("--no-hashes", is_flag=True, help="Take no SHA-256 of files here, which reads all of them.")
@click.option("--modules", "list_modules", is_flag=True, help="List every module, not only how many there are.")
def command(model: str, as_json: bool, no_hashes: bool, list_modules: bool) -> None:
    """Tell what a quantized model is, from headers and configurations alone.

    No weight is read and nothing of a file runs; from the Hub only headers are fetched. A path that exists goes before
    a repository of that name.
    """
    from cardgen.cli.model_files import model_files
    from cardgen.cli.visible import visible
    from cardgen.weights.inspect.entry import inspect
    from cardgen.weights.inspect.presentation import as_text

    inspection = inspect(model_files(model), hashes=not no_hashes)
    if as_json:
        click.echo(inspection.model_dump_json(indent=2))
    else:
        click.echo(visible(as_text(inspection, model, list_modules=list_modules)), nl=False)
