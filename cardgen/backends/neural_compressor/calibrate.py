"""Shows samples to a model that Neural Compressor has prepared, once for all candidates of a tuning."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report


class Calibration:
    """The samples, and what the observers of prepared models saw of them.

    An observer sees what the FP32 model computes, whatever else is to be quantized: so one that watches the same place
    of another candidate is replaced by the one that has seen all already.
    """

    def __init__(self, model: Any, batches: Sequence[Batch], report: Report) -> None:
        """Take the FP32 model, of which nothing but the names of its inputs is kept, and the samples."""
        self._inputs = frozenset(inspect.signature(model.forward).parameters)
        self._batches = batches
        self._report = report
        self._observers: dict[tuple[str, str], Any] = {}
        self.samples = sum(batch_size(batch) for batch in batches)
        self.seen = 0
        """Samples that passed through a model."""

    def __call__(self, observed: Any) -> None:
        """Have every observer in ``observed`` know the samples."""
        places = tuple(_places(observed))
        known = [self._observers.get((graph_name, node)) for graph_name, _graph, node, _target in places]
        if all(
            type(observer) is type(getattr(graph, target))
            for observer, (_name, graph, _node, target) in zip(known, places, strict=True)
        ):
            for observer, (_name, graph, _node, target) in zip(known, places, strict=True):
                setattr(graph, target, observer)
            return
        self._run(observed)
        self._observers |= {(name, node): getattr(graph, target) for name, graph, node, target in places}

    def _run(self, observed: Any) -> None:
        # Not by a loader, which Neural Compressor reads anew from its start until its whole batches cover the asked-for
        # number: 104 samples for 100 in batches of 8.
        import torch

        self.seen = 0
        for batch in self._batches:
            with torch.no_grad():
                observed(**{name: torch.from_numpy(array) for name, array in batch.items() if name in self._inputs})
            self.seen += batch_size(batch)
            self._report("calibrating", self.seen, self.samples)


def batch_size(batch: Batch) -> int:
    """How many samples are in ``batch``."""
    return int(next(iter(batch.values())).shape[0])


def _places(observed: Any) -> Iterator[tuple[str, Any, str, str]]:
    """Each observer: the name of the graph that it is in, the graph, the node that it watches, and its name there."""
    import torch
    from torch.ao.quantization.observer import ObserverBase

    for name, graph in observed.named_modules():
        if isinstance(graph, torch.fx.GraphModule):
            for node in graph.graph.nodes:
                if node.op == "call_module" and isinstance(getattr(graph, node.target, None), ObserverBase):
                    yield name, graph, node.args[0].name, node.target
