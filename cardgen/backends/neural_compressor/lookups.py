"""Embeddings whose table a model takes whole, as DeBERTa does its distances': an INT8 one gives single rows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cardgen.backends.checkpoint import load_tokenizer, module_names, probe
from cardgen.backends.torch_runner import TorchRunner
from cardgen.records.request import QuantizeRequest


def tables_taken_whole(fp32: Any, request: QuantizeRequest, model: Path) -> tuple[str, ...]:
    """Names of the embeddings that a pass takes the weight of and looks no row up in.

    ``torch.ao.nn.quantized.Embedding`` packs its weight, and what computes with that outside of it fails.

    Args:
        fp32: the ``torch.nn.Module``.
        request: whose task decides the pass.
        model: the folder that it was loaded from, for the tokenizer.
    """
    embeddings = module_names(fp32).embedding
    if not embeddings:
        return ()
    batch = probe(load_tokenizer(model, request.trust_remote_code), request.task)
    with _taken({id(fp32.get_submodule(name).weight): name for name in embeddings}) as taken:
        TorchRunner(fp32).outputs(batch)
    return tuple(name for name in embeddings if taken.get(name) == {False})


@contextmanager
def _taken(names: Mapping[int, str]) -> Iterator[dict[str, set[bool]]]:
    """By the name of a weight, whether what took it looked rows up; ``names`` are by the weight's ``id``."""
    import torch
    from torch.overrides import TorchFunctionMode

    taken: dict[str, set[bool]] = {}

    class Watch(TorchFunctionMode):  # type: ignore[misc]  # torch is in the backend environments alone
        def __torch_function__(
            self,
            func: Callable[..., Any],
            types: Sequence[type],
            args: Sequence[Any] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> Any:
            given = dict(kwargs or {})
            for value in (*args, *given.values()):
                if name := names.get(id(value)):
                    lookup = func in (torch.nn.functional.embedding, torch.embedding)
                    taken.setdefault(name, set()).add(lookup)
            return func(*args, **given)

    with Watch():
        yield taken
