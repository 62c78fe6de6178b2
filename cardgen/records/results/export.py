"""What an export is."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class ExportResult(Frozen):
    """What the saved FP32 model is."""

    kind: Literal["export"] = "export"
    weight_bytes: int
    parameters: int
    linear_modules: tuple[str, ...]
    """PyTorch names of all Linear layers (``torch.nn.Linear`` and transformers' ``Conv1D``)."""
    embedding_modules: tuple[str, ...]
    convolution_modules: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """The model's label names in id order, for classifiers."""
    opset: int | None = None
    pad_token_id: int | None = None
    """Id of the tokenizer's padding token, where the base model's configuration names none and it was written there."""
    translated: tuple[str, ...] = ()
    """What of the base model's configurations was written anew, since the transformers that runs it would not have read
    what the one that saved it wrote: ``config.json: rope_theta: 500000.0``."""
