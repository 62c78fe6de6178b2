"""Does the Hub serve what was published, and read the card as it is meant?

Everything is told by hashes: those that the marker names, those of the artifacts in the evidence, and those that the
Hub gives for what it holds. Weights are not downloaded: of these the Hub gives the SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardgen.card.assemble import card_place
from cardgen.card.facts.gather import plan_from_evidence
from cardgen.errors import FindingsError, ManifestError, ProblemsError, shown
from cardgen.manifest.load import SUFFIXES, check_text, decode
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.manifest.places import Findings
from cardgen.plan.layout import variant_folders
from cardgen.publish.hub import Hub
from cardgen.publish.marker import MARKER, RENDERED, Marker
from cardgen.publish.parsed import misread
from cardgen.publish.plan import README, PublishPlan, RemoteState
from cardgen.publish.signature import SIGNATURE, Signed, load_signature
from cardgen.publish.signing import KeyVerifier
from cardgen.reading import CARD_BYTES, RECORDS_BYTES, TEXT_BYTES, read_bytes
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import parse_evidence
from cardgen.records.sealed_text import read_seal

EVIDENCE = "evidence.json"
_CHANGED_HERE = "config.json"
"""Its `_name_or_path` is made portable when it is published, so that it is not the file that was measured."""


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what is not as it should be."""

    repo_id: str
    commit: str
    """That was looked at; 40 hex digits."""
    manifest: str
    """Name of the manifest that was published."""
    files: int
    """Files whose hashes were compared."""
    signature: Literal["none", "unchecked", "sound", "broken"]
    """``unchecked`` where no key was given to check it with."""
    faults: tuple[str, ...]


def verify_repository(hub: Hub, repo_id: str, revision: str, verifier: KeyVerifier | None = None) -> Verified:
    """Ask whether a repository holds what cardgen published there, from what lies in it alone.

    Args:
        hub: the client.
        repo_id: owner/name.
        revision: branch, tag, commit or pull request reference.
        verifier: checks the signature; one that is missing is a fault then.

    Raises:
        FindingsError: where cardgen published nothing there.
        HubError: where the Hub does not give it.
    """
    return _Repository(hub, repo_id, revision).verified((), verifier)


def verify_manifest(hub: Hub, loaded: LoadedManifest, revision: str, verifier: KeyVerifier | None = None) -> Verified:
    """The same for a manifest's repository, and whether what lies there is what lies here.

    Raises:
        FindingsError: as above.
        HubError: as above.
    """
    repository = _Repository(hub, loaded.repo_id, revision)
    return repository.verified(tuple(_not_as_here(loaded, repository.marker)), verifier)


def verify_push(hub: Hub, plan: PublishPlan, commit: str) -> tuple[str, ...]:
    """What the Hub does not serve, or read, as it was just sent.

    Raises:
        HubError: where the Hub does not give it.
    """
    remote = hub.read(plan.repo_id, commit)
    faults = [
        f"{file.local.path} {'is not there' if there is None else 'is not what was sent'}"
        for file in plan.files
        if (there := remote.files.get(file.local.path)) is None or not there.holds(file.local.sha256, file.local.blob)
    ]
    return (*faults, *misread(_text(remote), hub.parsed(plan.repo_id, commit)))


