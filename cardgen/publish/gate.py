"""What must be in order before anything is sent, and the exceptions that a person names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cardgen.catalog.suggest import remedy_for
from cardgen.errors import UsageError
from cardgen.inherit.parse import parse_card

EDITS_WRONG = "edits-wrong"
UNREVIEWED = "unreviewed"

RULES: Mapping[str, str] = {
    "check-failed": "The card is not what its manifest and evidence say, or lint finds an error in it.",
    "evidence-stale": "The evidence is not what the manifest asks for: something was changed and not measured again.",
    "snippet-failed": "Code that the card prints did not run to its end, or cannot.",
    "license-unresolved": "Nobody knows under which licence the model may be used.",
    "placeholder": "Words hold the place of text that was never written.",
    EDITS_WRONG: "With what people edited on the Hub, lint finds an error in the card.",
    UNREVIEWED: "With --reviewed: what changed since the card on the Hub fails the review, or was changed after it.",
}
"""Id to what is refused; each can be allowed by name."""

_OF_LINT = {"license-missing": "license-unresolved", "placeholder": "placeholder", "template-tag": "placeholder"}
"""Findings of lint that are no errors of a card, and that a card is not published with."""


class Step(Protocol):
    """A step that is to run."""

    @property
    def name(self) -> str:
        """Kind and variant."""
        ...


class Finding(Protocol):
    """What a check found."""

    @property
    def told(self) -> str:
        """What is wrong."""
        ...

    @property
    def remedy(self) -> str:
        """What to do about it."""
        ...

    @property
    def about(self) -> str:
        """``evidence`` or ``card``."""
        ...

    @property
    def rule(self) -> str:
        """Of lint, or empty."""
        ...

    @property
    def steps(self) -> Sequence[Step]:
        """The steps that are to run."""
        ...


class LintFinding(Protocol):
    """What lint found."""

    @property
    def rule(self) -> str:
        """Its id."""
        ...

    @property
    def line(self) -> int:
        """Of the card."""
        ...

    @property
    def message(self) -> str:
        """What is wrong."""
        ...

    @property
    def remedy(self) -> str:
        """What to do about it."""
        ...


class Checked(Protocol):
    """What a check says of a card."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What is wrong with it."""
        ...

    @property
    def lint(self) -> Sequence[LintFinding]:
        """What lint says of it."""
        ...


@dataclass(frozen=True)
class Refusal:
    """A reason not to publish."""

    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """The reason, what to do about it, and how to publish all the same."""
        return f"{self.message} [{self.rule}]\n    {self.remedy} Or publish all the same: --allow {self.rule}"


def refusals(checked: Checked, card: str) -> Iterator[Refusal]:
    """Every reason not to publish a card.

    Args:
        checked: what a check found.
        card: its text, as it lies on the disk; empty where there is none.
    """
    for finding in checked.findings:
        yield Refusal(_rule(finding), finding.told, _sentence(finding.remedy))
    for found in checked.lint:
        if found.rule in _OF_LINT:
            message = f"line {found.line} of the card: {found.message}"
            yield Refusal(_OF_LINT[found.rule], message, _sentence(found.remedy))
    front = parse_card(card).front_matter if card else None
    if front and front.data.get("license") == "unknown":
        message = "the licence is `unknown`, so that nobody knows whether they may use the model"
        yield Refusal("license-unresolved", message, "Name it in `metadata.license`.")


def refuse_unknown(allowed: Collection[str]) -> None:
    """Stop where an exception is named that there is no rule for.

    Raises:
        UsageError: with what was meant.
    """
    for name in allowed:
        if name not in RULES:
            known = f"there are: {', '.join(RULES)}"
            raise UsageError(f"--allow {name}: there is no such rule", remedy=remedy_for(name, tuple(RULES)) or known)


def with_exceptions(message: str, used: Collection[str]) -> str:
    """The first line of a commit, which says what was published against which rules."""
    return f"{message} (allowed: {', '.join(sorted(used))})" if used else message


def _rule(finding: Finding) -> str:
    if finding.rule.startswith("snippet-"):
        return "snippet-failed"
    if finding.about == "card":
        return "check-failed"
    snippets = [step.name.startswith("snippet ") for step in finding.steps]
    return "snippet-failed" if snippets and all(snippets) else "evidence-stale"


def _sentence(remedy: str) -> str:
    text = f"{remedy[:1].upper()}{remedy[1:]}"
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
