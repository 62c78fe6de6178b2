"""What a step ran on: packages and machine."""

from __future__ import annotations

from cardgen.records.frozen import Frozen


class Hardware(Frozen):
    """The machine a step ran on, as far as it bears on results."""

    cpu: str
    architecture: str
    cores: int
    memory_bytes: int
    instruction_sets: tuple[str, ...] = ()
    """Those that matter to INT8 arithmetic, such as ``avx2``, ``avx512_vnni``."""


class Environment(Frozen):
    """The environment that a step ran in."""

    name: str
    """``neural-compressor``, ``onnxruntime`` or ``current``."""
    packages: dict[str, str]
    """The packages that can change a result, with versions: part of the fingerprint."""
