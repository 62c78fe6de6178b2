"""What is told of a model: frozen types, which are also the JSON of ``cardgen inspect --json``."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen

Kind = Literal["linear", "embedding", "head", "convolution", "norm", "other"]
"""What a module is, by its name and the shape of its weights. ``head``: the last layer, which makes logits."""

Share = Literal["tensor", "channel", "group", "block"]
"""The weights that share one scale: all, those of an output, so many of an output in a row, or a rectangle."""


class Storage(Frozen):
    """How the weights of a module are stored."""

    type: str
    """``INT8``, ``INT4``, ``FP8``, ``NVFP4``, ``MXFP4``, ``NF4``, ``Q4_K``; ``BF16``, ``F16``, ``F32`` where they
    are not quantized."""
    bits: float
    """Of one weight, without its share of scales and zero points."""
    quantized: bool
    per: Share | None = None
    """Which weights share a scale; ``None`` where nothing is quantized, or no file says so."""
    group_size: int | None = None
    """Weights that share a scale, for ``group``."""
    block: tuple[int, int] | None = None
    """Rows (outputs) and columns (inputs) that share a scale, for ``block``."""
    symmetric: bool | None = None
    """Whether zero is stored as zero; ``None`` where no file says so."""


class Activations(Frozen):
    """How the inputs of a module are quantized when it runs."""

    when: Literal["static", "dynamic"]
    """By scales from calibration, which stand in the files, or by those of the values that come."""
    type: str
    bits: int
    per: Literal["tensor", "token", "group"] | None = None
    group_size: int | None = None


class Module(Frozen):
    """One module with weights, or one lone tensor."""

    name: str
    """As PyTorch names it, or as the file does where it is no model of PyTorch's."""
    kind: Kind
    storage: Storage
    activations: Activations | None = None
    """``None`` where inputs are not quantized, as far as files say."""
    parameters: int
    """Weights and biases, counted as numbers and not as the words that they are packed in. Scales are none."""
    size_bytes: int
    """Of all its tensors, scales and zero points among them."""


class Use(Frozen):
    """All modules of one kind that are stored alike."""

    kind: Kind
    storage: Storage
    activations: Activations | None = None
    modules: tuple[str, ...]
    """Names, in the order of the model."""
    parameters: int
    size_bytes: int


class Maker(Frozen):
    """A tool that had a hand in the files, as one of them says."""

    name: str
    version: str | None
    file: str
    """Which says so."""


class InspectedFile(Frozen):
    """One file of the model."""

    path: str
    size_bytes: int
    sha256: str | None
    """``None`` where it was not asked for, or the Hub does not tell it."""


class Inspection(Frozen):
    """What a model is, as its files say."""

    version: Literal[1] = 1
    format: str
    """Of the weight files: ``safetensors``, ``gguf``, ``onnx``, ``openvino``, ``pickle``."""
    method: str | None
    """``quant_method`` of its configuration, or what tensors show: ``gptq``; ``None`` where nothing is quantized."""
    architecture: str | None
    """Class of transformers, or GGUF's name of the family."""
    makers: tuple[Maker, ...] = ()
    base_model: tuple[str, ...] = ()
    """Ids or names of what it was made from, where files name it."""
    calibration: str | None = None
    """What was calibrated on, where a file says so."""
    kv_cache: Activations | None = None
    modules: tuple[Module, ...]
    """In the order of their names, numbers by value."""
    parameters: int | None
    """Tied weights, which stand in a file once, are counted once; ``None`` where the files stay shut,
    or hold packed words of which no file says how many weights they are."""
    size_bytes: int
    """Of the weight files."""
    files: tuple[InspectedFile, ...]
    """Of the model, the weight files first."""
    findings: tuple[str, ...] = ()
    """Where files contradict each other or do not say enough; what is told is then what the tensors show."""

    @property
    def bits_per_weight(self) -> float | None:
        """Bits of the weight files over parameters; ``None`` where nobody knows these."""
        return 8 * self.size_bytes / self.parameters if self.parameters else None
