"""What points to the task of a card that does not name it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import nearest
from cardgen.catalog.tasks import TASK_NAMES
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.skeleton_config import HEADS
from cardgen.patterns import regex

_CLASS = regex(r"\b[A-Z][A-Za-z0-9]*?(?P<head>For[A-Z][A-Za-z0-9]+|WithLMHeadModel|LMHeadModel)\b")
_PIPELINE = regex(r"""\bpipeline\(\s*(?:task\s*=\s*)?["']([a-z-]+)["']""")
_BY_METRIC = {"rouge": "summarization", "exact_match": "question-answering", "bleu": "translation"}
_BY_DATASET = {"squad": "question-answering", "cnn_dailymail": "summarization", "xsum": "summarization"}
_BY_TOOL = (
    ("text-generation", "mlx_lm", regex(r"\bmlx_lm\b")),
    ("text-generation", "TensorRT-LLM", regex(r"\bfrom tensorrt_llm import [^\n]{0,80}\bLLM\b")),
    ("text-generation", "vLLM", regex(r"\bfrom vllm import [^\n]{0,80}\bSamplingParams\b|\bvllm serve\b")),
    ("text-generation", "llama.cpp", regex(r"\bllama-(?:cli|server)\b")),
)
"""Tools that run models of one task unless their code says another."""
_OTHERWISE = regex(
    r"--(?:task|runner|embeddings?|rerank\w*|mmproj|pooling|limit-mm\S*)\b|\b(?:image|video|audio|embed)\w*|multi_modal",
    re.IGNORECASE,
)
_CALIBRATED = regex(r"calibrat", re.IGNORECASE)
_SLIP = 0.9
"""Likeness from which a tag counts as a misspelt task."""


def task_hints(card: SourceCard) -> Iterator[tuple[str, str]]:
    """Tasks that the card points to, the surest first, and by what.

    Args:
        card: the card.
    """
    front = card.document.front_matter
    for task in _indexed_tasks(front.data if front else {}):
        if task in TASK_NAMES:
            yield task, "model-index"
    for section, block in card.blocks():
        found = re.search(r"\*\*task:?\*\*:?\s*`?([a-z-]+)", getattr(block, "markdown", ""))
        if found and found[1] in PIPELINE_TAGS:
            yield found[1], f"the text of {section.title or 'the card'}"
    for tag in card.metadata.tags:
        if tag in TASK_NAMES:
            yield tag, "a tag"
    metrics = {figure.quantity for figure in card.facts.figures}
    for snippet in card.facts.snippets:
        for found in _CLASS.finditer(snippet.code):
            by_class = HEADS.get(found["head"])
            if by_class is not None:
                yield by_class, f"the class {found[0]} in its code"
            elif found["head"] in ("ForSeq2SeqLM", "ForConditionalGeneration"):
                by_metric = next((task for key, task in _BY_METRIC.items() if any(key in m for m in metrics)), None)
                yield by_metric or "summarization", f"the class {found[0]} in its code and its metrics"
        if (found := _PIPELINE.search(snippet.code)) and found[1] in PIPELINE_TAGS:
            yield found[1], "the pipeline in its code"
    for tag in card.metadata.tags:
        if (meant := nearest(tag, PIPELINE_TAGS, cutoff=_SLIP)) is not None:
            yield meant, f"the tag {tag}"
    yield from _by_tool(card)
    for dataset in card.facts.datasets:
        by_dataset = _BY_DATASET.get(dataset.rpartition("/")[2])
        if by_dataset is not None and not _calibrated_on(card, dataset):
            yield by_dataset, f"the dataset {dataset}"
    for key, task in _BY_METRIC.items():
        if any(key in metric for metric in metrics):
            yield task, "its metrics"


def _by_tool(card: SourceCard) -> Iterator[tuple[str, str]]:
    codes = [snippet.code for snippet in card.facts.snippets]
    if not any(_OTHERWISE.search(code) for code in codes):
        for task, tool, pattern in _BY_TOOL:
            if any(pattern.search(code) for code in codes):
                yield task, f"{tool}, which its code runs"


def _calibrated_on(card: SourceCard, dataset: str) -> bool:
    """Whether the card names a dataset for what it was calibrated on."""
    return any(dataset in line and _CALIBRATED.search(line) for line in card.document.text.splitlines())


def _indexed_tasks(front: Mapping[str, Any]) -> Iterator[str]:
    index = front.get("model-index")
    for model in index if isinstance(index, list) else ():
        results = model.get("results") if isinstance(model, dict) else None
        for result in results if isinstance(results, list) else ():
            task = result.get("task") if isinstance(result, dict) else None
            if isinstance(task, dict) and isinstance(task.get("type"), str):
                yield task["type"]
