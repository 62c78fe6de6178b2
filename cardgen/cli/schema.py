"""``cardgen schema``."""

from __future__ import annotations

import click

_KINDS = ("manifest", "diff", "inspection", "results", "comparison", "export", "report", "anew")


@click.command("schema")
@click.argument(
    "what",
    type=click.Choice(["manifest", "diff", "inspection", "results", "comparison", "export", "report", "anew"]),
    default="manifest",
)
def command(what: str) -> None:
    """Print the JSON Schema of a manifest, which editors complete and check by.

    Or of what `diff --json` or `inspect --json` prints; or of each entry in the list of `results --json`, of
    `results --against FILE --json`, which is `comparison`, of `export --json` and `report --json`, which with
    `--stale-against` is `anew`.
    """
    click.echo(_text(what), nl=False)


def _text(what: str) -> str:
    if what == "diff":
        from cardgen.review.diff.formats.json_report import diff_schema_text

        return diff_schema_text()
    if what == "inspection":
        from cardgen.weights.inspect.schema import inspection_schema_text

        return inspection_schema_text()
    if what == "results":
        from cardgen.results.schema import results_schema_text

        return results_schema_text()
    if what == "comparison":
        from cardgen.results.schema import comparison_schema_text

        return comparison_schema_text()
    if what in ("report", "anew"):
        from cardgen.review.report.formats import report_schema_text

        return report_schema_text(what)
    if what == "export":
        from cardgen.export.presentation import export_schema_text

        return export_schema_text()
    from cardgen.manifest.schema import schema_text

    return schema_text()
