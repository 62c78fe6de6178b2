"""The one place where errors become text and exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

import cardgen
from cardgen.cli.streams import let_go
from cardgen.cli.visible import visible
from cardgen.errors import CardgenError, OutputError
from cardgen.masking import masked

INTERRUPTED = 130
BUG = 70


def guard(run: Callable[[], Any], arguments: Sequence[str]) -> int:
    """Call ``run`` and return the exit code of how it ended; whatever went wrong is told on standard error."""
    try:
        result = run()
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        told = io.StringIO()  # what was typed wrong may be quoted in it, secrets and all
        error.show(told)
        say(told.getvalue().rstrip("\n"))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("interrupted; finished steps are kept, and the next build goes on from there")
        return INTERRUPTED
    except CardgenError as error:
        if isinstance(error, OutputError):
            let_go(sys.stdout)
        say_error(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone, as in `cardgen schema | head`.
        let_go(sys.stdout)
        return 0
    except Exception:  # noqa: BLE001 - the last resort: a report in place of a bare traceback
        _report_bug(arguments)
        return BUG
    return result if isinstance(result, int) else 0


def say(message: str) -> None:
    """Write a line to standard error, without secrets and control characters."""
    try:
        click.echo(visible(masked(message)), err=True)
    except OSError:  # it is full or gone: there is nobody to tell, and the exit code still says it
        let_go(sys.stderr)


def say_error(error: CardgenError) -> None:
    """Write an error with its remedy to standard error."""
    say(f"error: {error}")


def worst(codes: Sequence[int]) -> int:
    """The exit code of a run over several manifests: 5 over 4, 3 over 1, 0 only where all are fine."""
    return max(codes, default=0)


def _report_bug(arguments: Sequence[str]) -> None:
    import platform
    import traceback

    say("This is a bug in cardgen. Please report it, with what follows:\n")
    say(f"cardgen {cardgen.__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    say(f"cardgen {' '.join(arguments)}\n")
    say(traceback.format_exc().replace(os.path.expanduser("~"), "~"))  # noqa: PTH111 - a plain text replacement
