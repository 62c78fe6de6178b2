"""Signatures made and checked by the library model-signing, which the extra ``sign`` brings.

It is imported when a signature is asked for, and not before. Files are not hashed a second time: it is given the hashes
that the staging has, or the Hub.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from cardgen.errors import EnvironmentMissingError, HubError, UsageError
from cardgen.publish.signature import NOT_SIGNED, SIGNATURE, load_signature
from cardgen.reading import TEXT_BYTES, read_bytes

if TYPE_CHECKING:
    from model_signing import manifest, signing
    from model_signing.hashing import Config, PathLike

PASSWORD = "CARDGEN_SIGN_PASSWORD"  # noqa: S105 - the name of a variable
"""The variable with the password of a private key."""

_CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""Those that model-signing signs with."""


class Signer(Protocol):
    """What signs a push."""

    def sign(self, name: str, files: Mapping[str, str]) -> bytes:
        """The signature file over files.

        Args:
            name: what they are called together, such as a repository's id.
            files: SHA-256 of each, by path.
        """
        ...

    def made(self, content: bytes) -> bool:
        """Whether a signature file on the Hub is sound and is this signer's."""
        ...


class KeySigner:
    """Signs with a private key; for several threads."""

    def __init__(self, path: Path, password: Callable[[], str]) -> None:
        """Read the key.

        Args:
            path: of the key, in PEM form.
            password: gives its password; called only where it has one.

        Raises:
            EnvironmentMissingError: without model-signing.
            UsageError: where it is no key to sign with, or the password is another.
        """
        with _library():
            from cryptography.hazmat.primitives import serialization
            from model_signing import signing
        content = _key_file(path)
        word: bytes | None = None
        with _told(path, "private key"):
            try:
                key = serialization.load_pem_private_key(content, None)
            except TypeError:  # it is encrypted
                word = password().encode()
                key = _opened(path, content, word)
            _refuse_other_curves(path, key)
        self._public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        # It says that a password is text, and hands it on to where bytes are asked for.
        self._config = signing.Config().use_elliptic_key_signer(private_key=path, password=word)  # type: ignore[arg-type]
        self._made: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def sign(self, name: str, files: Mapping[str, str]) -> bytes:
        """As :meth:`Signer.sign`; the same where it is asked again, although ECDSA gives another each time."""
        key = repr((name, sorted(files.items())))
        with self._lock:
            if key not in self._made:
                self._made[key] = _signed(self._config, name, files)
            return self._made[key]

    def made(self, content: bytes) -> bool:
        """As :meth:`Signer.made`."""
        with tempfile.TemporaryDirectory(prefix="cardgen-") as folder:
            public = Path(folder) / "key.pub"
            public.write_bytes(self._public)
            return KeyVerifier(public).fault(content) is None


class KeylessSigner:
    """Signs with Sigstore, as who runs this is known to the service that runs it; for several threads.

    Each signature is recorded in a public log, for good.
    """

    def __init__(self) -> None:
        """Ask the surroundings, such as a job of GitHub Actions, who this is.

        Raises:
            EnvironmentMissingError: without model-signing.
            UsageError: where they do not say.
        """
        with _library():
            import model_signing.signing  # noqa: F401 - that it is there
            from sigstore.oidc import IdentityError, detect_credential
        try:
            token = detect_credential()
        except IdentityError as error:
            raise _no_identity(f" ({error})") from error
        if token is None:
            raise _no_identity("")
        self._token = token
        self._made: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def sign(self, name: str, files: Mapping[str, str]) -> bytes:
        """As :meth:`Signer.sign`; the same where it is asked again.

        Raises:
            HubError: where Sigstore refuses or cannot be reached.
        """
        from model_signing import signing

        key = repr((name, sorted(files.items())))
        with self._lock:
            if key not in self._made:
                try:
                    config = signing.Config().use_sigstore_signer(identity_token=self._token)
                    self._made[key] = _signed(config, name, files)
                except Exception as error:  # whatever its parts raise: of networks, certificates, tokens
                    raise HubError(
                        f"Sigstore did not sign {name}: {type(error).__name__}. Nothing was sent.",
                        remedy="Try again in a while, or sign with a key: --sign-key FILE.",
                    ) from error
            return self._made[key]

    def made(self, content: bytes) -> bool:
        """Whether a signature has a certificate; whose it is, Sigstore alone could say."""
        found = load_signature(content)
        return found is not None and not found.by_key


