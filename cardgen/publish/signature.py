"""The signature file: whose files it lists, with which hashes; :mod:`cardgen.publish.signing` makes and checks it.

It is a Sigstore bundle around an in-toto statement, as OpenSSF Model Signing lays it down and the library model-signing
writes it (https://github.com/sigstore/model-transparency). The marker is not signed, because it holds the hash of the
signature; nor is what lies in every repository of git, which model-signing leaves out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, Field, StringConstraints, ValidationError

from cardgen.publish.marker import MARKER

SIGNATURE = "model.sig"

NOT_SIGNED = (MARKER, ".git", ".gitattributes", ".github", ".gitignore", SIGNATURE)
"""Files and folders that a signature leaves out, and names as left out."""


def left_out(path: str) -> bool:
    """Whether a signature says nothing of a file."""
    return any(PurePosixPath(path).is_relative_to(other) for other in NOT_SIGNED)


class _Envelope(BaseModel):
    payload: Base64Bytes


class _PublicKey(BaseModel):
    hint: str = Field(min_length=1)


class _Material(BaseModel):
    public_key: _PublicKey | None = Field(None, alias="publicKey")


class _Bundle(BaseModel):
    envelope: _Envelope = Field(alias="dsseEnvelope")
    material: _Material = Field(alias="verificationMaterial")


class _Serialization(BaseModel):
    method: Literal["files"]
    hash_type: Literal["sha256"]
    ignore_paths: tuple[str, ...] = ()


class _Resource(BaseModel):
    name: str
    algorithm: Literal["sha256"]
    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Predicate(BaseModel):
    serialization: _Serialization
    resources: tuple[_Resource, ...]


class _Statement(BaseModel):
    predicate: _Predicate


class Signed(BaseModel):
    """What a signature says that it signs."""

    files: Mapping[str, str]
    """SHA-256 of each file, by its path in the repository."""
    names_left_out: tuple[str, ...]
    """Files and folders that it names as left out, which may be more than cardgen leaves out."""
    by_key: bool
    """Whether it was made with a key; otherwise it was made with a certificate, such as Sigstore's."""

    def unlike(self, files: Mapping[str, str]) -> Iterator[str]:
        """How a repository differs from what was signed.

        Args:
            files: SHA-256 of each of its files, by path; of one that was not signed it may be empty.
        """
        for path, digest in self.files.items():
            if path not in files:
                yield f"{path} was signed, and is gone"
            elif files[path] != digest:
                yield f"{path} is not the file that was signed"
        for path in files:
            if path not in self.files and not left_out(path):
                yield f"{path} is not signed"


def load_signature(content: bytes) -> Signed | None:
    """Read what a signature signs; ``None`` where it is damaged, or lists hashes that the Hub does not give."""
    try:
        bundle = _Bundle.model_validate_json(content)
        found = _Statement.model_validate_json(bundle.envelope.payload).predicate
    except ValidationError:
        return None
    files = {resource.name: resource.digest for resource in found.resources}
    if len(files) != len(found.resources):
        return None
    return Signed(
        files=files,
        names_left_out=found.serialization.ignore_paths,
        by_key=bundle.material.public_key is not None,
    )
