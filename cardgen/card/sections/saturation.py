"""On which processors a score holds: sums of 8-bit products saturate on x86 without VNNI."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts
from cardgen.card.words.markdown import Markdown, code, escape
from cardgen.records.environment import Hardware

_VNNI = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
_X86 = ("x86_64", "AMD64")


def saturation_notes(facts: Facts) -> list[Markdown]:
    """Two sentences for each variant whose score another processor need not give."""
    return [
        Markdown(
            f"{code(fact.name)} {_scored(run.record.hardware)} "
            "Such processors cut off the sum of two 8-bit products at 16 bits, which this model's can exceed."
        )
        for fact, run, seen in facts.quantized
        if seen.quantize.saturation == "possible"
    ]


def _scored(hardware: Hardware | None) -> str:
    x86 = hardware is not None and hardware.architecture in _X86
    if hardware is None or (x86 and not hardware.instruction_sets):  # which only Linux tells
        return "may score otherwise on x86 processors with VNNI than on those without."
    if x86 and _VNNI.isdisjoint(hardware.instruction_sets):
        return "was scored on a processor without VNNI, and may score otherwise on one that has it."
    where = "x86 with VNNI" if x86 else escape(hardware.architecture)
    return f"was scored on {where}, and may score lower on x86 processors without VNNI."
