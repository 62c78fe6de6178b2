"""``cardgen export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import load_all, manifests_argument

if TYPE_CHECKING:
    from cardgen.export.model import Export
    from cardgen.manifest.model import LoadedManifest
    from cardgen.manifest.publish import ExportFormat


@click.command("export")
@manifests_argument(required=True)
@click.option(
    "--format",
    "name",
    type=click.Choice(["every-eval-ever", "cyclonedx"]),
    required=True,
    help="every-eval-ever: results, a document for each model. cyclonedx: an ML-BOM for each repository.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder to write to, as the format's collections are laid out. Nothing there is overwritten.",
)
@click.option("--json", "as_json", is_flag=True, help="A list with an entry a repository (`cardgen schema export`).")
def command(manifests: tuple[Path, ...], name: ExportFormat, output: Path | None, as_json: bool) -> None:
    """Tell the committed evidence of each MANIFEST in another format; nothing runs.

    Documents go to standard output, one after another, or into a folder. What a card says and the format has no place
    for is listed on standard error. `publish: {exports: [every-eval-ever]}` publishes the same beside the card.
    """
    from cardgen.cli.boundary import say
    from cardgen.cli.new_files import write_new
    from cardgen.cli.visible import visible
    from cardgen.errors import shown
    from cardgen.export.formats import FORMATS
    from cardgen.export.presentation import report_of, target_of
    from cardgen.export.sources import dump_document
    from cardgen.records.sealed_text import seal_text

    found = [(part, export) for loaded in load_all(manifests) for part, export in _exported(loaded, name)]
    documents = {target_of(part, each): each.content for part, export in found for each in export.documents}
    texts = {path: seal_text(dump_document(content), path) for path, content in documents.items()}
    if output is not None:
        write_new({output / path: text for path, text in texts.items()})
    if as_json:
        reports = (report_of(part, name, export).model_dump_json(indent=2) for part, export in found)
        click.echo("[" + ",\n".join(reports) + "]")
        return
    for part, export in found:
        for each in export.left_out:
            say(visible(f"{shown(part.path)}: not in {FORMATS[name].title}: {each.what}: {each.why}"))
        if not export.documents:
            say(f"{shown(part.path)}: there is nothing to tell in {FORMATS[name].title}")
    for path, text in texts.items():
        click.echo(text if output is None else shown(output / path), nl=output is not None)


def _exported(loaded: LoadedManifest, name: ExportFormat) -> list[tuple[LoadedManifest, Export]]:
    from cardgen.card.assemble import card_place
    from cardgen.export.beside import export_evidence

    evidence = card_place(loaded).read_evidence()
    return [(part, export_evidence(part, evidence, card_place(part), name)) for part in loaded.parts]
