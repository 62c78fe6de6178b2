"""What the files of an adopted model show, in the terms in which a quantized model of cardgen's own is described."""

from __future__ import annotations

from cardgen.records.inspected import InspectedRecord
from cardgen.records.request import AdoptRequest, QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult


def as_quantized(record: InspectedRecord) -> QuantizeResult:
    """Its size, and which modules are quantized: not what its files cannot tell."""

    def named(*kinds: str, quantized: bool) -> tuple[str, ...]:
        uses = (use for use in record.uses if use.kind in kinds and use.storage.quantized == quantized)
        return tuple(name for use in uses for name in use.modules)

    return QuantizeResult(
        weight_bytes=record.size_bytes,
        int8_modules=named("linear", "head", quantized=True),
        fp32_modules=named("linear", "head", quantized=False),
        int8_embeddings=named("embedding", quantized=True),
        fp32_embeddings=named("embedding", quantized=False),
        int8_convolutions=named("convolution", quantized=True),
        fp32_convolutions=named("convolution", quantized=False),
    )


def as_asked(request: AdoptRequest) -> QuantizeRequest:
    """Nobody asked for anything: it is scored as a dynamic one."""
    return QuantizeRequest(
        backend=request.backend,
        task=request.task,
        approach="dynamic",
        trust_remote_code=request.trust_remote_code,
    )
