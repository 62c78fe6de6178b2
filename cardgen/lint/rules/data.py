"""Rules on data: that calibration and evaluation are kept apart, and a reader learns of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cardgen.inherit.facts.model import CalibrationClaim, Figure
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.quantities import fitting_runtimes, lower_prose, metric_figures
from cardgen.patterns import regex

_EVALUATION = frozenset({"eval", "evaluation"})
_TRAINING = frozenset({"train", "training"})
_SPLIT_NAMES: Mapping[str, str] = {"val": "validation", "valid": "validation", "dev": "validation"}
_CALIBRATION = "calibrat"
_STATIC = regex(r"\bstatic", re.IGNORECASE)
_COUNTED = "sample|example|sentence|row|record|question|article|image|utterance|pair|document"
_SAMPLES = tuple(
    regex(pattern, re.MULTILINE)
    for pattern in (
        rf"\d[\d,.]{{0,12}}[ \u00a0](?:[\w-]{{1,20}} )?(?:{_COUNTED})s?\b",
        r"(?:number of|evaluation|eval|test|validation)[ _](?:\w{1,20}[ _])?(?:sample|example)s?\b",
        r"^\W*(?:samples|examples)\W*\|[^\n]*\d",
        r"n(?<=\bn)\s?=\s?\d",
        r"\b\d{1,3}-shot\b",
        r"\b(?:whole|full|entire|complete|all)\s(?:of the\s)?(?:[\w-]{1,20}\s){0,2}(?:data ?set|split|set)\b",
    )
)
_SENTENCE = regex(r"\n|[.;] |,? and (?=(?:is |was )?(?:evaluat|scor|test))")
_DATA_WORDS = regex(
    r"\b(?:data ?sets?|corpus|benchmark|split|evaluat\w+ (?:on|data))\b"
    r"|\b(?:librispeech|common ?voice|fleurs|wikitext|lambada|imagenet|coco|squad|glue|mnli|sst-?2|mrpc|imdb|conll|xsum"
    r"|cnn[ /]?daily ?mail|samsum|wmt\d*|newstest\d*|sts-?b|mteb|beir|mmlu|gsm8k|hellaswag|nsmc|klue|food-?101|cifar)"
)


def _check_split(subject: Subject) -> Iterator[Found]:
    """Calibrating on the samples that are scored flatters the score."""
    scored = _scored_splits(subject)
    claims = subject.facts.calibrations
    on_training_data = {claim.subject.runtime for claim in claims if _plain_split(claim.split) in _TRAINING}
    for claim in claims:
        split = _plain_split(claim.split)
        if split is None or split in _TRAINING:
            continue
        if claim.subject.runtime in on_training_data:
            continue  # the card says otherwise of the same model elsewhere, so that one of the two was misread
        remedy = "calibrate on training data, and measure again"
        if split in _EVALUATION:
            message = f"the model was calibrated on the {claim.split} data, so that scores on them flatter it"
            yield Found(claim.span, message, remedy)
        elif split in scored:
            message = f"the model was calibrated on the {claim.split} split, and model-index gives scores of that split"
            yield Found(claim.span, message, remedy)
        elif split in ("validation", "test") and not scored:
            yield Found(
                claim.span,
                f"the model was calibrated on the {claim.split} split, and the card does not say that it is scored "
                f"on another",
                f"name the split of the evaluation; if it is this one, {remedy}",
                severity="warning",
            )


def _scored_splits(subject: Subject) -> frozenset[str]:
    """Splits that model-index gives."""
    front = subject.document.front_matter
    found = set()
    for entry in _items(front.data.get("model-index") if front else None):
        for result in _items(entry.get("results")):
            dataset = result.get("dataset")
            split = _plain_split(dataset.get("split")) if isinstance(dataset, Mapping) else None
            if split:
                found.add(split)
    return frozenset(found)


def _items(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, Mapping))


def _plain_split(split: object) -> str | None:
    if not isinstance(split, str):
        return None
    lower = split.strip().lower()
    return _SPLIT_NAMES.get(lower, lower)


def _check_counts(subject: Subject) -> Iterator[Found]:
    for claim in subject.facts.calibrations:
        if claim.seen is None:
            continue
        if claim.asked is not None and claim.seen < claim.asked:
            yield Found(
                claim.span,
                f"calibration asked for {claim.asked} samples and saw {claim.seen}",
                "say why, such as a data set that is smaller",
            )
        elif not _whole_batches(claim, subject.document.slice(claim.span)):
            yield Found(
                claim.span,
                f"calibration saw {claim.seen} samples, which neither batches of {claim.batch_size} "
                f"nor the {claim.asked} asked for make",
                "count the samples that the model saw",
            )


def _whole_batches(claim: CalibrationClaim, text: str) -> bool:
    if claim.batch_size is None or claim.batch_size < 1 or claim.asked is None or claim.seen is None:
        return True
    told_apart = "divisible" in text  # the card says itself that what was asked for makes no whole batches
    return claim.seen % claim.batch_size == 0 or (claim.seen == claim.asked and not told_apart)


def _check_dynamic(subject: Subject) -> Iterator[Found]:
    """Dynamic quantization finds the ranges of activations while the model runs."""
    if any(_STATIC.search(value) for row in subject.facts.sweep for value in row.parameters.values()):
        return  # of runs in both ways, those of the other one were calibrated
    told: dict[tuple[bool, object], set[str]] = {}
    for model, approach, _span in subject.facts.approaches:
        told.setdefault((model.baseline, model.runtime), set()).add(approach)
    for claim in subject.facts.calibrations:
        model = claim.subject
        fitting = set().union(*(told.get((model.baseline, each), ()) for each in fitting_runtimes(model.runtime)))
        if fitting == {"dynamic"}:
            yield Found(
                claim.span,
                "the card tells of calibration, and the model was quantized dynamically, which is done without any",
                "leave the sentence out, or correct what the card says of the approach",
            )


def _check_stated(subject: Subject) -> Iterator[Found]:
    """Silent where calibration is spoken of in words that could not be read."""
    if subject.facts.calibrations:
        yield from _check_each_stated(subject)
        return
    static = [span for _model, approach, span in subject.facts.approaches if approach == "static"]
    if static and _CALIBRATION not in lower_prose(subject.document):
        yield Found(
            static[0],
            "a static quantization is calibrated, and the card does not say on what",
            "name the data, its split, and how many samples the model saw",
        )


def _check_each_stated(subject: Subject) -> Iterator[Found]:
    told = {(claim.subject.baseline, claim.subject.runtime) for claim in subject.facts.calibrations}
    for model, approach, span in subject.facts.approaches:
        if approach != "static" or model.runtime is None:
            continue
        if any((model.baseline, runtime) in told for runtime in fitting_runtimes(model.runtime)):
            continue
        yield Found(
            span,
            f"the card says what another variant was calibrated on, and not the {model.runtime} one",
            "name the data, its split, and how many samples the model saw",
        )
        return


def _check_dataset(subject: Subject) -> Iterator[Found]:
    figures = _own_figures(subject)
    if not figures or subject.facts.datasets or any(figure.dataset for figure in figures):
        return
    titles = "\n".join(section.title for section in subject.document.sections).lower()
    if not _DATA_WORDS.search(lower_prose(subject.document)) and not _DATA_WORDS.search(titles):
        yield Found(
            figures[0].span,
            f"the card gives {figures[0].quantity} and does not say on which data",
            "name the dataset and its split",
        )


def _check_samples(subject: Subject) -> Iterator[Found]:
    """Only where INT8 is held against FP32: whether their difference means anything depends on the count."""
    figures = _own_figures(subject)
    scores = metric_figures(subject.facts)
    if not figures or not any(figure.subject.baseline for figure in scores):
        return
    lines = (line for line in _SENTENCE.split(lower_prose(subject.document)) if _CALIBRATION not in line)
    text = "\n".join(lines)
    if not any(samples.search(text) for samples in _SAMPLES):
        yield Found(
            figures[0].span,
            f"the card does not say on how many samples {figures[0].quantity} was measured, so that nobody can tell "
            f"its differences from chance",
            "give the number of samples beside the scores",
        )


def _own_figures(subject: Subject) -> list[Figure]:
    return [figure for figure in metric_figures(subject.facts, "table", "prose") if not figure.subject.baseline]


RULES: tuple[Rule, ...] = (
    Rule("calibration-split", "error", "Calibration on the data that the model is scored on.", _check_split),
    Rule("calibration-count", "warning", "Calibration samples that do not add up.", _check_counts),
    Rule("calibration-dynamic", "warning", "Calibration of a model that was quantized dynamically.", _check_dynamic),
    Rule("calibration-missing", "warning", "A static quantization without a word on its calibration.", _check_stated),
    Rule("dataset-missing", "note", "Scores without the data that they were measured on.", _check_dataset),
    Rule("samples-missing", "note", "Scores without the number of samples that they were measured on.", _check_samples),
)
