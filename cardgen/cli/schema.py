"""``cardgen schema``."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("what", type=click.Choice(["manifest", "diff"]), default="manifest")
def command(what: str) -> None:
    """Print the JSON Schema of a manifest, which editors complete and check by, or of what `diff --json` prints."""
    if what == "diff":
        from cardgen.review.diff.formats.json_report import diff_schema_text

        click.echo(diff_schema_text(), nl=False)
        return
    from cardgen.manifest.schema import schema_text

    click.echo(schema_text(), nl=False)
