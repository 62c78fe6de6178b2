"""``recipe.yaml`` of llm-compressor: what was asked for, in stages of modifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from cardgen.records.inspection import Module
from cardgen.weights.inspect.files import ModelFiles
from cardgen.weights.inspect.stated import object_of, texts_of

RECIPE: Final = "recipe.yaml"
_LONGEST_TEXT = 1_000_000
_MOST_NAMED = 3


class _Plain(yaml.SafeLoader):
    """Takes what is tagged as an object of Python, such as a type of weights, for the values that it is made of."""


def _untagged(loader: _Plain, _tag: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return str(node.value)


_Plain.add_multi_constructor("tag:yaml.org,2002:python/", _untagged)


def modifiers_of(files: ModelFiles) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The modifiers of all stages with their settings, in order; none where the recipe cannot be read."""
    if RECIPE not in files.sizes:
        return ()
    text = files.read(RECIPE, 0, _LONGEST_TEXT).decode("utf-8", errors="replace")
    try:
        stages = object_of(yaml.load(text, Loader=_Plain))  # noqa: S506 -- a SafeLoader, which makes plain values alone
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return ()
    return tuple(
        (str(name), object_of(settings))
        for stage in stages.values()
        for modifiers in object_of(stage).values()
        for name, settings in object_of(modifiers).items()
    )


def ignored_but_quantized(files: ModelFiles, modules: Iterable[Module]) -> Iterator[str]:
    """Modules that every modifier of the recipe ignores by name, and that the tensors show quantized."""
    lists = [texts_of(settings.get("ignore")) for name, settings in modifiers_of(files) if "ignore" in settings]
    if not lists:
        return
    ignored = set(lists[0]).intersection(*lists)
    found = [module.name for module in modules if module.storage.quantized and module.name in ignored]
    if found:
        shown = ", ".join(found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        yield f"{RECIPE} ignores {shown}{more}, and the tensors are quantized"
