"""What a project holds for bad, and what fails its review: ``[review]`` of cardgen.toml, or of pyproject.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from cardgen.catalog.suggest import remedy_for
from cardgen.errors import Problem, SettingsError
from cardgen.manifest.places import Findings
from cardgen.manifest.places import Path as Keys
from cardgen.reading import TEXT_BYTES
from cardgen.review.diff.change import SEVERITIES, Change, Severity
from cardgen.review.diff.rules import RULES
from cardgen.review.sides.files import Files
from cardgen.review.toml import read_toml

FailOn = Literal["breaking", "notable", "note", "never"]

FILES: Final[Mapping[str, Keys]] = {"cardgen.toml": (), "pyproject.toml": ("tool", "cardgen")}
"""The files that may hold the settings, and what they stand under in each."""
_REVIEW = "review"
_KEYS = ("severities", "fail_on", "before_push")


@dataclass(frozen=True)
class Settings:
    """A project's own."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Of rules, by id, where the table's is not the project's."""
    fail_on: FailOn = "breaking"
    """The least severity at which a change fails the review while nobody has accepted it."""
    before_push: bool = False
    """Whether ``cardgen push`` publishes nothing that fails the review, as with ``--reviewed``."""

    def fails(self, change: Change) -> bool:
        """Whether a change fails the review, unless it is accepted."""
        return self.fail_on != "never" and SEVERITIES.index(change.severity) <= SEVERITIES.index(self.fail_on)

    def severity(self, rule: str) -> Severity:
        """Of a rule: the project's, or that of the table."""
        return self.severities.get(rule, RULES[rule].severity)


def read_settings(files: Files, root: Path) -> Settings:
    """The settings of a project; the defaults where it has none.

    Args:
        files: where the project lies.
        root: its folder.

    Raises:
        SettingsError: with everything that is wrong in them.
    """
    problems: list[Problem] = []
    tables: list[tuple[Mapping[str, Any], Keys, Findings]] = []
    for name, under in FILES.items():
        findings = Findings(files.label(root / name))
        table = _table(_text(files, root / name, findings), under, findings)
        if table is not None:
            tables.append((table, (*under, _REVIEW), findings))
        problems += findings
    if len(tables) > 1:
        table, path, findings = tables.pop()
        message = f"is given in {files.label(root / 'cardgen.toml')} as well"
        findings.add(path, message, "keep one of the two", at="key")
        problems += findings
    settings = Settings()
    if tables:
        table, path, findings = tables[0]
        settings = _settings(table, path, findings)
        problems += findings
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _text(files: Files, path: Path, findings: Findings) -> str:
    if not files.is_file(path):
        return ""
    try:
        return files.read(path, TEXT_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.add((), "is not UTF-8", "save it as UTF-8")
    except OSError as error:
        findings.add((), f"cannot be read: {error.strerror}")
    return ""


def _table(text: str, under: Keys, findings: Findings) -> Mapping[str, Any] | None:
    """The settings as they are written; ``None`` where the file has none."""
    if under and "cardgen" not in text:  # what else is wrong with it, its own tools say
        return None
    value: Any = read_toml(text, findings)
    for part in under:
        value = value.get(part, {}) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        findings.add(under, "must be a table")
        return None
    for key in value:
        if key != _REVIEW:
            findings.add((*under, key), "is not a key that cardgen knows", remedy_for(key, (_REVIEW,)), at="key")
    table = value.get(_REVIEW)
    if table is not None and not isinstance(table, dict):
        findings.add((*under, _REVIEW), "must be a table")
        return None
    return table


def _settings(table: Mapping[str, Any], path: Keys, findings: Findings) -> Settings:
    for key in table:
        if key not in _KEYS:
            findings.add((*path, key), "is not a key that cardgen knows", remedy_for(key, _KEYS), at="key")
    fail_on = table.get("fail_on", "breaking")
    _among(fail_on, get_args(FailOn), (*path, "fail_on"), findings)
    before_push = table.get("before_push", False)
    if not isinstance(before_push, bool):
        findings.add((*path, "before_push"), "must be true or false")
    severities = table.get("severities", {})
    if not isinstance(severities, dict):
        remedy = 'write `severities = {score-worse = "notable"}`, or a table of that name'
        findings.add((*path, "severities"), "must be a table of rules and their severities", remedy)
        return Settings()
    for rule, severity in severities.items():
        place = (*path, "severities", rule)
        if rule not in RULES:
            findings.add(place, "is no rule", remedy_for(rule, tuple(RULES)), at="key")
        else:
            _among(severity, SEVERITIES, place, findings)
    return Settings() if findings else Settings(severities, fail_on, before_push)


def _among(given: object, choices: tuple[str, ...], path: Keys, findings: Findings) -> None:
    if not isinstance(given, str):
        findings.add(path, f"must be one of {', '.join(choices)}")
    elif given not in choices:
        findings.add(path, f"`{given}` is not known", remedy_for(given, choices))
