"""A person's words, by section of the card: kept word for word, inline in the manifest or in files beside it."""

from __future__ import annotations

import pathlib
import re

from cardgen.catalog.families import PROSE_SECTIONS
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.errors import ManifestError
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.rules.references import path_fault
from cardgen.reading import TEXT_BYTES, read_text


def read_prose(loaded: LoadedManifest) -> dict[str, str]:
    """The words of each section; a value that ends in .md is the path of a file that holds them.

    Raises:
        ManifestError: where a file is gone or cannot be read.
    """
    findings = Findings(str(loaded.path))
    texts = check_prose(loaded.manifest.prose, loaded.folder, findings)
    if findings:
        raise ManifestError(tuple(findings))
    return texts


def check_prose(prose: dict[str, str], folder: pathlib.Path, findings: Findings) -> dict[str, str]:
    """Read the words of each section; what is wrong goes to ``findings``."""
    texts = {}
    for section, value in prose.items():
        path: Path = ("prose", section)
        if section not in PROSE_SECTIONS:
            remedy = remedy_for(section, tuple(PROSE_SECTIONS))
            findings.add(path, "is not a section of a card", remedy, at="key")
        elif value.endswith(".md") and "\n" not in value:
            text = _read_file(value, path, folder, findings)
            if text is not None:
                texts[section] = text
        else:
            texts[section] = value
        if section in texts and (fault := _fault(texts[section])):
            findings.add(path, *fault)
    return texts


def _fault(text: str) -> tuple[str, str] | None:
    """What in a text would change the card around it, and what to do."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})", line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        elif re.match(r" {0,3}#(\s|$)", line):
            return f"has a level-1 heading on its line {number}, beside the card's title", "start with ### or lower"
    if fence:
        return f"opens a code fence, {fence}, and does not close it", f"end the code with a line {fence}"
    if text.rfind("<!--") > text.rfind("-->"):
        return "opens a comment, <!--, and does not close it", "write --> after it"
    return None


def _read_file(value: str, path: Path, folder: pathlib.Path, findings: Findings) -> str | None:
    if fault := path_fault(value):
        findings.add(path, f"`{value}` {fault[0]}", fault[1])
        return None
    file = folder / value
    try:
        text = read_text(file, TEXT_BYTES, encoding="utf-8-sig")
    except FileNotFoundError:
        names = sorted(other.name for other in file.parent.glob("*.md")) if file.parent.is_dir() else []
        meant = nearest(file.name, names)
        remedy = f"did you mean `{(pathlib.PurePosixPath(value).parent / meant).as_posix()}`?" if meant else ""
        findings.add(path, f"the file `{value}` does not exist", remedy or "the path starts at the manifest's folder")
    except UnicodeDecodeError:
        findings.add(path, f"the file `{value}` is not UTF-8", "save it as UTF-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        findings.add(path, f"the file `{value}` cannot be read: {reason}")
    else:
        if text.strip():
            return text
        findings.add(path, f"the file `{value}` is empty", "write the text, or leave the key out")
    return None
