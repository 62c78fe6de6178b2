"""What was read in the files of a model that somebody else made: it is neither measured nor typed."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen
from cardgen.records.inputs import Source
from cardgen.records.inspection import Activations, InspectedFile, Maker, Use


class InspectedRecord(Frozen):
    """What the files of one model show, from their headers and configurations."""

    origin: Literal["inspected"] = "inspected"
    fingerprint: str
    """Of what decides it: the files, and the code that read them (:mod:`cardgen.weights.adopted`)."""
    variant: str | None = None
    """The one whose files these are; ``None`` for the base model's."""
    path: str | None = None
    """Of the folder, as the manifest writes it, for files that are local."""
    requested_revision: str | None = None
    """As the manifest names it, for a repository."""
    file: str | None = None
    """The one that the manifest names, relative to folder or repository; ``None`` where it means all."""
    source: Source
    """For local files, the hash of the paths and hashes of ``files``."""
    format: str
    """Of the weight files, as :class:`~cardgen.records.inspection.Inspection` has it; so are what follows here."""
    method: str | None = None
    architecture: str | None = None
    makers: tuple[Maker, ...] = ()
    base_model: tuple[str, ...] = ()
    calibration: str | None = None
    kv_cache: Activations | None = None
    uses: tuple[Use, ...] = ()
    """The modules by kind and scheme, those of the most parameters first."""
    parameters: int | None = None
    size_bytes: int
    """Of the weight files."""
    weight_files: tuple[str, ...]
    """Those of ``files`` that hold weights, in their order."""
    files: tuple[InspectedFile, ...]
    """What loading the model takes: weights, configuration, tokenizer."""
    findings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of the reading, as steps have names."""
        return inspection_name(self.variant)

    @property
    def bits_per_weight(self) -> float | None:
        """Bits of the weight files over parameters; ``None`` where nobody knows these."""
        return 8 * self.size_bytes / self.parameters if self.parameters else None

    @property
    def quantized(self) -> bool:
        """Whether anything in it is stored quantized; of pickles, which stay shut, it is what files beside them say."""
        return self.method is not None if not self.uses else any(use.storage.quantized for use in self.uses)


def inspection_name(variant: str | None) -> str:
    """What reading a variant's files is called; with ``None``, the base model's, which is no name of a variant."""
    return f"inspect {variant or '(base model)'}"
