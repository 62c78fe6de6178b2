"""Runs the graphs of an ONNX model on arrays; several threads may do so at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

    Arrays = dict[str, npt.NDArray[Any]]

SPINNING = False
"""Whether a thread that waits for work asks for it again and again: it takes a processor that others, or the thread
that it waits for, may need."""
_PAST, _PRESENT = "past_key_values", "present"
"""What the names of a cache's arrays begin with, as a graph takes them and as it gives them."""


class Session:
    """One graph (``onnxruntime.InferenceSession``)."""

    def __init__(self, session: Any) -> None:
        """Take a session that is ready to run."""
        self._session = session
        self.inputs: dict[str, list[Any]] = {entry.name: entry.shape for entry in session.get_inputs()}
        """Name to shape, of which an axis of any length is no number."""
        self._outputs = [entry.name for entry in session.get_outputs()]

    @classmethod
    def load(cls, file: Path, threads: int) -> Session:
        """Load the graph in ``file``, each operator to run on so many threads."""
        import onnxruntime

        return cls(onnxruntime.InferenceSession(file, session_options(threads), providers=["CPUExecutionProvider"]))

    def run(self, batch: Batch, *, cache: bool = False) -> Arrays:
        """What the graph computes, by name: the keys and values of its cache only if asked for."""
        names = [name for name in self._outputs if cache or not name.startswith(_PRESENT)]
        return dict(zip(names, self._session.run(names, self.feeds(batch)), strict=True))

    def feeds(self, batch: Batch) -> Arrays:
        """All inputs of the graph: those in ``batch``, and what transformers makes of them where they are left out."""
        import numpy as np

        feeds = {name: array for name, array in batch.items() if name in self.inputs}
        ids = batch.get("input_ids")
        if ids is None:
            return feeds
        made = {
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.zeros_like(ids) + np.arange(ids.shape[-1]),
        }
        for name, shape in self.inputs.items():
            if name in feeds:
                continue
            if name in made:
                feeds[name] = made[name]
            elif name.startswith(_PAST):  # an empty cache: no token was seen before
                axes = [axis if isinstance(axis, int) else 0 for axis in shape[1:]]
                feeds[name] = np.zeros((len(ids), *axes), np.float32)
        return feeds


class Graphs:
    """All graphs of a model."""

    def __init__(self, sessions: Mapping[str, Session]) -> None:
        """Take each graph by the argument that names its file (:func:`cardgen.catalog.onnx_files.onnx_files`)."""
        self.sessions = sessions

    def run(self, batch: Batch) -> Arrays:
        """Everything that the model computes in one pass, by transformers' name.

        Args:
            batch: of an encoder-decoder model with ``decoder_input_ids``.
        """
        if "file_name" in self.sessions:
            return self.sessions["file_name"].run(batch)
        encoded = self.sessions["encoder_file_name"].run(batch)["last_hidden_state"]
        found = self.sessions["decoder_file_name"].run(_decoder_inputs(batch, encoded))
        return {**found, "encoder_last_hidden_state": encoded}

    def run_cached(self, batch: Batch) -> npt.NDArray[np.float32]:
        """The logits of each sample's last token, by way of a cache of those before it; of shape (samples, words)."""
        if "file_name" in self.sessions:
            first = second = self.sessions["file_name"]
            given = dict(batch)
        else:
            first, second = (self.sessions[f"{name}_file_name"] for name in ("decoder", "decoder_with_past"))
            given = _decoder_inputs(batch, self.sessions["encoder_file_name"].run(batch)["last_hidden_state"])
        ids = given["input_ids"]
        before = {**given, "input_ids": ids[:, :-1]}
        if "attention_mask" in given:
            before["attention_mask"] = given["attention_mask"][:, :-1]
        cache = {
            name.replace(_PRESENT, _PAST, 1): array
            for name, array in first.run(before, cache=True).items()
            if name.startswith(_PRESENT)
        }
        last = {**given, **cache, "input_ids": ids[:, -1:], "position_ids": ids[:, -1:] * 0 + (ids.shape[1] - 1)}
        logits: npt.NDArray[np.float32] = second.run(last)["logits"][:, -1]
        return logits


def session_options(threads: int) -> Any:
    """``onnxruntime.SessionOptions`` for operators that run on so many threads, one after the other."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(SPINNING)))
    return options


def _decoder_inputs(batch: Batch, encoded: npt.NDArray[Any]) -> Arrays:
    extra = {name: array for name, array in batch.items() if name not in ("input_ids", "attention_mask")}
    return {
        **extra,
        "input_ids": batch["decoder_input_ids"],
        "encoder_hidden_states": encoded,
        "encoder_attention_mask": batch["attention_mask"],
    }
