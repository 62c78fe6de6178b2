"""What a check found on one card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cardgen.lint.engine import Finding as LintFinding
from cardgen.review.check.why import StaleStep
from cardgen.review.check.words import explained, line


@dataclass(frozen=True)
class Finding:
    """Something that a person must look at."""

    message: str
    remedy: str
    detail: str = ""
    """A unified diff, for a stale card."""
    steps: tuple[StaleStep, ...] = ()
    """The steps that are to run, and why, where some are."""
    about: Literal["evidence", "card"] = "card"
    """Whether the evidence is not what the manifest asks for, or the card not what the evidence says."""
    rule: str = ""
    """Of lint, where one of its findings is this one."""

    @property
    def told(self) -> str:
        """The message, and a line for each step."""
        return "\n".join((self.message, *(f"    {line(step)}" for step in self.steps)))

    @property
    def explained(self) -> str:
        """The message, and every reason of each step."""
        return "\n".join((self.message, *(f"    {told}" for told in explained(self.steps))))


@dataclass(frozen=True)
class CheckReport:
    """What a check found on one card."""

    name: str
    findings: tuple[Finding, ...]
    unverified: tuple[str, ...]
    """Local inputs that are not on this machine, so that nobody can say whether they changed."""
    lint: tuple[LintFinding, ...] = ()
    """What lint says of the card; its errors are among the findings, notes are left out."""
    built: bool = True
    """Whether there is evidence; a manifest that has no card either is merely not built yet."""
