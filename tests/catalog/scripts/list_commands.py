"""Writes the commands of huggingface_hub's programs, with their options, as JSON; run in an environment that has it."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import sys
from typing import Any

PROGRAMS = {"hf": "huggingface_hub.cli.hf", "huggingface-cli": "huggingface_hub.commands.huggingface_cli"}


def of_click(command: Any, path: str, found: dict[str, list[str]]) -> None:
    """Since 1.0; a group loads its commands when it is asked for them."""
    command = command.materialize() if hasattr(command, "materialize") else command
    context = command.context_class(command, info_name=path, resilient_parsing=True)
    for written, inner in getattr(command, "commands", {}).items():
        for name in written.split("|"):  # a command and its other names
            of_click(inner, f"{path} {name.strip()}", found)
    options = {text for one in command.get_params(context) for text in (*one.opts, *one.secondary_opts)} | {"-h"}
    utilities = importlib.import_module("huggingface_hub.cli._cli_utils")
    if hasattr(utilities, "FormatOpt"):  # taken out of the arguments before a command reads them
        options |= {"--format", "--json", "--no-truncate", "--quiet", "-q"}
    found[path] = sorted(text for text in options if text.startswith("-"))


def of_argparse(parser: argparse.ArgumentParser, path: str, found: dict[str, list[str]]) -> None:
    """Before."""
    found[path] = sorted({text for action in parser._actions for text in action.option_strings})
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                of_argparse(inner, f"{path} {name}", found)


class StoppedError(Exception):
    """Ends a program where it would read its arguments."""


def listed(program: str, module: str) -> dict[str, list[str]]:
    """Path of each command to its options; empty where there is no such program, or one that only says so."""
    found: dict[str, list[str]] = {}
    try:
        loaded: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        return found
    if hasattr(loaded, "app"):
        app = loaded.app
        if not hasattr(app, "params"):
            app = importlib.import_module("typer.main").get_command(app)
        of_click(app, program, found)
        return found

    def stop(parser: argparse.ArgumentParser, *_arguments: Any) -> None:
        of_argparse(parser, program, found)
        raise StoppedError

    argparse.ArgumentParser.parse_args = stop  # type: ignore[method-assign, assignment]
    with contextlib.suppress(StoppedError):
        loaded.main()
    return found


if __name__ == "__main__":
    sys.argv[1:] = []
    json.dump({program: listed(program, module) for program, module in PROGRAMS.items()}, sys.stdout)
