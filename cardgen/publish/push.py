"""Publishing one card: stage, compare, commit once, and know what became of it."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cardgen.card.assemble import card_place
from cardgen.errors import HubError, StepError
from cardgen.manifest.model import LoadedManifest
from cardgen.publish.attempt import Attempt
from cardgen.publish.hub import Hub
from cardgen.publish.hub.credentials import no_token
from cardgen.publish.meaning import Tell, untold
from cardgen.publish.outcome import Log, Outcome, PushOptions
from cardgen.publish.staging import stage
from cardgen.publish.verify import verify_push
from cardgen.records.store import Store

_DEFAULT = PushOptions()


def _ignore(_line: str) -> None:
    """Say nothing."""


def push(
    loaded: LoadedManifest,
    options: PushOptions = _DEFAULT,
    *,
    hub: Hub | None = None,
    log: Log = _ignore,
    tell: Tell = untold,
) -> Outcome:
    """Publish the card of a manifest, or of a part of it, with evidence and weights. Have it checked first.

    Args:
        loaded: the manifest.
        options: where to, and how.
        hub: the client; by default one of the endpoint that huggingface_hub is set to.
        log: takes lines for people.
        tell: says what it changes in meaning, for the commit's message and a pull request's text.

    Raises:
        EvidenceError: where the card's evidence cannot be read, or does not fit the manifest.
        FindingsError: where something that is to be published is missing.
        HubError: where the Hub refuses or holds somebody else's edits; nothing was changed.
        StepError: where there is no room to lay out what is to be sent.
    """
    hub = hub or Hub(log=log)
    if hub.token is None and not options.dry_run:
        raise no_token(f"There is no token to push {loaded.repo_id} with.")
    place = card_place(loaded)
    store = Store(loaded.root, log)
    with _staging_folder(store) as folder:
        try:
            files = stage(loaded, place, store.artifact, Path(folder))
        except OSError as error:
            raise _no_room(folder, error) from error
        outcome = Attempt(loaded, files, Path(folder), hub, options, log, tell).run()
    return _verified(outcome, hub, log)


def _verified(outcome: Outcome, hub: Hub, log: Log) -> Outcome:
    """The outcome, with what the Hub serves after it."""
    if outcome.status != "pushed" or outcome.commit is None:
        return outcome
    try:
        faults = verify_push(hub, outcome.plan, outcome.commit.oid)
    except HubError as error:  # what was pushed is pushed
        log(f"It is pushed; what the Hub serves could not be looked at: {error.message}")
        return outcome
    return replace(outcome, verified=True, faults=faults)


def _staging_folder(store: Store) -> tempfile.TemporaryDirectory[str]:
    scratch = store.root / "tmp"  # on the artifacts' file system, so that nothing large is copied
    if scratch.is_dir():
        with suppress(OSError):  # a project that may only be read can be published all the same
            return tempfile.TemporaryDirectory(prefix="stage-", dir=scratch)
    try:
        return tempfile.TemporaryDirectory(prefix="stage-")
    except OSError as error:
        raise _no_room(tempfile.gettempdir(), error) from error


def _no_room(folder: str, error: OSError) -> StepError:
    return StepError(
        f"what is to be published cannot be laid out in {folder}: {error.strerror}. Nothing was sent.",
        remedy="Free some space there, or set TMPDIR to a folder that can be written.",
    )
