"""What the files of models say that somebody else made: scheme, modules, makers; and whether they are other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardgen.card.facts.joined import FORMATS, stored_in
from cardgen.records.inspected import InspectedRecord
from cardgen.records.inspection import Activations, Use
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change
from cardgen.weights.inspect.scheme import details, scheme

_NOT_STATED = "not stated"


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is read in files, and was."""
    for one, other in in_both(old, new):
        if one.inspected is not None and other.inspected is not None:
            yield from _facts(one.place, one.name, one.inspected, other.inspected)
            yield from _modules(f"{one.place}.modules", one.name, one.inspected, other.inspected)


def _facts(place: str, name: str, was: InspectedRecord, now: InspectedRecord) -> Iterator[Change]:
    schemes = [stored_in(record) or _NOT_STATED for record in (was, now)]
    if schemes[0] != schemes[1]:
        yield change("scheme-changed", f"{place}.scheme", variant=name, old=schemes[0], new=schemes[1])
    before, after = _told(was), _told(now)
    for fact in before:
        named_by_scheme = fact == "quantization method" and [before[fact], after[fact]] == schemes  # as GGUF's recipes
        if before[fact] != after[fact] and not named_by_scheme:
            told = {"variant": name, "fact": fact, "old": before[fact], "new": after[fact]}
            yield change("file-fact-changed", f"{place}.made.{fact.replace(' ', '_')}", told)
    if _hashes(was) != _hashes(now):
        hashes = {
            "old_sha256": was.source.sha256 or was.source.commit,
            "new_sha256": now.source.sha256 or now.source.commit,
        }
        yield change("weights-changed", f"{place}.made", {"variant": name, **hashes})


def _told(record: InspectedRecord) -> Mapping[str, Argument]:
    """What else files say, in words."""
    bits = record.bits_per_weight
    return {
        "format": FORMATS[record.format],
        "quantization method": record.method or _NOT_STATED,
        "architecture": record.architecture or _NOT_STATED,
        "maker": ", ".join(f"{maker.name} {maker.version or ''}".strip() for maker in record.makers) or _NOT_STATED,
        "base model": ", ".join(record.base_model) or _NOT_STATED,
        "calibration": record.calibration or _NOT_STATED,
        "KV cache": _cache(record.kv_cache),
        "parameters": record.parameters if record.parameters is not None else _NOT_STATED,
        "bits per weight": _NOT_STATED if bits is None else f"{bits:.3f}",
    }


def _hashes(record: InspectedRecord) -> tuple[object, ...]:
    """By which weights are known; files in git alone have no hash on the Hub, but their commit has."""
    weights = [file for file in record.files if file.path in record.weight_files]
    if all(file.sha256 for file in weights):
        return tuple(sorted(str(file.sha256) for file in weights))
    return (record.source.commit,)


def _modules(place: str, name: str, was: InspectedRecord, now: InspectedRecord) -> Iterator[Change]:
    before, after = _by_name(was), _by_name(now)
    yield from _moved("modules-gone", place, name, before.keys() - after.keys())
    yield from _moved("modules-new", place, name, after.keys() - before.keys())
    otherwise: dict[tuple[str, str], set[str]] = {}
    to_float, to_quantized = set[str](), set[str]()
    for module in before.keys() & after.keys():
        one, other = before[module], after[module]
        if one.storage.quantized and not other.storage.quantized:
            to_float.add(module)
        elif other.storage.quantized and not one.storage.quantized:
            to_quantized.add(module)
        elif (one.storage, one.activations) != (other.storage, other.activations):
            otherwise.setdefault((_stored(one), _stored(other)), set()).add(module)
    yield from _moved("modules-not-quantized", place, name, to_float)
    yield from _moved("modules-quantized", place, name, to_quantized)
    for (old, new), modules in sorted(otherwise.items()):
        told = tuple(sorted(modules))
        yield change("modules-stored-otherwise", place, variant=name, old=old, new=new, modules=told)


def _by_name(record: InspectedRecord) -> dict[str, Use]:
    return {module: use for use in record.uses for module in use.modules}


def _stored(use: Use) -> str:
    told = details(use.storage, use.activations)
    return f"{scheme(use.storage, use.activations)} ({told})" if told else scheme(use.storage, use.activations)


def _moved(rule: str, place: str, name: str, modules: set[str]) -> Iterator[Change]:
    if modules:
        yield change(rule, place, variant=name, modules=tuple(sorted(modules)))


def _cache(activations: Activations | None) -> str:
    return _NOT_STATED if activations is None else f"{activations.type}, {activations.when}"
