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
from cardgen.patterns import regex
from cardgen.reading import TEXT_BYTES, Read, read_bytes, read_text

_MARKED = regex(r"[<#]|```|~~~|^[ ]{0,3}=", re.MULTILINE)
"""What only Markdown that changes the card around it has, among much else that has it."""


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


def check_prose(
    prose: dict[str, str], folder: pathlib.Path, findings: Findings, read: Read | None = read_bytes
) -> dict[str, str]:
    """Read the words of each section; what is wrong goes to ``findings``.

    Those in files are left out where there is nothing to read them by.
    """
    texts = {}
    for section, value in prose.items():
        path: Path = ("prose", section)
        if section not in PROSE_SECTIONS:
            remedy = remedy_for(section, tuple(PROSE_SECTIONS))
            findings.add(path, "is not a section of a card", remedy, at="key")
        elif value.endswith(".md") and "\n" not in value:
            text = _read_file(value, path, folder, findings, read) if read else None
            if text is not None:
                texts[section] = text
        else:
            texts[section] = value
        if section in texts and _MARKED.search(texts[section]):
            from cardgen.manifest.prose_faults import prose_fault  # most words are plain

            if fault := prose_fault(texts[section]):
                findings.add(path, fault.message, fault.remedy)
    return texts


def _read_file(value: str, path: Path, folder: pathlib.Path, findings: Findings, read: Read) -> str | None:
    if fault := path_fault(value):
        findings.add(path, f"`{value}` {fault[0]}", fault[1])
        return None
    file = folder / value
    try:
        text = read_text(file, TEXT_BYTES, encoding="utf-8-sig", read=read)
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
