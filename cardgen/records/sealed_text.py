"""Text files that hold their hash, in a comment at their end: by it an edit by hand is noticed.

JSON has no comments: there a text of the form of :data:`UNSEALED` holds the hash, wherever its format has room for one.

A card is made anew whenever its manifest or evidence changes, and nobody may lose what a person wrote into it. The hash
stands in the file itself, so that a merge of two branches can tell a card that may be made anew from one that may not.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from cardgen.patterns import regex

_SEAL = regex(r"^(?:\n?<!-- cardgen:written ([0-9a-f]{16}) -->|# cardgen:written ([0-9a-f]{16}))\n?", re.MULTILINE)

_JSON_SEAL = regex(r'(?<="cardgen:written )[0-9a-f]{16}(?=")')

_DIGITS = 16
"""Of the hash: enough against an edit, and no hash without a key is any use against a forger."""

UNSEALED = f"cardgen:written {'0' * _DIGITS}"
"""Stands in JSON where its hash will be; the hash is of the text with this in it."""

Seal = Literal["intact", "broken", "absent"]


def text_sha256(text: str) -> str:
    """SHA-256 of a file's text in UTF-8 with LF ends, whichever ends version control checks it out with."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def seal_text(text: str, path: str) -> str:
    """The text with its hash in a last line; in JSON, in the place of :data:`UNSEALED`.

    Args:
        text: it ends with a newline.
        path: the file's name, whose ending says how a comment is written.
    """
    digest = text_sha256(text)[:_DIGITS]
    if path.endswith(".json"):
        return _JSON_SEAL.sub(digest, text)
    if path.endswith(".yaml"):
        return f"{text}# cardgen:written {digest}\n"
    return f"{text}\n<!-- cardgen:written {digest} -->\n"


def read_seal(text: str) -> tuple[str, Seal]:
    """The text without its hash, with LF line ends, and whether it is as it was written."""
    text = text.replace("\r\n", "\n")
    if text.startswith("{"):
        found_in = set(_JSON_SEAL.findall(text))
        body = _JSON_SEAL.sub("0" * _DIGITS, text)
        intact = found_in == {text_sha256(body)[:_DIGITS]}
        return body, "intact" if intact else "broken" if found_in else "absent"
    seals = list(_SEAL.finditer(text))
    if not seals:
        return text, "absent"
    found = seals[-1]
    body = text[: found.start()] + text[found.end() :]
    digest = found[1] or found[2]
    intact = found.end() == len(text) and text_sha256(body)[:_DIGITS] == digest
    return body, "intact" if intact else "broken"


def seal_line(text: str) -> str:
    """The last of the hashes that a text ends with, as it stands there; empty where it has none, or is JSON."""
    seals = list(_SEAL.finditer(text.replace("\r\n", "\n")))
    return seals[-1][0] if seals else ""
