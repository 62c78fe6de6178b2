"""Modules that went between INT8 and FP32, and what else the saved model tells of its arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardgen.records.results.quantize import QuantizeResult
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, replaced
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.rules import change

_SATURATION: Final = ("never", "outside-calibration", "possible")
"""The likelier the later."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What the saved models are made of, and were: where nothing is measured, what others say of it."""
    for one, other in in_both(old, new):
        was, now = _quantized(one), _quantized(other)
        if was is not None and now is not None:
            yield from _measured(one, was, now)
        elif was is None and now is None:
            yield from _reported(one, other)


def _quantized(subject: Subject) -> QuantizeResult | None:
    return subject.chain.quantize if subject.chain else None


def _measured(subject: Subject, was: QuantizeResult, now: QuantizeResult) -> Iterator[Change]:
    place, name = f"{subject.place}.modules", subject.name
    before, after = ((_int8(result), _fp32(result)) for result in (was, now))
    yield from _moved("modules-to-fp32", place, name, before[0] & after[1])
    yield from _moved("modules-to-int8", place, name, before[1] & after[0])
    yield from _moved("modules-gone", place, name, (before[0] | before[1]) - (after[0] | after[1]))
    yield from _moved("modules-new", place, name, (after[0] | after[1]) - (before[0] | before[1]))
    operators = [_listed(result.operators) for result in (was, now)]
    yield from replaced("operators-changed", f"{subject.place}.operators", *operators, variant=name)
    if was.saturation is not None and now.saturation is not None and was.saturation != now.saturation:
        likelier = _SATURATION.index(now.saturation) > _SATURATION.index(was.saturation)
        rule = "saturation-likelier" if likelier else "saturation-less-likely"
        yield change(rule, f"{subject.place}.saturation", variant=name, old=was.saturation, new=now.saturation)


def _reported(one: Subject, other: Subject) -> Iterator[Change]:
    """What others list as FP32."""
    before, after = ({module for entry in each.reported for module in entry.fallback_modules} for each in (one, other))
    place = f"{one.place}.reported.modules"
    yield from _moved("modules-to-fp32", place, one.name, after - before)
    yield from _moved("modules-to-int8", place, one.name, before - after)


def _moved(rule: str, place: str, name: str, modules: set[str]) -> Iterator[Change]:
    if modules:
        yield change(rule, place, variant=name, modules=tuple(sorted(modules)))


def _int8(result: QuantizeResult) -> set[str]:
    return {*result.int8_modules, *result.int8_embeddings, *result.int8_convolutions}


def _fp32(result: QuantizeResult) -> set[str]:
    return {*result.fp32_modules, *result.fp32_embeddings, *result.fp32_convolutions}


def _listed(operators: dict[str, int]) -> tuple[Argument, ...]:
    return tuple(f"{count} {name}" for name, count in sorted(operators.items()))
