"""Text files that end with a comment that holds their hash: by it an edit by hand is noticed.

A card is made anew whenever its manifest or evidence changes, and nobody may lose what a person wrote into it. The hash
stands in the file itself, so that a merge of two branches can tell a card that may be made anew from one that may not.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal

from cardgen.patterns import regex

_SEAL = regex(r"^(?:\n?<!-- cardgen:written ([0-9a-f]{16}) -->|# cardgen:written ([0-9a-f]{16}))\n?", re.MULTILINE)

_DIGITS = 16
"""Of the hash: enough against an edit, and no hash without a key is any use against a forger."""

Seal = Literal["intact", "broken", "absent"]


def text_sha256(text: str) -> str:
    """SHA-256 of a file's text in UTF-8 with LF ends, whichever ends version control checks it out with."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def seal_text(text: str, path: str) -> str:
    """The text with its hash in a last line.

    Args:
        text: it ends with a newline.
        path: the file's name, whose ending says how a comment is written.
    """
    digest = text_sha256(text)[:_DIGITS]
    if path.endswith(".yaml"):
        return f"{text}# cardgen:written {digest}\n"
    return f"{text}\n<!-- cardgen:written {digest} -->\n"


def read_seal(text: str) -> tuple[str, Seal]:
    """The text without its hash, with LF line ends, and whether it is as it was written."""
    text = text.replace("\r\n", "\n")
    seals = list(_SEAL.finditer(text))
    if not seals:
        return text, "absent"
    found = seals[-1]
    body = text[: found.start()] + text[found.end() :]
    digest = found[1] or found[2]
    intact = found.end() == len(text) and text_sha256(body)[:_DIGITS] == digest
    return body, "intact" if intact else "broken"


def seal_line(text: str) -> str:
    """The last of the hashes that a text holds, as it stands there; empty where it holds none."""
    seals = list(_SEAL.finditer(text.replace("\r\n", "\n")))
    return seals[-1][0] if seals else ""
