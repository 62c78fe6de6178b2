"""Whether records are of what a manifest asks for, whichever version of a step's code made them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import cardgen
from cardgen.manifest.model import Manifest
from cardgen.plan.resolved import answers, resolved_refs
from cardgen.plan.steps import plan_steps
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import Resolution
from cardgen.records.request import StepRequest


class Fit:
    """Compares one manifest with the records of one evidence."""

    def __init__(self, manifest: Manifest, evidence: Evidence) -> None:
        self._manifest = manifest
        self._evidence = evidence

    def of(self, variant: str) -> bool | None:
        """Whether every step of a variant that is run has a record.

        Returns:
            ``None`` where nobody can tell: another version of cardgen wrote the evidence, and may have planned
            otherwise.
        """
        evidence = self._evidence
        try:
            plan = plan_steps(
                self._manifest, (variant,), self._answering(variant), evidence.environments, evidence.inspected
            )
        except KeyError:  # it names an input or a backend that was not there
            found = False
        else:
            planned = _identities({step.fingerprint: (step.request, step.needs) for step in plan.steps})
            found = planned <= self._recorded
        return True if found else False if evidence.cardgen == cardgen.__version__ else None

    def _answering(self, variant: str) -> Mapping[str, Resolution]:
        """What names meant, of those that the manifest has; by which name it was found out says nothing."""
        refs = resolved_refs(self._manifest, (variant,))
        found = self._evidence.resolutions
        return {name: found[name] for name, ref in refs.items() if name in found and answers(found[name], ref)}

    @cached_property
    def _recorded(self) -> set[str]:
        return _identities({record.fingerprint: (record.request, record.needs) for record in self._evidence.records})


def _identities(steps: Mapping[str, tuple[StepRequest, Mapping[str, str]]]) -> set[str]:
    """What each step is, by what is asked and of what: neither its code nor the libraries make it another one."""
    known: dict[str, str] = {}

    def identity(step: str) -> str:
        if step not in steps or step in known:
            return known.get(step, step)
        known[step] = step  # until it is known: in evidence that was edited a record may need itself
        request, needs = steps[step]
        told: dict[str, Any] = request.model_dump(mode="json")
        known[step] = fingerprint(
            {"request": told, "needs": {role: identity(needed) for role, needed in needs.items()}}
        )
        return known[step]

    return {identity(step) for step in steps}
