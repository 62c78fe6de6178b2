"""Pages → a folder that can be opened, or uploaded as it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cardgen.errors import UsageError, shown
from cardgen.reading import TEXT_BYTES, open_file, read_text
from cardgen.review.preview.site import Site

_LISTING = ".cardgen-preview.json"
"""Names what was written, so that a later preview removes what it no longer has, and nothing else."""
_LISTING_BYTES = 100 * TEXT_BYTES


def write_site(site: Site, folder: Path) -> None:
    """Write every page into a folder that is new, empty, or holds an earlier preview.

    Raises:
        UsageError: where it holds anything else, or cannot be written.
    """
    earlier = _earlier(folder)
    names = sorted({*site.pages, *site.copies, *site.plots})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _LISTING).write_text(json.dumps(sorted({*names, *earlier}), indent=0) + "\n", encoding="utf-8")
        for name in set(earlier) - set(names):
            (folder / name).unlink(missing_ok=True)
        for name, page in site.pages.items():
            _at(folder, name).write_text(page(), encoding="utf-8", newline="\n")
        for name, text in site.plots.items():
            _at(folder, name).write_text(text, encoding="utf-8", newline="\n")
        for name, source in site.copies.items():
            with open_file(source) as content, _at(folder, name).open("wb") as copy:
                shutil.copyfileobj(content, copy)
        (folder / _LISTING).write_text(json.dumps(names, indent=0) + "\n", encoding="utf-8")
    except OSError as error:
        message = f"{shown(folder)} cannot be written: {error.strerror}"
        raise UsageError(message, remedy="Choose another folder by -o.") from error


def _at(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _earlier(folder: Path) -> list[str]:
    """What an earlier preview wrote there.

    Raises:
        UsageError: where there is something, and no preview wrote it.
    """
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return []
        listed = json.loads(read_text(folder / _LISTING, _LISTING_BYTES))
    except (OSError, ValueError) as error:
        message = f"{shown(folder)} is no folder that a preview was written to"
        raise UsageError(message, remedy="Choose one that is new or empty by -o.") from error
    return [name for name in listed if _is_own(name)]


def _is_own(name: object) -> bool:
    """Whether it is the name of a file that a preview writes, and so leads nowhere else."""
    if not isinstance(name, str):
        return False
    first, *others = name.split("/")
    return name == "index.html" or (first == "cards" and bool(others) and not {"", ".", ".."} & set(others))
