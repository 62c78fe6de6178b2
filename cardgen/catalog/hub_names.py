"""How names on the Hub are written: repository ids and revisions."""

from __future__ import annotations

import re

from cardgen.patterns import regex

_PART = regex(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")
_COMMIT = regex("[0-9a-f]{40}")
_HEX = regex("[0-9a-fA-F]{7,64}")
_REF = regex(r"[A-Za-z0-9_](?:[A-Za-z0-9._/-]*[A-Za-z0-9_])?")

MAX_ID = 96
"""Characters in an id, owner included."""


def is_commit(revision: str | None) -> bool:
    """Whether ``revision`` is a whole commit hash, which needs no resolving."""
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def id_fault(text: str, *, owner: bool = False) -> tuple[str, str] | None:
    """Why ``text`` is no id of a repository, and what to write; ``None`` where it is one.

    The rules are those of ``huggingface_hub.utils.validate_repo_id``.

    Args:
        text: such as ``distilbert/distilbert-base-uncased``, or ``gpt2``.
        owner: whether an owner is needed.
    """
    example = "an id looks like owner/name"
    if "://" in text or text.startswith("huggingface.co/"):
        return "is an address, not a Hub id", f"{example}; leave out everything before the owner"
    if text.startswith((".", "/", "~")) or "\\" in text:
        return "looks like a path, not like a Hub id", f"{example}; a local one is given by `path`"
    parts = text.split("/")
    if len(parts) > 2:
        return "has more than one `/`", example
    if owner and len(parts) == 1:
        return "lacks the owner", f"write owner/{text}"
    if not all(_PART.fullmatch(part) for part in parts):
        return (
            "is not a Hub id",
            f"{example}, of letters, digits, `-`, `_` and `.`, and neither starts nor ends with `-` or `.`",
        )
    if "--" in text or ".." in text:
        return "is not a Hub id: it may not hold `--` or `..`", example
    if text.endswith(".git"):
        return "may not end in .git", f"write {text.removesuffix('.git')}"
    if len(text) > MAX_ID:
        return f"is longer than {MAX_ID} characters", example
    return None


def revision_fault(text: str) -> tuple[str, str] | None:
    """Why ``text`` is no revision, and what to write; ``None`` where it is one."""
    if is_commit(text):
        return None
    if _HEX.fullmatch(text) and re.search("[0-9]", text) and re.search("[a-fA-F]", text):
        if len(text) == 40:
            return "is a commit hash with capitals", f"write {text.lower()}"
        return f"looks like a commit hash of {len(text)} digits, and a whole one has 40", "write all 40 digits"
    if not _REF.fullmatch(text) or ".." in text or "//" in text:
        return "is neither a commit hash nor a possible branch or tag name", "write 40 hex digits, or such as main"
    return None
