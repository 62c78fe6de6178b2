"""``cardgen github``."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

import click

from cardgen.cli.options import PATH


@click.command("github")
@click.option("--author", metavar="LOGIN", help="Who the token writes as.  [default: github-actions[bot]]")
@click.option("--pages", type=PATH, default="build/review", show_default=True, help="Where the pages are written.")
def command(author: str | None, pages: Path) -> int:
    """Review a pull request in a job of GitHub Actions: check its cards, and say in one comment what it changes.

    The job's environment says what is reviewed. The repository has an action that runs this; see docs/review.md.
    """
    from cardgen.cli.boundary import say, say_error, worst
    from cardgen.cli.visible import visible
    from cardgen.errors import GithubError, UsageError
    from cardgen.manifest.load import repository_root
    from cardgen.review.diff.formats.github import as_github
    from cardgen.review.github.comment import ACTIONS_BOT
    from cardgen.review.github.event import read_job
    from cardgen.review.github.pages import write_pages
    from cardgen.review.github.publish import publish
    from cardgen.review.github.review import review_of

    job = read_job(os.environ)
    address = None
    with _no_commands():
        reviewed = review_of(job.event, say)
    review = reviewed.review
    annotations = as_github(
        review.comparisons,
        review.decided,
        review.is_open,
        manifests=reviewed.manifests,
        root=repository_root(Path.cwd()),
    )
    click.echo(visible(annotations), nl=False)
    with _no_commands():
        codes = [review.exit_code]
        try:
            address = publish(job, review, author=author or ACTIONS_BOT, say=say)
        except GithubError as error:
            say_error(error)
            codes.append(error.exit_code)
        try:
            write_pages(reviewed, pages)
        except UsageError as error:
            say_error(error)
            codes.append(error.exit_code)
        say(review.line)
    if job.output is not None:
        with job.output.open("a", encoding="utf-8") as file:
            file.write(f"open={review.open}\ncomment={address or ''}\n")
    return worst(codes)


@contextmanager
def _no_commands() -> Iterator[None]:
    """What is printed within is text to the runner, whoever wrote what it quotes.

    Source: GitHub's documentation, "Workflow commands for GitHub Actions", on stopping and starting them. The runner
    reads the two streams apart, so that there is one.
    """
    token = secrets.token_hex()
    with redirect_stderr(sys.stdout):
        click.echo(f"::stop-commands::{token}")
        try:
            yield
        finally:
            click.echo(f"::{token}::")
