"""``cardgen review``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cardgen.cli.options import json_option

if TYPE_CHECKING:
    from cardgen.review.decisions.decision import Verdict
    from cardgen.review.decisions.since import Review

base_option = click.option(
    "--base",
    metavar="REV",
    help="Compare with where the working tree parted from REV; by default from the remote's main branch.",
)


@click.group("review", invoke_without_command=True)
@base_option
@json_option
@click.pass_context
def command(context: click.Context, base: str | None, as_json: bool) -> int:
    """List the changes of cards that wait for a decision; fail while there are any.

    Everything is compared that differs from the commit at which the working tree parted from REV. What the project's
    settings hold for bad enough must be accepted; what was rejected must go. Decisions stand in reviews/NAME.yaml, to
    be committed.
    """
    context.obj = base
    if context.invoked_subcommand is not None:
        return 0
    from cardgen.cli.boundary import say
    from cardgen.review.decisions.listing import listing_as_json, listing_as_text, summary

    review = _review(base)
    click.echo(listing_as_json(review) if as_json else _visible(listing_as_text(review)), nl=False)
    for card in review.cards:
        if card.comparison.error is not None:
            say(f"error: {card.comparison.name} could not be compared: {card.comparison.error}")
        for fingerprint in card.outdated:
            what = card.decisions.by_fingerprint[fingerprint].change
            say(f"note: {card.decisions.file}: {fingerprint} is on a change that is not there any more: {what}")
    say(summary(review))
    return review.exit_code


def _decision(verdict: Verdict, verb: str) -> click.Command:
    @click.command(verb)
    @click.argument("fingerprints", metavar="FINGERPRINT...", nargs=-1)
    @click.option("--all", "every", is_flag=True, help="All changes that are open.")
    @click.option("--reason", "-m", required=True, metavar="TEXT", help="Why, for those who read the file.")
    @base_option
    @click.pass_context
    def decide(
        context: click.Context, fingerprints: tuple[str, ...], every: bool, reason: str, base: str | None
    ) -> int:
        from cardgen.cli.boundary import say
        from cardgen.errors import UsageError
        from cardgen.review.decisions.decide import decide_on

        if every == bool(fingerprints):
            raise UsageError("name the changes to decide on, or --all", remedy="`cardgen review` lists them.")
        review = _review(base or context.obj)
        for decided in decide_on(review, None if every else fingerprints, verdict, reason=reason):
            count = len(decided.changes)
            click.echo(_visible(f"{decided.file}: {count} change{'' if count == 1 else 's'} {verdict}\n"), nl=False)
            if decided.ended:
                say(f"nothing more is open in {decided.name}")
        return 0

    decide.help = f"""{verb.capitalize()} changes, by their fingerprints as `cardgen review` lists them.

    Six digits of a fingerprint do, where no other begins with them. The decision is written into reviews/NAME.yaml,
    with the name and address that git would write into a commit.
    """
    return decide


command.add_command(_decision("accepted", "accept"))
command.add_command(_decision("rejected", "reject"))


def _review(base: str | None) -> Review:
    from pathlib import Path

    from cardgen.review.decisions.since import review_since
    from cardgen.review.sides.git import Repository

    return review_since(base if base is not None else Repository.around(Path()).main_branch())


def _visible(text: str) -> str:
    from cardgen.cli.visible import visible

    return visible(text)
