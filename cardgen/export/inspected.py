"""What the files of a model show that somebody else made, as an export tells it."""

from __future__ import annotations

from cardgen.export.model import ModelFile
from cardgen.records.inspected import InspectedRecord
from cardgen.weights.inspect.scheme import scheme

REWRITTEN = "config.json"
"""Publishing may make its ``_name_or_path`` portable, so that what was read has another hash."""


def kept_as_it_is(path: str) -> bool:
    """Whether publishing sends a file as it was measured or read."""
    return path.rpartition("/")[2] != REWRITTEN


def inspected_facts(record: InspectedRecord) -> dict[str, str]:
    """What headers and configurations say; what no file says is left out."""
    makers = (f"{maker.name} {maker.version or ''}".strip() for maker in record.makers)
    kept = [name for use in record.uses if use.kind == "linear" and not use.storage.quantized for name in use.modules]
    modules = [f"{len(use.modules)} {use.kind} in {scheme(use.storage, use.activations)}" for use in record.uses]
    told = {
        "format": record.format,
        "quantization_method": record.method,
        "architecture": record.architecture,
        "made_with": ", ".join(makers),
        "made_from": ", ".join(record.base_model),
        "calibration": record.calibration,
        "kv_cache": record.kv_cache.type if record.kv_cache else None,
        "modules": ", ".join(modules),
        "linear_modules_not_quantized": ", ".join(kept),
        "parameters": str(record.parameters) if record.parameters else None,
        "weight_bytes": str(record.size_bytes),
        "bits_per_weight": f"{record.bits_per_weight:.3f}" if record.bits_per_weight else None,
        "contradictions": "; ".join(record.findings),
    }
    return {name: value for name, value in told.items() if value}


def inspected_files(record: InspectedRecord, prefix: str = "") -> tuple[ModelFile, ...]:
    """The files that were read; those of a folder here are published, where one may be written anew.

    Args:
        record: what was read.
        prefix: what stands before each path in the repository.
    """
    here = record.path is not None
    return tuple(
        ModelFile(
            prefix + file.path,
            file.size_bytes,
            None if here and not kept_as_it_is(file.path) else file.sha256,
        )
        for file in record.files
    )
