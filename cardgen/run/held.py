"""Holds what a step reads to what its fingerprint says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardgen.errors import StepError, shown
from cardgen.plan.model import Step
from cardgen.records.canonical import fingerprint
from cardgen.records.record import DoneRecord
from cardgen.records.states import LocalInput
from cardgen.records.store import Store


class Held:
    """The inputs of a step and what it needs of others, from before it begins to its end."""

    def __init__(
        self, step: Step, needed: Sequence[DoneRecord], inputs: Mapping[str, LocalInput], store: Store
    ) -> None:
        """Look at what a step is going to read.

        Args:
            step: the step.
            needed: the records of the steps whose artifacts it reads.
            inputs: what was hashed, by resolution name; what the step reads beside that is known by its commit.
            store: has the artifacts.

        Raises:
            StepError: where an input is no longer what was hashed.
        """
        self._name = step.name
        self._inputs = [inputs[name] for name in dict.fromkeys(step.inputs.values()) if name in inputs]
        self._needed = needed
        self._store = store
        self._states = [store.artifact_states(record) for record in needed]
        self._refuse_inputs("since it was hashed", hash_again=False)

    def inputs_sha256(self) -> str:
        """Hash of the states that the inputs had when they were hashed: any change of them gives another."""
        return fingerprint(
            {str(each.path): {name: list(s) for name, s in each.states.items()} for each in self._inputs}
        )

    def refuse_changes(self) -> None:
        """Hold that nothing of it was ever anything else.

        Raises:
            StepError: where something was, so that what the step found is of nobody knows what.
        """
        self._refuse_inputs(f"while `{self._name}` used it", hash_again=True)
        for record, states in zip(self._needed, self._states, strict=True):
            if not self._store.stayed(record, states):
                raise StepError(
                    f"What `{record.request.kind}` made changed in the store while `{self._name}` used it.",
                    remedy="Leave .cardgen/ alone while a build runs, and build again.",
                )

    def _refuse_inputs(self, when: str, *, hash_again: bool) -> None:
        for each in self._inputs:
            changed = each.change(hash_again=hash_again)
            if changed is not None:
                raise StepError(
                    f"{shown(each.path / changed)} changed {when}, so that nobody knows what was measured.",
                    remedy="Leave it alone while a build runs, and build again.",
                )
