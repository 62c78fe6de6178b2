"""``cardgen schema``."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of a manifest, which editors complete and check by."""
    from cardgen.manifest.schema import schema_text

    click.echo(schema_text(), nl=False)
