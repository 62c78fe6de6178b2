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
    from cardgen.cli.model_files import model_files, one_of
    from cardgen.cli.visible import visible
    from cardgen.errors import SeveralModelsError
    from cardgen.weights.inspect.entry import inspect
    from cardgen.weights.inspect.presentation import as_text

    files = model_files(model)
    try:
        told = {model: inspect(files, hashes=not no_hashes)}
    except SeveralModelsError as error:
        if as_json:  # whose schema is that of one
            raise
        told = {f"{model}: {name}": inspect(one_of(files, name), hashes=not no_hashes) for name in error.models}
    if as_json:
        click.echo(told[model].model_dump_json(indent=2))
        return
    texts = [as_text(inspection, label, list_modules=list_modules) for label, inspection in told.items()]
    click.echo(visible("\n".join(texts)), nl=False)
