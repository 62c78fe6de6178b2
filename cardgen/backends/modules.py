"""The modules that a request asks to keep FP32, against those that a model has and an artifact shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError

_SHOWN = 6


@dataclass(frozen=True)
class ModuleNames:
    """PyTorch names of the modules that can be quantized."""

    linear: tuple[str, ...]
    embedding: tuple[str, ...]
    convolution: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Linear layers, then embeddings, then convolutions."""
        return self.linear + self.embedding + self.convolution


def check_fallback(asked: Sequence[str], model: ModuleNames) -> None:
    """Refuse a fallback module that the model does not have.

    Raises:
        StepError: with the nearest name, or for a block of layers with the layers in it.
    """
    for name in asked:
        if name in model.all:
            continue
        inside = [module for module in model.all if module.startswith(f"{name}.")]
        if inside:
            raise StepError(
                f"The fallback module `{name}` is not a layer that can be quantized but a block that holds some.",
                remedy=f"Name the layers that stay FP32: {_listed(inside)}.",
            )
        found = nearest(name, model.all)
        raise StepError(
            f"The model has no Linear, Embedding or convolution layer called `{name}`, which `fallback.modules` names.",
            remedy=f"Did you mean `{found}`?" if found else f"It has: {_listed(model.all)}.",
        )


def check_artifact(asked: Sequence[str], int8: Collection[str], *, empty: bool) -> None:
    """Refuse an artifact that is not what was asked for.

    Args:
        asked: modules that had to stay FP32.
        int8: modules that the saved artifact shows as INT8.
        empty: whether the saved artifact has nothing at all in INT8.

    Raises:
        StepError: if a fallback was not kept, or nothing was quantized.
    """
    ignored = [name for name in asked if name in int8]
    if ignored:
        raise StepError(
            f"The saved artifact shows {_listed(ignored)} as INT8, although `fallback.modules` asks for FP32.",
            remedy="The backend ignored the request; take the module out of `fallback.modules` or report this.",
        )
    if empty:
        raise StepError(
            "The saved artifact shows nothing in INT8: no layer was quantized.",
            remedy="Ask for fewer fallback modules, or for operators that the model has.",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN]) + more
