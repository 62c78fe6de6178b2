"""Which signature a push brings: the one on the Hub where it is still right, a new one, or none."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.publish.hub import Hub
from cardgen.publish.outcome import Log
from cardgen.publish.plan import LocalFile, RemoteState
from cardgen.publish.signature import NOT_SIGNED, SIGNATURE, left_out, load_signature
from cardgen.publish.signing import Signer


def choose_signature(
    hub: Hub, repo_id: str, remote: RemoteState, files: Sequence[LocalFile], signer: Signer | None, log: Log
) -> str | None:
    """The text of the signature file that belongs to files; ``None`` where there is to be none.

    A signature that is there is kept where it is of the same files and, where this push signs, the signer's own: each
    new one would be another, and a commit.

    Args:
        hub: what is there is read from it.
        repo_id: owner/name; the files are called so together.
        remote: what is there.
        files: all that is to be there, but for the marker and the signature.
        signer: signs; without one, a signature of other files is not kept.
        log: takes lines for people.

    Raises:
        HubError: where it cannot be read, or Sigstore does not sign.
    """
    hashes = {file.path: file.sha256 for file in files}
    there = _own(hub, repo_id, remote)
    if there is not None:
        signed = load_signature(there)
        same = signed is not None and signed.names_left_out == NOT_SIGNED and not any(signed.unlike(hashes))
        if same and (signer is None or signer.made(there)):
            return there.decode()
    if signer is None:
        if there is not None:
            log(f"{repo_id}: {SIGNATURE} is of other files than these, and goes; to sign these, push with --sign")
        return None
    if others := _of_others(remote, hashes):
        log(f"{repo_id}: not signed, because cardgen did not put it there: {', '.join(others)}")
    return signer.sign(repo_id, hashes).decode()


def _own(hub: Hub, repo_id: str, remote: RemoteState) -> bytes | None:
    """The signature that cardgen last put there, if it is there."""
    there = remote.files.get(SIGNATURE)
    pushed = remote.marker.files.get(SIGNATURE) if remote.marker else None
    if remote.head is None or there is None or pushed is None or not there.holds(pushed.sha256, pushed.blob):
        return None
    return hub.texts(repo_id, remote.head, (SIGNATURE,))[SIGNATURE]


def _of_others(remote: RemoteState, hashes: dict[str, str]) -> list[str]:
    pushed = remote.marker.files if remote.marker else {}
    return sorted(path for path in remote.files if path not in hashes and path not in pushed and not left_out(path))
