"""What changed as annotations of GitHub Actions, beside the keys of the manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from cardgen.annotations import SHOWN_OF_A_LEVEL, Level, annotation, file_from
from cardgen.errors import ManifestError
from cardgen.manifest.load import later_findings, load_manifest
from cardgen.manifest.places import Findings, path_of_key
from cardgen.review.diff.change import Comparison, Severity
from cardgen.review.diff.formats.github_text import cut, visible
from cardgen.review.diff.formats.told import Decided, Opened, ToldCard, ToldChange, counted, tell, undecided

_LEVEL: Mapping[Severity, Level] = {"breaking": "error", "notable": "warning", "note": "notice"}
_MESSAGE = 1_000
"""Characters of a message; GitHub shows a few lines, and keeps 64 KB."""


def as_github(
    comparisons: Sequence[Comparison],
    decided: Decided = undecided,
    is_open: Opened | None = None,
    *,
    manifests: Mapping[str, Path] | None = None,
    root: Path | None = None,
) -> str:
    """An annotation a line. Of one level, GitHub shows ten of a step: the last of them counts what is left.

    What is open is an error, and what was accepted a notice.

    Args:
        comparisons: what was compared.
        decided: what was decided on each change.
        is_open: which of them are open; without, the breaking ones that nobody has accepted.
        manifests: a card's name to its manifest's path, for those that there are.
        root: the folder that GitHub knows files from: that of the repository; by default the working directory.
    """
    of_level: dict[Level, list[str]] = {"error": [], "warning": [], "notice": []}
    for level, line in _every(tell(comparisons, decided, is_open).cards, manifests or {}, root or Path.cwd()):
        of_level[level].append(line)
    return "".join(f"{line}\n" for level, lines in of_level.items() for line in _shown(level, lines))


def _shown(level: Level, lines: Sequence[str]) -> Iterator[str]:
    if len(lines) <= SHOWN_OF_A_LEVEL:
        yield from lines
        return
    yield from lines[: SHOWN_OF_A_LEVEL - 1]
    left = len(lines) - SHOWN_OF_A_LEVEL + 1
    yield annotation(level, f"{counted(left, 'more change')} of this kind; cardgen diff shows all of them")


def _every(cards: Sequence[ToldCard], manifests: Mapping[str, Path], root: Path) -> Iterator[tuple[Level, str]]:
    for card in cards:
        path = manifests.get(card.name)
        if card.error is not None:
            message = f"{card.name} could not be compared: {card.error}"
            yield "error", annotation("error", _message(message), **_file(path, root))
        for told in card.changes:
            level = _level(told)
            yield (
                level,
                annotation(level, _message(_words(card, told)), **_place(path, root, told), title=told.change.rule),
            )


def _level(told: ToldChange) -> Level:
    if told.is_open:
        return "error"
    return "notice" if told.verdict == "accepted" else _LEVEL[told.severity]


def _words(card: ToldCard, told: ToldChange) -> str:
    verdict = f", {told.verdict}" if told.verdict else ""
    return f"{card.name}, {told.change.place}: {told.text} ({told.change.fingerprint}{verdict})"


def _message(text: str) -> str:
    return visible(cut(text, _MESSAGE))


def _file(path: Path | None, root: Path) -> dict[str, str | int]:
    return {} if path is None else {"file": file_from(root, path)}


def _place(path: Path | None, root: Path, told: ToldChange) -> dict[str, str | int]:
    place = _keys(path.absolute()).place(path_of_key(told.change.place), "value") if path is not None else None
    return _file(path, root) if place is None else {**_file(path, root), "line": place.line}


@cache
def _keys(path: Path) -> Findings:
    """Where each key of a manifest stands; nowhere, where it cannot be read."""
    try:
        return later_findings(load_manifest(path))
    except ManifestError:
        return Findings(str(path))
