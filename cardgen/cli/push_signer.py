"""Who signs what ``cardgen push`` sends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.publish.signing import Signer


def signer_of(key: Path | None, *, sign: bool, dry_run: bool) -> Signer | None:
    """What signs, as the command line says; ``None`` where nothing does.

    Args:
        key: file of a private key.
        sign: whether to sign where there is no key: with Sigstore.
        dry_run: whether nothing is to be sent anywhere.

    Raises:
        EnvironmentMissingError: without model-signing.
        UsageError: where there is nothing to sign with.
    """
    from cardgen.errors import UsageError
    from cardgen.publish.signing import KeylessSigner, KeySigner

    if key is not None:
        return KeySigner(key, lambda: _password(key))
    if not sign:
        return None
    if dry_run:
        raise UsageError(
            "Sigstore would record a signature in its public log, and a dry run sends nothing.",
            remedy="Leave out --sign, or name a key: --sign-key FILE.",
        )
    return KeylessSigner()


def _password(key: Path) -> str:
    import os
    import sys

    import click

    from cardgen.errors import UsageError
    from cardgen.publish.signing import PASSWORD

    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError(f"{key} has a password.", remedy=f"Set {PASSWORD} to it.")
    return str(click.prompt(f"Password of {key}", hide_input=True, err=True))