class KeyVerifier:
    """Checks signatures with a public key."""

    def __init__(self, path: Path) -> None:
        """Read the key.

        Args:
            path: of the key, in PEM form.

        Raises:
            EnvironmentMissingError: without model-signing.
            UsageError: where it is no key to check with.
        """
        with _library():
            from cryptography.hazmat.primitives import serialization
            from model_signing import verifying
        content = _key_file(path)
        with _told(path, "public key"):
            _refuse_other_curves(path, serialization.load_pem_public_key(content))
        self._config = verifying.Config().use_elliptic_key_verifier(public_key=path)

    def fault(self, content: bytes) -> str | None:
        """What is wrong with a signature file; ``None`` where what it lists was signed with the key.

        Args:
            content: of the file, whoever wrote it.
        """
        from cryptography.exceptions import InvalidSignature

        found = load_signature(content)
        if found is None:
            return f"{SIGNATURE} is damaged, or not of the form that cardgen writes"
        if not found.by_key:
            return f"{SIGNATURE} was not made with a key"
        hashes = _listed("", found.files, found.names_left_out)
        with tempfile.TemporaryDirectory(prefix="cardgen-") as folder:
            place = Path(folder) / SIGNATURE
            place.write_bytes(content)
            try:
                self._config.set_hashing_config(hashes).verify(folder, place)
            except InvalidSignature:
                return f"{SIGNATURE} does not fit what it lists: it was changed after it was made"
            # What it raises of a bundle that lacks something, or holds something else there.
            except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
                if "Key mismatch" in str(error):
                    return f"{SIGNATURE} was made with another key"
                return f"{SIGNATURE} is damaged: model-signing does not take it"
        return None


def _signed(config: signing.Config, name: str, files: Mapping[str, str]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="cardgen-") as folder:
        place = Path(folder) / SIGNATURE
        config.set_hashing_config(_listed(name, files, NOT_SIGNED)).sign(folder, place)
        return place.read_bytes()


def _listed(name: str, files: Mapping[str, str], without: tuple[str, ...]) -> Config:
    """In place of what hashes a folder: what is known of its files already."""
    from model_signing import hashing, manifest
    from model_signing._hashing.hashing import Digest  # it has no public name

    items = [
        manifest.FileManifestItem(path=PurePosixPath(path), digest=Digest("sha256", bytes.fromhex(digest)))
        for path, digest in files.items()
    ]
    arguments = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": without}
    known = manifest.Manifest(name, items, manifest.SerializationType.from_args(arguments))

    class Known(hashing.Config):
        def hash(self, model_path: PathLike, *, files_to_hash: object = None) -> manifest.Manifest:
            return known

    return Known()  # type: ignore[no-untyped-call]


@contextmanager
def _library() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise EnvironmentMissingError(
            f"Signatures are the work of model-signing, and it cannot be imported: {error}.",
            remedy="pip install 'cardgen[sign]'",
        ) from error


def _key_file(path: Path) -> bytes:
    try:
        return read_bytes(path, TEXT_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        yield
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path} is no {what} in PEM form.", remedy=_MAKE_KEYS) from error


def _opened(path: Path, content: bytes, password: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization

    try:
        return serialization.load_pem_private_key(content, password)
    except (ValueError, TypeError) as error:  # TypeError: it is empty
        raise UsageError(f"{path} does not open with this password.", remedy=f"Correct or unset {PASSWORD}.") from error


def _refuse_other_curves(path: Path, key: Any) -> None:
    curve = getattr(getattr(key, "curve", None), "name", None)
    if curve not in _CURVES:
        raise UsageError(
            f"{path} is no key that model-signing takes: it takes those of the curves P-256, P-384 and P-521.",
            remedy=_MAKE_KEYS,
        )


_MAKE_KEYS = (
    "Make one: openssl ecparam -name prime256v1 -genkey -noout -out sign.key; "
    "openssl ec -in sign.key -pubout -out sign.pub"
)


def _no_identity(why: str) -> UsageError:
    return UsageError(
        f"Without a key Sigstore signs for who runs this, and nothing here says who that is{why}.",
        remedy="Name a key: --sign-key FILE; or run it in a job of GitHub Actions with `permissions: id-token: write`.",
    )
