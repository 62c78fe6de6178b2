"""Is the front matter there, and can the Hub use it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.catalog.tasks import TASK_NAMES, UNTAGGED
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, metadata_of, title_of
from cardgen.lint.rules import faults, listed_metrics, model_index, tags
from cardgen.patterns import regex

_DERIVED_TAGS = frozenset(
    {"int8", "int4", "onnx", "openvino", "gguf", "neural-compressor", "quantized", "8-bit", "4-bit"}
)
_DERIVED_TITLE = regex(
    r"\b(?:int8|int4|quanti[sz]ed|(?:export|conversion|version) of|gguf|gptq|awq|(?:nv|mx)fp4|fp8|[2-8]-?bit)\b",
    re.IGNORECASE,
)
_EMBEDDING = frozenset({"feature-extraction", "sentence-similarity", "text-ranking", "fill-mask"})
"""Tasks of models that write no text, of which converters say that they do."""
_NOT_ON_HUB = regex(r"\bnot (?:published )?on the hub\b", re.IGNORECASE)


def _missing(subject: Subject) -> Iterator[Found]:
    if subject.document.front_matter is None:
        yield Found(
            front_place(subject.document),
            "the card has no front matter, so that the Hub knows neither its licence nor its task",
            "begin the file with a block of YAML between two lines of `---`",
        )


def _unreadable(subject: Subject) -> Iterator[Found]:
    front = subject.document.front_matter
    if front is not None and front.error:
        yield Found(front.span, f"the front matter cannot be read: {front.error}", "mend the YAML")


def _readable(subject: Subject) -> bool:
    front = subject.document.front_matter
    return front is not None and not front.error


def _absent(subject: Subject, key: str) -> bool:
    return _readable(subject) and metadata_of(subject.document).get(key) in (None, "", [], ())


def _base_model(subject: Subject) -> Iterator[Found]:
    if not _absent(subject, "base_model") or _NOT_ON_HUB.search(subject.document.source):
        return
    named = [name for name, _span in subject.facts.base_models]
    derived = (
        bool(named)
        or any(approach != "none" for _subject, approach, _span in subject.facts.approaches)
        or any(tag in _DERIVED_TAGS for tag, _path in listed(subject.document, "tags") if isinstance(tag, str))
        or any(_DERIVED_TITLE.search(name.replace("_", " ")) for name in _own_names(subject))
    )
    if derived:
        known = f"write `base_model: {named[0]}`" if named else "name the model that this one was made from"
        message = "the front matter has no base_model, so that the Hub does not link the two"
        yield Found(front_place(subject.document), message, known)


def _own_names(subject: Subject) -> list[str]:
    """Title and names of model-index."""
    title = title_of(subject.document)
    return [*([title.title] if title else []), *model_index.names_of(metadata_of(subject.document))]


def _license(subject: Subject) -> Iterator[Found]:
    if _absent(subject, "license"):
        message = "the front matter has no license, so that nobody knows whether they may use the model"
        yield Found(front_place(subject.document), message, "write the identifier of its licence, such as apache-2.0")


def _pipeline_tag(subject: Subject) -> Iterator[Found]:
    if _absent(subject, "pipeline_tag"):
        told = tuple(_tasks_told(subject))
        if any(task in UNTAGGED for task in told):
            return
        guess = next(iter(told), None)
        remedy = f"write `pipeline_tag: {guess}`" if guess else "write what the model does, such as text-classification"
        message = "the front matter has no pipeline_tag, so that people do not find the model by its task"
        yield Found(front_place(subject.document), message, remedy)


def _pipeline_tag_other(subject: Subject) -> Iterator[Found]:
    told = {tag for tag, _path in listed(subject.document, "tags") if tag in TASK_NAMES}
    if metadata_of(subject.document).get("pipeline_tag") == "text-generation" and told and told <= _EMBEDDING:
        meant = "sentence-similarity" if "sentence-similarity" in told else min(told)
        message = f"pipeline_tag is text-generation, and the tags are those of a model for {meant}"
        yield Found(front_place(subject.document, "pipeline_tag"), message, f"write `pipeline_tag: {meant}`")


def _tasks_told(subject: Subject) -> Iterator[str]:
    """The tasks among the tags, then those in model-index."""
    for tag, _path in listed(subject.document, "tags"):
        if isinstance(tag, str) and tag in TASK_NAMES:
            yield tag
    for result in model_index.results_of(metadata_of(subject.document)):
        if result.task_type in TASK_NAMES:
            yield str(result.task_type)


_OF_GLUE = frozenset({"mrpc", "mnli", "qnli", "qqp", "rte", "cola", "stsb", "sts-b", "wnli"})


def _datasets(subject: Subject) -> Iterator[Found]:
    for value, path in listed(subject.document, "datasets"):
        if isinstance(value, str) and value.lower() in _OF_GLUE:
            message = f"`{value}` is a part of the dataset nyu-mll/glue, and no dataset of the Hub by itself"
            remedy = "write nyu-mll/glue, and its part as `config` of the results' dataset"
            yield Found(front_place(subject.document, *path), message, remedy)


RULES: tuple[Rule, ...] = (
    Rule("front-matter-missing", "error", "A card without a block of metadata at its head.", _missing),
    Rule("front-matter-unreadable", "error", "Front matter that is no YAML mapping.", _unreadable),
    Rule(
        "base-model-missing",
        "warning",
        "A derived model whose metadata do not name what it was made from.",
        _base_model,
    ),
    Rule("license-missing", "warning", "Metadata without a licence.", _license),
    Rule("pipeline-tag-missing", "warning", "Metadata that do not say which task the model does.", _pipeline_tag),
    Rule(
        "pipeline-tag-other",
        "warning",
        "A pipeline_tag for text of a model that writes none by its tags.",
        _pipeline_tag_other,
    ),
    Rule("dataset-part", "warning", "A part of a dataset that is listed as a dataset.", _datasets),
    *faults.RULES,
    *listed_metrics.RULES,
    *tags.RULES,
    *model_index.RULES,
)
