"""The command line: parse, call, print. Commands are imported when they are called, so that help comes at once."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

import cardgen

_COMMANDS: Mapping[str, str] = {
    "demo": "Train a tiny real model, quantize it, and build its card.",
    "init": "Write a manifest skeleton from a base model.",
    "import": "Make a manifest from an existing card.",
    "plan": "Show the steps of manifests, and which are stored already.",
    "build": "Run what is missing and write the cards.",
    "check": "Compare committed cards with their manifests and evidence.",
    "report": "Tell a whole fleet in one table.",
    "lint": "Find what is wrong with any model card.",
    "diff": "Tell what changed in meaning between states of cards.",
    "review": "List changes that wait for a decision, and decide on them.",
    "inspect": "Tell what a quantized model is, from its headers.",
    "results": "Tell what results files of evaluation tools say.",
    "export": "Tell evidence in other people's formats.",
    "preview": "Show cards as the Hub would, in local pages.",
    "github": "Review a pull request in a job of GitHub Actions.",
    "git": "Have git show evidence as figures, and merge it record by record.",
    "push": "Publish cards and weights on the Hub.",
    "pull": "Bring what people edited on the Hub into manifests.",
    "verify": "Ask whether the Hub serves what was pushed.",
    "env": "List, create and remove backend environments.",
    "schema": "Print the JSON Schema of manifests.",
}


_MODULES: Mapping[str, str] = {"import": "import_card"}
"""Commands whose name cannot be a module's."""


class _Group(click.Group):
    """Knows its commands by name and one line of help, without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cardgen.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name not in _COMMANDS and not name.startswith("-"):
            from cardgen.catalog.suggest import remedy_for

            raise click.UsageError(f"there is no command {name!r}; {remedy_for(name, _COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(cardgen.__version__, prog_name="cardgen", message="%(prog)s %(version)s")
def command_line() -> None:
    """Measured model cards for quantized models.

    One YAML manifest in; a measured, reviewed, published model card out.
    """


_OBJECTS_PER_COLLECTION = 200_000
"""Imports and cards make hardly any garbage that counting references does not free: Python's 700 looks for it in vain,
for a twentieth of the time of a check."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    from cardgen.cli import boundary
    from cardgen.cli.streams import take_streams

    take_streams()
    gc.set_threshold(_OBJECTS_PER_COLLECTION)

    def run() -> Any:
        return command_line.main(args=arguments, prog_name="cardgen", standalone_mode=False)

    return boundary.guard(run, sys.argv[1:] if arguments is None else arguments)
