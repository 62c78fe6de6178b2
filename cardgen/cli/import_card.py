"""``cardgen import``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cardgen.cli.options import PATH, json_option

if TYPE_CHECKING:
    from cardgen.inherit.importer.report import Told
    from cardgen.lint.engine import LintReport

Approach = Literal["static", "dynamic", "none", "weight-only", "qat", "not-stated"]
_APPROACHES: tuple[Approach, ...] = ("static", "dynamic", "none", "weight-only", "qat", "not-stated")
MOST_OF_ONE_KIND = 50
"""Lines that tell what became of a card's content; a card of a thousand sections would else bury the rest."""


@click.command("import")
@click.argument("card", metavar="CARD.md", type=PATH)
@click.option("-o", "--output", type=PATH, metavar="MANIFEST", help="Write MANIFEST instead of manifests/NAME.yaml.")
@click.option("--repo-id", metavar="ID", help="Where the model is published, as owner/name.")
@click.option("--base-model", metavar="ID", help="Hub id of the model that it was made from.")
@click.option("--task", metavar="TAG", help="Pipeline tag of the Hub.")
@click.option("--approach", type=click.Choice(_APPROACHES), help="How it was quantized, if at all.")
@click.option(
    "--weights",
    metavar="FOLDER|FILE|OWNER/NAME[@REVISION][:FILE]",
    help="The model's files: the manifest names them, and they decide scheme, format, maker, base model and size.",
)
@json_option
def command(
    card: Path,
    output: Path | None,
    repo_id: str | None,
    base_model: str | None,
    task: str | None,
    approach: str | None,
    weights: str | None,
    as_json: bool,
) -> int:
    """Write a manifest that builds a card of the same facts as CARD.md.

    What the card states becomes reported results with the card as their source. What is not understood is kept as
    prose, in files beside the manifest, and listed. A file that is there already is never overwritten. Where the
    model's files are named, the manifest names them too; they go before the card, and what gave way is listed.
    """
    from cardgen.cli.boundary import say
    from cardgen.cli.model_files import held_models
    from cardgen.cli.new_files import refuse_existing, write_new, write_schema
    from cardgen.errors import ManifestError, shown
    from cardgen.inherit.importer.make import Overrides, import_card
    from cardgen.inherit.parse import read_card
    from cardgen.lint.engine import lint
    from cardgen.lint.reading.mojibake import find_misread
    from cardgen.manifest.load import load_manifest

    source = read_card(card)
    given = Overrides(repo_id, base_model, task, _approach(approach))
    stem = card.stem if card.stem.lower() != "readme" else card.absolute().parent.name
    folder = output.parent if output else Path("manifests")
    held, models = ((), ()) if weights is None else held_models(weights, folder)
    imported = import_card(source, stem, output.stem if output else None, given, misread=find_misread, files=models)
    path = output or folder / f"{imported.name}.yaml"
    files = {path.parent / name: text for name, text in imported.prose.items()}
    refuse_existing(path, *files)
    write_new({**files, path: imported.text})
    write_schema(path.parent)
    report = lint(source, str(card), weights=held)
    try:
        load_manifest(path)
        code = 0
    except ManifestError as error:
        say(f"{error}\nthe manifest is written, and this in it is for you to mend")
        code = error.exit_code
    if as_json:
        click.echo(
            json.dumps(
                {
                    "manifest": shown(path),
                    "prose": [shown(file) for file in files],
                    "told": [{"kind": told.kind, "text": told.text, "line": told.line} for told in imported.told],
                    "findings": [vars(finding) for finding in report.told],
                },
                indent=2,
            )
        )
        return code
    for line in _told(imported.told):
        say(line)
    for line in _wrong(report, card):
        say(line)
    click.echo(shown(path))
    return code


def _approach(text: str | None) -> Approach | None:
    return next((approach for approach in _APPROACHES if approach == text), None)


def _told(every: Iterable[Told]) -> Iterator[str]:
    """What became of the card's content, in its order; of each kind as much as a person reads, and how much more."""
    seen: Counter[str] = Counter()
    for told in every:
        seen[told.kind] += 1
        if seen[told.kind] <= MOST_OF_ONE_KIND:
            yield str(told)
    for kind, count in seen.items():
        if count > MOST_OF_ONE_KIND:
            yield f"{kind}: {count - MOST_OF_ONE_KIND} more, which --json lists"


def _wrong(report: LintReport, card: Path) -> list[str]:
    """What is wrong with the card that was imported."""
    counts = [(report.count("error"), "error"), (report.count("warning"), "warning"), (report.count("note"), "note")]
    parts = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
    if not parts:
        return ["nothing is wrong with that card as far as cardgen lint can see"]
    lines = [f"wrong with that card: {', '.join(parts)} (cardgen lint {card} says what to do)"]
    lines += [
        f"  {finding.line}:{finding.column}: {finding.severity}: {finding.message} [{finding.rule}]"
        for finding in report.told
        if finding.severity != "note"
    ]
    return lines
