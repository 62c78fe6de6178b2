"""Does the text evaluate on the split that the metadata name, and calibrate on another?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from cardgen.inherit.document import Span
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import metadata_of
from cardgen.lint.reading.quantities import paragraphs
from cardgen.lint.rules import model_index
from cardgen.patterns import regex

_EVALUATED = regex(
    r"\b(?:evaluat(?:ed|ion)|scor(?:ed|es)|measured|tested|results?)\b(?:(?!calibrat|train)[^.\n;:]){0,40}?"
    r"\bon (?:the )?(?:(?!calib|train)[\w.-]{1,30} ){0,3}?"
    r"(?P<split>validation|test|dev(?:elopment)?)(?:'s)?[ -](?:set|split)\b",
    re.IGNORECASE,
)
_NAMES = {"dev": "validation", "development": "validation", "val": "validation", "valid": "validation"}
_MATCHED = regex(r"(?P<name>validation|test|dev)(?:_(?:mis)?matched)?(?:\[.*)?")
_MOST = 50


def _plain(split: object) -> str | None:
    match = _MATCHED.fullmatch(split.strip().lower()) if isinstance(split, str) else None
    return _NAMES.get(match["name"], match["name"]) if match else None


def _evaluated(subject: Subject) -> list[tuple[str, Span]]:
    """The splits on which the text says that the model was evaluated."""
    found = (
        (_plain(match["split"]) or "", match["split"], paragraph)
        for paragraph in paragraphs(subject.document)
        for match in _EVALUATED.finditer(paragraph.text)
    )
    places = []
    for split, word, paragraph in islice(found, _MOST):
        at = subject.document.source.find(word, paragraph.span.start, paragraph.span.end)
        places.append((split, Span(at, at + len(word)) if at >= 0 else paragraph.span))
    return places


def _other_split(subject: Subject) -> Iterator[Found]:
    results = model_index.results_of(metadata_of(subject.document))
    indexed = [result.dataset.get("split") for result in results]
    known = {split for split in map(_plain, indexed) if split}
    told = _evaluated(subject)
    if not told or not known or len(known) < len({str(split) for split in indexed}):
        return
    if all(split not in known for split, _place in told):
        split, place = told[0]
        message = (
            f"the text evaluates on the {split} split, and model-index names the {' and '.join(sorted(known))} split"
        )
        yield Found(place, message, "find out which it was, and write it in both places")


def _calibrated(subject: Subject) -> Iterator[Found]:
    """Where the text names another split of the evaluation than the metadata, which another rule looks at."""
    results = model_index.results_of(metadata_of(subject.document))
    indexed = {split for result in results if (split := _plain(result.dataset.get("split")))}
    told = {split for split, _place in _evaluated(subject)} if indexed else set()
    for claim in subject.facts.calibrations:
        split = _plain(claim.split)
        if split and split in told and split not in indexed:
            message = (
                f"the model was calibrated on the {claim.split} split, on which the text says that it was evaluated"
            )
            yield Found(claim.span, message, "calibrate on training data, and measure again")
            return


RULES: tuple[Rule, ...] = (
    Rule("evaluation-split", "warning", "A split of the evaluation that is not that of model-index.", _other_split),
    Rule("calibration-evaluated", "error", "Calibration on the split that the text says was scored.", _calibrated),
)
