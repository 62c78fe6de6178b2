"""Files → a state of a card."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from cardgen.card.assemble import CardPlace
from cardgen.catalog.families import FAMILIES
from cardgen.errors import (
    ComparisonError,
    EvidenceError,
    ManifestError,
    Problem,
    ProblemsError,
    TemplateProblemsError,
    shown,
)
from cardgen.manifest.load import SUFFIXES, check_text, decode
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings
from cardgen.pipeline.edits import card_edited
from cardgen.reading import CARD_BYTES, RECORDS_BYTES, TEXT_BYTES, is_text, read_text
from cardgen.records.evidence_file import parse_evidence
from cardgen.review.sides.files import Files
from cardgen.review.state import State
from cardgen.weights.pointer import holds_pointer

CARDS = "cards"
"""The folder of a project that its cards are committed in, each in a folder of the manifest's name."""
MANIFESTS = "manifests"
"""The folder of a project that its manifests stand in, by custom."""


def of_manifest(files: Files, path: Path) -> State:
    """The state of the card that a manifest asks for; without evidence where it is not built yet.

    Raises:
        ManifestError: where the manifest cannot be read or makes no sense.
        TemplateProblemsError: where its own template cannot be read.
        EvidenceError: where its evidence cannot be read.
        ComparisonError: where its card cannot be read.
    """
    label = files.label(path)
    findings = Findings(label)
    if not is_text(path.name):
        raise ManifestError((Problem(label, None, None, "", "has a name that is not UTF-8", "rename it"),))
    content = _content(files, path, TEXT_BYTES, ManifestError)
    text = decode(content, findings)
    if text is None:
        raise ManifestError(tuple(findings))
    manifest, words = check_text(text, path.parent, findings, files.read)
    root = files.project_root(path)
    state = State(
        name=path.stem,
        label=label,
        manifest=manifest,
        prose=words,
        template=_template(files, path, manifest),
        path=Path(shown(path)),
        root=root,
        sha256={"manifest": sha256_of(content)},
    )
    return _with_card(files, CardPlace(root / CARDS / path.stem), state)


def of_folder(files: Files, folder: Path) -> State:
    """The state of the card in a folder; with the manifest, where it stands in its project as is the custom.

    Raises:
        ComparisonError: where the folder holds no card of cardgen's.
        CardgenError: as :func:`of_manifest`.
    """
    place = CardPlace(folder)
    if not files.is_file(place.evidence):
        raise ComparisonError(
            f"{files.label(folder)} holds no evidence.json, so it is no card of cardgen's",
            remedy="Name the folder of a card, such as cards/NAME, its evidence or its manifest.",
        )
    around = folder.absolute().parent
    if around.name == CARDS:
        for suffix in SUFFIXES:
            manifest = around.parent / MANIFESTS / f"{folder.name}{suffix}"
            if files.is_file(manifest) and files.project_root(manifest) == around.parent:
                return of_manifest(files, manifest)
    return _with_card(files, place, State(folder.absolute().name, files.label(folder)))


def of_evidence(files: Files, path: Path) -> State:
    """The state that an evidence file tells of, without card and manifest.

    Raises:
        EvidenceError: where it cannot be read.
    """
    name = path.absolute().parent.name if path.stem == "evidence" else path.stem
    state = State(name, files.label(path), root=files.project_root(path))
    return with_texts(state, _content(files, path, RECORDS_BYTES, EvidenceError), None)


def with_texts(state: State, evidence: bytes | None, card: bytes | None, file: str | None = None) -> State:
    """The same state with evidence and a card, wherever they were read from.

    Args:
        state: what else is known.
        evidence: content of the evidence file.
        card: content of README.md.
        file: what messages call the evidence file; by default as the state.

    Raises:
        EvidenceError: where the evidence cannot be read.
    """
    sha256 = dict(state.sha256)
    if evidence is not None:
        sha256["evidence"] = sha256_of(evidence)
        parsed = parse_evidence(evidence, file or state.label)
        state = replace(state, evidence=parsed.evidence, evidence_edited=not parsed.sound)
    if card is not None:
        sha256["card"] = sha256_of(card)
        text = card.decode("utf-8", errors="replace").replace("\r\n", "\n")
        state = replace(state, card=text, card_edited=card_edited(text, state.evidence))
    return replace(state, sha256=sha256)


def _with_card(files: Files, place: CardPlace, state: State) -> State:
    evidence = card = None
    if files.is_file(place.evidence):
        evidence = _content(files, place.evidence, RECORDS_BYTES, EvidenceError)
    if files.is_file(place.readme):
        card = _content(files, place.readme, CARD_BYTES, EvidenceError)
    return with_texts(state, evidence, card, files.label(place.evidence))


def _content(files: Files, path: Path, most: int, refusal: type[ProblemsError]) -> bytes:
    """All of a file, which is no pointer to another one."""
    label = files.label(path)
    try:
        content = files.read(path, most)
    except OSError as error:
        raise refusal((Problem(label, None, None, "", f"cannot be read: {error.strerror}"),)) from error
    if holds_pointer(content):
        message = "is a Git LFS pointer, and not the content itself"
        remedy = (
            "Fetch it with `git lfs pull`. In git's history only the pointer is: to have the file reviewed, take its "
            "pattern out of .gitattributes and commit it anew."
        )
        raise refusal((Problem(label, None, None, "", message, remedy),))
    return content


def _template(files: Files, path: Path, manifest: Manifest) -> str | None:
    if manifest.card in FAMILIES:
        return None
    template = path.parent / manifest.card
    try:
        return read_text(template, TEXT_BYTES, encoding="utf-8-sig", read=files.read)
    except OSError as error:
        message = f"the template `{manifest.card}` cannot be read: {error.strerror}"
        raise TemplateProblemsError((Problem(files.label(path), None, None, "card", message),)) from error
    except UnicodeDecodeError as error:
        problem = Problem(files.label(template), None, None, "", "is not UTF-8", "save it as UTF-8")
        raise TemplateProblemsError((problem,)) from error


def sha256_of(content: bytes) -> str:
    """Of a file's text with LF ends, whichever ends version control checks it out with."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