class _Repository:
    """One state of a repository on the Hub."""

    def __init__(self, hub: Hub, repo_id: str, revision: str) -> None:
        self.hub = hub
        self.repo_id = repo_id
        self.commit = hub.commit_at(repo_id, revision)
        self.remote = hub.read(repo_id, self.commit)
        if self.remote.marker is None:
            what = "a damaged" if MARKER in self.remote.files else "no"
            raise FindingsError(
                f"{repo_id} ({revision}) has {what} {MARKER}, by which cardgen knows what it published.",
                remedy="Publish it with cardgen push, or name another repository or revision.",
            )
        self.marker = self.remote.marker

    def verified(self, more: tuple[str, ...], verifier: KeyVerifier | None) -> Verified:
        names = [f"{self.marker.manifest}{suffix}" for suffix in SUFFIXES]
        texts = self.hub.texts(self.repo_id, self.commit, (EVIDENCE, *names))
        faults = [*self._files(), *self._evidence(texts)]
        faults += misread(_text(self.remote), self.hub.parsed(self.repo_id, self.commit))
        broken = tuple(self._signature(verifier)) if verifier else ()
        return Verified(
            self.repo_id,
            self.commit,
            self.marker.manifest,
            len(self.marker.files),
            self._signature_state(verifier, broken),
            (*dict.fromkeys(faults), *broken, *more),
        )

    def _signature_state(
        self, verifier: KeyVerifier | None, broken: tuple[str, ...]
    ) -> Literal["none", "unchecked", "sound", "broken"]:
        if SIGNATURE not in self.remote.files:
            return "none"
        if verifier is None:
            return "unchecked"
        return "broken" if broken else "sound"

    def _signature(self, verifier: KeyVerifier) -> Iterator[str]:
        """Was what lies there signed with the key?"""
        if SIGNATURE not in self.remote.files:
            yield f"it is not signed: there is no {SIGNATURE}"
            return
        content = self.hub.texts(self.repo_id, self.commit, (SIGNATURE,))[SIGNATURE]
        fault = verifier.fault(content)
        signed = load_signature(content)
        if fault is not None:
            yield fault
        elif signed is not None:
            yield from signed.unlike(self._hashes(signed))

    def _hashes(self, signed: Signed) -> dict[str, str]:
        """SHA-256 of each file; empty for one that was not signed and of which the Hub does not tell it."""
        listed = {path: file.sha256 or "" for path, file in self.remote.files.items()}
        untold = [path for path in signed.files if listed.get(path) == ""]
        texts = self.hub.texts(self.repo_id, self.commit, untold) if untold else {}
        return listed | {path: hashlib.sha256(content).hexdigest() for path, content in texts.items()}

    def _files(self) -> Iterator[str]:
        for path, pushed in self.marker.files.items():
            there = self.remote.files.get(path)
            if there is None:
                yield f"{path} was published, and is gone"
            elif not there.holds(pushed.sha256, pushed.blob):
                yield f"{path} was edited or replaced since it was published"

    def _evidence(self, texts: Mapping[str, bytes]) -> Iterator[str]:
        """Is the evidence as it was measured, and are the files those that it is about?"""
        if EVIDENCE not in texts:
            return
        try:
            parsed = parse_evidence(texts[EVIDENCE], EVIDENCE)
            manifest = self._manifest(texts)
            artifacts = dict(_artifacts(manifest, parsed.evidence, self.marker.variant))
        except ProblemsError as error:
            yield from (f"{problem.file}: {problem.message}" for problem in error.problems)
            return
        for key in parsed.edited:
            yield f"{EVIDENCE}: {key or 'it'} was edited: it does not have the hash that it was written with"
        for path, sha256 in artifacts.items():
            there, pushed = self.remote.files.get(path), self.marker.files.get(path)
            known = there.sha256 if there and there.sha256 else pushed.sha256 if pushed else None
            if known is None:
                yield f"{path} is not there, and the evidence is about it"
            elif known != sha256:
                yield f"{path} is not the file that was measured"

    def _manifest(self, texts: Mapping[str, bytes]) -> Manifest:
        found = next((name for name in texts if name != EVIDENCE), None)
        findings = Findings(found or f"{self.marker.manifest}.yaml")
        if found is None:
            findings.add((), "is not there")
            raise ManifestError(tuple(findings))
        text = decode(texts[found], findings)
        if text is None:
            raise ManifestError(tuple(findings))
        manifest, _words = check_text(text, Path(), findings, read=None)
        return manifest


def _artifacts(manifest: Manifest, evidence: Evidence, variant: str | None) -> Iterator[tuple[str, str]]:
    """Path in the repository, and SHA-256, of each file that was measured: of all variants, or of the one there."""
    records = {record.fingerprint: record for record in evidence.records}
    folders = variant_folders(manifest)
    for name, steps in plan_from_evidence(manifest, evidence, EVIDENCE).variants.items():
        record = records.get(steps.made.fingerprint) if variant in (None, name) else None
        for file in record.artifact if record else ():
            if Path(file.path).name != _CHANGED_HERE:
                yield f"{folders[name]}/{file.path}".lstrip("/"), file.sha256


def _not_as_here(loaded: LoadedManifest, marker: Marker) -> Iterator[str]:
    """What was published and lies here otherwise."""
    if marker.manifest != loaded.name:
        yield f"it holds what the manifest `{marker.manifest}` published, and this is `{loaded.name}`"
        return
    if marker.variant != loaded.variant:
        yield f"it holds {_told(marker.variant)}, and this is {_told(loaded.variant)}"
        return
    place = card_place(loaded)
    rendered = RENDERED if RENDERED in marker.files else README
    here = {
        loaded.path.name: (loaded.path, TEXT_BYTES),
        EVIDENCE: (place.evidence, RECORDS_BYTES),
        rendered: (place.readme, CARD_BYTES),
    }
    for name, (path, most) in here.items():
        pushed = marker.files.get(name)
        if not path.is_file():
            yield f"{shown(path)} is not here"
        elif pushed is None or hashlib.sha256(_as_published(name, path, most)).hexdigest() != pushed.sha256:
            yield f"{shown(path)} is not what was published: it was changed and not pushed, or is of another state"


def _told(variant: str | None) -> str:
    return f"the variant `{variant}`" if variant else "all variants"


def _as_published(name: str, path: Path, most: int) -> bytes:
    content = read_bytes(path, most)
    return read_seal(content.decode(errors="replace"))[0].encode() if name in (README, RENDERED) else content


def _text(remote: RemoteState) -> str:
    return (remote.readme or b"").decode(errors="replace")
