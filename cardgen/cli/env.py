"""``cardgen env``."""

from __future__ import annotations

import json

import click

from cardgen.cli.options import json_option, pip_args_option, quiet_option, reporter


@click.group("env")
def command() -> None:
    """List, create and remove backend environments.

    Each holds one set of heavy libraries in exact versions, apart from cardgen's own. They are made on first use, in
    the user's cache folder, or in that of the variable CARDGEN_CACHE.
    """


@command.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Show the environments and their state.

    Ready, absent, broken (half-made) or outdated (of a former lock, no longer used).
    """
    from cardgen.run.environments import list_environments

    environments = list_environments()
    if as_json:
        rows = [
            {
                "name": environment.name,
                "state": environment.state,
                "path": str(environment.path),
                "python": str(environment.python) if environment.python else None,
                "python_version": environment.python_version,
                "lock_sha256": environment.lock_sha256,
            }
            for environment in environments
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(environment.name) for environment in environments)
    for environment in environments:
        python = f"Python {environment.python_version or '?'}"
        click.echo(f"{environment.name:<{width}}  {environment.state:<8}  {python:<11}  {environment.path}")


@command.command("create")
@click.argument("name")
@pip_args_option
@quiet_option
def create_command(name: str, pip_args: tuple[str, ...], quiet: bool) -> None:
    """Make the environment NAME.

    Unless it is ready; prints its interpreter.
    """
    from cardgen.run.environments import ensure_environment

    click.echo(ensure_environment(name, reporter(quiet), pip_args))


@command.command("remove")
@click.argument("name")
@quiet_option
def remove_command(name: str, quiet: bool) -> None:
    """Remove the environment NAME.

    With its half-made and outdated copies.
    """
    from cardgen.run.environments import find_environment, remove_environment

    removed = remove_environment(find_environment(name))
    if quiet:
        return
    for folder in removed:
        click.echo(f"removed {folder}", err=True)
    if not removed:
        click.echo(f"{name} was not there", err=True)
