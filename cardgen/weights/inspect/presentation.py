"""An inspection as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.records.inspection import Activations, Inspection, Use
from cardgen.weights.inspect.scheme import details, scheme, uses

_MOST_NAMES = 4
_FINE_BELOW_MB = 10
_KINDS = {
    "linear": "Linear",
    "embedding": "embedding",
    "head": "head",
    "convolution": "convolution",
    "norm": "norm",
    "other": "other",
}


def as_text(inspection: Inspection, label: str, *, list_modules: bool = False) -> str:
    """What the model is, in lines.

    Args:
        inspection: what was read.
        label: what the reader called it.
        list_modules: whether to name every module.
    """
    return "".join(f"{' '.join(line.splitlines())}\n" for line in _lines(inspection, label, list_modules=list_modules))


def _lines(inspection: Inspection, label: str, *, list_modules: bool) -> Iterator[str]:
    yield label
    method = f", {inspection.method}" if inspection.method else ""
    yield f"  format        {inspection.format}{method}"
    if inspection.architecture:
        yield f"  architecture  {inspection.architecture}"
    made = ", ".join(f"{maker.name} {maker.version or ''}".strip() for maker in inspection.makers)
    yield f"  made by       {made or 'not stated'}"
    yield f"  base model    {', '.join(inspection.base_model) or 'not stated'}"
    yield f"  calibration   {inspection.calibration or 'not stated'}"
    if inspection.kv_cache:
        yield f"  KV cache      {_cache(inspection.kv_cache)}"
    yield f"  parameters    {'not known' if inspection.parameters is None else inspection.parameters}"
    bits = inspection.bits_per_weight
    megabytes = inspection.size_bytes / 1e6
    size = f"{megabytes:.2f} MB" if megabytes < _FINE_BELOW_MB else f"{megabytes:.1f} MB"
    yield f"  weights       {size}" + (f", {bits:.3f} bits a weight" if bits else "")
    yield ""
    rows: list[tuple[str, ...]] = [("modules", "kind", "scheme", "parameters", "how")]
    rows += [_row(use) for use in uses(inspection.modules)]
    yield from _table(rows)
    if list_modules:
        yield ""
        yield from _table(
            [
                ("module", "kind", "scheme", "parameters", "how"),
                *(
                    (
                        module.name,
                        _KINDS[module.kind],
                        scheme(module.storage, module.activations),
                        str(module.parameters),
                        details(module.storage, module.activations),
                    )
                    for module in inspection.modules
                ),
            ]
        )
    yield ""
    yield from _table(
        [
            ("file", "bytes", "SHA-256"),
            *((file.path, str(file.size_bytes), file.sha256 or "not read") for file in inspection.files),
        ]
    )
    for finding in inspection.findings:
        yield f"  ! {finding}"


def _cache(cache: Activations) -> str:
    per = f" per {cache.per}" if cache.per else ""
    return f"{cache.type}{per}, {cache.when}"


def _row(use: Use) -> tuple[str, ...]:
    told = details(use.storage, use.activations)
    named = ", ".join(use.modules) if len(use.modules) <= _MOST_NAMES and use.kind != "norm" else ""
    how = "; ".join(filter(None, (told, named)))
    return str(len(use.modules)), _KINDS[use.kind], scheme(use.storage, use.activations), str(use.parameters), how


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
