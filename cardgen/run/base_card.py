"""What is taken over from a base model's own card: its licence, and for an export the whole of it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import yaml

from cardgen.errors import ResolveError
from cardgen.reading import CARD_BYTES, read_bytes, read_text
from cardgen.records.evidence import InheritedCard
from cardgen.records.inputs import Source

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def card_license(card: Path) -> str | None:
    """The licence that a card's front matter gives, or ``None`` where there is no card or it gives none or several."""
    try:
        text = read_text(card, CARD_BYTES, errors="replace")
    except (FileNotFoundError, IsADirectoryError):
        return None
    found = _FRONT_MATTER.match(text)
    try:
        data = yaml.safe_load(found[1]) if found else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return None  # somebody else's card: the Hub could not read it either
    return single_license(data.get("license")) if isinstance(data, dict) else None


def single_license(value: object) -> str | None:
    """A licence as cards write it: one identifier, or a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value.strip() else None


def read_base_card(path: Path, name: str, source: Source | None = None) -> InheritedCard | None:
    """The base model's card, to be taken over.

    Args:
        path: the file.
        name: how messages name it.
        source: the base model, for the card that lies beside its weights, which may be absent; without it, the file is
            known by its own hash.

    Returns:
        Its text with LF at the end of every line: git would change a card that mixed line ends.

    Raises:
        ResolveError: where the file cannot be read, is empty or not UTF-8.
    """
    try:
        content = read_bytes(path, CARD_BYTES)
    except FileNotFoundError as error:
        if source is not None:
            return None
        raise ResolveError(
            f"base_model.card: the file `{name}` does not exist", remedy="the path starts at the manifest"
        ) from error
    except OSError as error:
        message = f"the base model's card, `{name}`, cannot be read: {error.strerror}"
        raise ResolveError(message, remedy="name another file under `base_model.card`") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = (
            f"the base model's card, `{name}`, is not UTF-8: line {line} holds the byte 0x{content[error.start]:02X}"
        )
        raise ResolveError(message, remedy="name a copy in UTF-8 under `base_model.card`") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff \t\n"):
        raise ResolveError(
            f"the base model's card, `{name}`, is empty", remedy="name another file under `base_model.card`"
        )
    own = Source(origin="local", sha256=hashlib.sha256(content).hexdigest())
    return InheritedCard(source=source or own, text=text)
