"""``reviews/NAME.yaml``: one entry for each decision, sorted by fingerprint, with an empty line between them.

Two branches that decide on different changes so write into different places, and git merges them without a conflict,
unless their fingerprints are neighbours; ``merge.py`` merges those too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cardgen.card.metadata.front_matter import dump_yaml
from cardgen.catalog.suggest import remedy_for
from cardgen.errors import DecisionsError, Problem, StepError, shown
from cardgen.manifest.places import Findings, Place
from cardgen.manifest.places import Path as Keys
from cardgen.manifest.yaml import read_yaml
from cardgen.patterns import regex
from cardgen.reading import CARD_BYTES
from cardgen.records.atomic import write_atomically
from cardgen.review.decisions.decision import FILES, Decision, Decisions, Verdict
from cardgen.review.sides.files import Files

FOLDER: Final = "reviews"
HEADER: Final = (
    "# Decisions on changes of this card, written by `cardgen review`; each stands while its change is the same.\n"
)
_VERDICTS: Final[tuple[Verdict, ...]] = ("accepted", "rejected")
_TEXTS = ("rule", "place", "change", "reason", "by")
_KEYS = ("fingerprint", "decision", *_TEXTS, "reviewed")
_FINGERPRINT = regex("[0-9a-f]{12}")
_SHA256 = regex("[0-9a-f]{64}")
_CONFLICT = regex(r"(<{7}|\|{7}|={7}|>{7})( .*)?")


def decisions_path(root: Path, name: str) -> Path:
    """Where the decisions on a card of a project stand."""
    return root / FOLDER / f"{name}.yaml"


def read_decisions(files: Files, path: Path) -> Decisions:
    """What was decided; nothing where there is no such file.

    Raises:
        DecisionsError: with everything that is wrong in the file.
    """
    label = files.label(path)
    if not files.is_file(path):
        return Decisions(label)
    try:
        return parse_decisions(files.read(path, CARD_BYTES), label)
    except OSError as error:
        raise DecisionsError((Problem(label, None, None, "", f"cannot be read: {error.strerror}"),)) from error


def parse_decisions(content: bytes, file: str) -> Decisions:
    """What a file's content decides.

    Args:
        content: all of the file.
        file: what messages call it.

    Raises:
        DecisionsError: with everything that is wrong in it.
    """
    findings = Findings(file)
    found: dict[str, Decision] = {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.add((), "is not UTF-8", "save it as UTF-8")
    else:
        _conflicts(text, findings)
        found = {} if findings else _decisions(read_yaml(text, findings), findings)
    if findings:
        raise DecisionsError(tuple(findings))
    return Decisions(file, found)


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write a file anew, at once or not at all.

    Raises:
        StepError: where it cannot be written.
    """
    entries = map(entry_text, sorted(decisions, key=lambda each: each.fingerprint))
    try:
        write_atomically(path, "\n".join([HEADER, *entries]))
    except OSError as error:
        remedy = "Nothing was decided; see to it that the folder can be written."
        raise StepError(f"{shown(path)} cannot be written: {error.strerror}", remedy=remedy) from error


def entry_text(decision: Decision) -> str:
    """One entry as it stands in the file."""
    entry: dict[str, Any] = {
        "fingerprint": decision.fingerprint,
        "decision": decision.verdict,
        "rule": decision.rule,
        "place": decision.place,
        "change": decision.change,
        "reason": decision.reason,
        "by": decision.by,
    }
    if decision.reviewed is not None:
        entry["reviewed"] = {name: decision.reviewed[name] for name in FILES if name in decision.reviewed}
    return dump_yaml([entry])


def _conflicts(text: str, findings: Findings) -> None:
    """Note where a merge left both sides in the file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _CONFLICT.fullmatch(line):
            message = "is a line that git left there, since two branches changed the same place"
            remedy = "keep the entries of both sides, sorted by fingerprint, and remove the lines that git put in"
            findings.add_at(Place(number, 1), (), message, remedy)
            return


def _decisions(value: Any, findings: Findings) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    if value is None:
        return found
    if not isinstance(value, list):
        findings.add((), "must be a list of decisions", "`cardgen review accept` writes them")
        return found
    lines: dict[str, Place | None] = {}
    for index, entry in enumerate(value):
        decision = _decision(entry, (index,), findings)
        if decision is None:
            continue
        first = found.setdefault(decision.fingerprint, decision)
        if first is decision:
            lines[decision.fingerprint] = findings.place((index,), "value")
            continue
        place = lines[decision.fingerprint]
        at = f"; first on line {place.line}" if place else ""
        both = "is decided both ways" if first.verdict != decision.verdict else "is decided twice"
        findings.add((index, "fingerprint"), f"`{decision.fingerprint}` {both}{at}", "keep the entry that holds")
    return found


def _decision(entry: Any, path: Keys, findings: Findings) -> Decision | None:
    if not isinstance(entry, dict):
        findings.add(path, "must be a mapping of keys to values")
        return None
    for key in entry:
        if key not in _KEYS:
            findings.add((*path, key), "is not a key that cardgen knows", remedy_for(key, _KEYS), at="key")
    texts = {key: entry.get(key) for key in ("fingerprint", "decision", *_TEXTS)}
    for key, given in texts.items():
        if key not in entry:
            findings.add((*path, key), "is missing")
        elif not isinstance(given, str) or not given.strip():
            findings.add((*path, key), "must be text", f'write "{given}" in quotes' if given is not None else "")
    _known(texts, path, findings)
    reviewed = _reviewed(entry.get("reviewed"), (*path, "reviewed"), findings)
    if findings.spoilt_within(path):
        return None
    told = {key: str(texts[key]) for key in _TEXTS}
    verdict: Verdict = "accepted" if texts["decision"] == "accepted" else "rejected"
    return Decision(str(texts["fingerprint"]), verdict, **told, reviewed=reviewed)


def _known(texts: dict[str, Any], path: Keys, findings: Findings) -> None:
    fingerprint, verdict = texts["fingerprint"], texts["decision"]
    if isinstance(fingerprint, str) and not _FINGERPRINT.fullmatch(fingerprint):
        remedy = "it has 12 hex digits, in small letters, as `cardgen review` tells them"
        findings.add((*path, "fingerprint"), f"`{fingerprint}` is no fingerprint of a change", remedy)
    if isinstance(verdict, str) and verdict not in _VERDICTS:
        findings.add((*path, "decision"), f"`{verdict}` is not known", remedy_for(verdict, _VERDICTS))


def _reviewed(value: Any, path: Keys, findings: Findings) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        findings.add(path, f"must be a mapping of {', '.join(FILES)} to hashes")
        return None
    for name, sha256 in value.items():
        if name not in FILES:
            findings.add((*path, name), "is not known here", remedy_for(name, FILES), at="key")
        elif not _SHA256.fullmatch(sha256):
            findings.add((*path, name), "is no SHA-256, which has 64 hex digits", "decide again")
    return dict(value)
