"""What must hold of the way in which a model is asked to write text."""

from __future__ import annotations

from cardgen.catalog.tasks import TaskInfo
from cardgen.manifest.generation import Generation
from cardgen.manifest.places import Findings, Path

_AT: Path = ("generation",)
_OF_BEAMS = ("length_penalty", "early_stopping")
"""Settings that only a search with several beams makes use of."""


def check_generation(asked: Generation | None, task: TaskInfo | None, findings: Findings) -> None:
    """Check what a manifest asks for by itself; the base model's files tell the rest, when they are there."""
    if asked is None or not findings.sound(_AT):
        return
    if task is not None and not task.generates:
        message = f"does not apply: what is scored of models for {task.title} is no text that they write"
        findings.add(_AT, message, "leave it out", at="key")
        return
    if not asked.model_fields_set:
        findings.add(_AT, "is empty", "say how the model is asked to write, or leave the key out")
    if asked.max_length is not None and asked.min_length is not None and asked.min_length > asked.max_length:
        message = f"is {asked.min_length}, which is more than `max_length`, {asked.max_length}"
        findings.add((*_AT, "min_length"), message, "write a smaller number")
    for name in _OF_BEAMS:
        if asked.num_beams == 1 and getattr(asked, name):
            message = "only goes with several beams, and `num_beams` is 1"
            findings.add((*_AT, name), message, "leave one of them out", at="key")
