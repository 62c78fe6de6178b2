"""The shapes of well-known base models, without what loads them.

``data/architectures.json`` was made from the true architectures by ``python -m tests.make_architectures``. It is read
when the first model is asked for. Names of layers that repeat are written as patterns: see :func:`expanded`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NotRequired, TypedDict

from cardgen.catalog.suggest import nearest
from cardgen.patterns import regex

_DATA = Path(__file__).parent / "data" / "architectures.json"
_CHOICE = regex(r"\{([^{}]+)\}")
_RANGE = regex(r"(\d+)-(\d+)")


class _Written(TypedDict):
    """One architecture as the data has it."""

    ids: list[str]
    task: str
    model_class: str
    parameters: int
    linear: NotRequired[dict[str, int]]
    embeddings: NotRequired[dict[str, int]]
    convolutions: NotRequired[dict[str, int]]
    tied: NotRequired[list[list[str]]]


@dataclass(frozen=True)
class Architecture:
    """A base model's size and the layers that can be quantized, by their PyTorch names."""

    id: str
    """On the Hub, with its owner."""
    task: str
    """A Hub pipeline tag."""
    model_class: str
    """The class in transformers that it has this shape in."""
    parameters: int
    """Weights and biases that a checkpoint holds; what modules share counts once."""
    linear: Mapping[str, int]
    """Name of each Linear layer to the size of its weight matrix; biases do not count."""
    embeddings: Mapping[str, int]
    """The same for embeddings; 0 where it is computed rather than saved. One that lies in two places has two names."""
    convolutions: Mapping[str, int]
    """The same for convolutions, to which GPT-2's ``Conv1D`` belongs: a matrix product, but no Linear layer."""
    tied: tuple[tuple[str, ...], ...]
    """Groups of modules that share one weight matrix."""

    @cached_property
    def modules(self) -> Mapping[str, int]:
        """All layers that have a weight matrix."""
        return {**self.linear, **self.embeddings, **self.convolutions}

    def weights(self, names: Iterable[str]) -> int:
        """How many weights some of the modules hold together; a matrix that several of them share counts once.

        Raises:
            KeyError: for a name that is not in :attr:`modules`.
        """
        first = {name: group[0] for group in self.tied for name in group}
        return sum(self.modules[name] for name in {first.get(name, name) for name in names})

    def nearest_module(self, name: str) -> str | None:
        """The module whose name is most like ``name``, or ``None`` where none is alike.

        One that differs in its first words only, such as ``model.``, is nearer than any other.
        """
        ends = [module for module in self.modules if module.endswith(f".{name}") or name.endswith(f".{module}")]
        if len(ends) == 1:
            return ends[0]
        return nearest(name, self.modules)


@cache
def architecture(model_id: str) -> Architecture | None:
    """The shape of a model, or ``None`` where it is not known.

    Args:
        model_id: as the Hub writes it, case and all. The owner may be left out, as in ``bert-base-uncased``, where
            only one of the known models is called so.
    """
    found = _by_id().get(model_id)
    if found is None:
        return None
    full, written = found
    return Architecture(
        id=full,
        task=written["task"],
        model_class=written["model_class"],
        parameters=written["parameters"],
        linear=expanded(written.get("linear", {})),
        embeddings=expanded(written.get("embeddings", {})),
        convolutions=expanded(written.get("convolutions", {})),
        tied=tuple(tuple(group) for group in written.get("tied", ())),
    )


def known_models() -> tuple[str, ...]:
    """The ids, with owners, of the models whose shape is known."""
    return tuple(sorted({full for full, _ in _by_id().values()}))


def expanded(patterns: Mapping[str, int]) -> dict[str, int]:
    """Names that patterns stand for.

    In a pattern, ``{0-11}`` stands for every number from 0 to 11, and ``{key,query}`` for either word.
    """
    return {name: value for pattern, value in patterns.items() for name in _names(pattern)}


def _names(pattern: str) -> Iterator[str]:
    fixed, *parts = _CHOICE.split(pattern)
    choices = [_choices(part) for part in parts[::2]]
    for chosen in itertools.product(*choices):
        yield fixed + "".join(word + after for word, after in zip(chosen, parts[1::2], strict=True))


def _choices(part: str) -> list[str]:
    if match := _RANGE.fullmatch(part):
        return [str(number) for number in range(int(match[1]), int(match[2]) + 1)]
    return part.split(",")


@cache
def _by_id() -> Mapping[str, tuple[str, _Written]]:
    """Id, with its owner and without, to the full id and the shape."""
    data: list[_Written] = json.loads(_DATA.read_bytes())
    full = {model_id: (model_id, written) for written in data for model_id in written["ids"]}
    short: dict[str, list[str]] = {}
    for model_id in full:
        short.setdefault(model_id.partition("/")[2], []).append(model_id)
    return {**{name: full[ids[0]] for name, ids in short.items() if len(ids) == 1}, **full}
