"""Front matter → the chips that the Hub shows below a card's name, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from cardgen.card.words.wording import HUB
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.review.preview.hub.values import texts

Kind = Literal["task", "library", "dataset", "language", "tag", "licence", "base model"]

_LIBRARIES = ("transformers", "onnx", "pytorch", "safetensors", "openvino", "gguf")
"""Tags that the Hub shows as libraries."""


@dataclass(frozen=True)
class Chip:
    """One thing that the metadata say."""

    kind: Kind
    text: str
    note: str = ""
    """What is told with it: how a model relates to its base model."""
    url: str | None = None
    """Its page on the Hub."""


def chips(data: Mapping[str, Any]) -> tuple[Chip, ...]:
    """What the Hub shows of front matter, of whatever shape it is."""
    return tuple(dict.fromkeys(_chips(data)))


def _chips(data: Mapping[str, Any]) -> Iterator[Chip]:
    for task in texts(data.get("pipeline_tag")):
        yield Chip("task", _words(task), url=f"{HUB}/models?pipeline_tag={task}" if task in PIPELINE_TAGS else None)
    tags = texts(data.get("tags"))
    for library in [*texts(data.get("library_name")), *(tag for tag in tags if tag in _LIBRARIES)]:
        yield Chip("library", library, url=f"{HUB}/models?library={quote(library)}")
    for dataset in texts(data.get("datasets")):
        yield Chip("dataset", dataset, url=_page(f"{HUB}/datasets", dataset))
    for language in texts(data.get("language")):
        yield Chip("language", language, url=f"{HUB}/models?language={quote(language)}")
    for tag in tags:
        if tag not in _LIBRARIES:
            yield Chip("tag", tag, url=f"{HUB}/models?other={quote(tag)}")
    for given in texts(data.get("license")):
        name = " ".join(texts(data.get("license_name")))
        yield Chip("licence", f"{given} ({name})" if given == "other" and name else given)
    relation = " ".join(texts(data.get("base_model_relation")))
    for base in texts(data.get("base_model")):
        yield Chip("base model", base, note=relation, url=_page(HUB, base))


def _words(task: str) -> str:
    return task.replace("-", " ").capitalize()


def _page(above: str, name: str) -> str | None:
    return None if id_fault(name) else f"{above}/{name}"
