"""What a push changes in meaning, in a few words and in many: whoever compares cards says it, and is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cardgen.manifest.model import LoadedManifest


@dataclass(frozen=True)
class Meaning:
    """What a card says otherwise than the one on the Hub."""

    headline: str
    """One line, such as ``onnx accuracy 0.9108 → 0.9121``."""
    report: str
    """Markdown, for a pull request."""


Tell = Callable[[LoadedManifest, str], "Meaning | None"]
"""Compares a manifest's card with the one that its repository holds at a commit; ``None`` where that cannot be told."""


def untold(_loaded: LoadedManifest, _commit: str) -> Meaning | None:
    """Nothing, where nobody compares."""
    return None


def request_text(mark: str, repo_id: str, number: int, meaning: Meaning | None) -> str:
    """What a pull request says of itself: what it changes, and how to try it.

    Args:
        mark: by this cardgen finds the request again.
        repo_id: owner/name.
        number: the request's.
        meaning: what it changes, where that can be told.
    """
    told = f"{meaning.report.strip()}\n\n" if meaning else ""
    return (
        f"{told}To try it, load this folder as the card's code loads `{repo_id}`:\n\n"
        "```python\n"
        "from huggingface_hub import snapshot_download\n\n"
        f'folder = snapshot_download("{repo_id}", revision="refs/pr/{number}")\n'
        f"```\n\n{mark}\n"
    )
