"""Reports of optimum-benchmark (0.6: ``benchmark.json``, and ``benchmark_report.json`` without its configuration).

``generate.throughput`` is always written under samples/s, and counts tokens where latency was taken for each of them
(``run_per_token_text_generation_latency_tracking``). Neither ``stdev``, which is of single runs, nor ``stdev_``, in
percent under the unit s, is the error of a mean: they are not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, hidden_model, no_number, settings_of
from cardgen.results.values import count, finite, members, model_id, name_of, version_of

TOOL: Final = "optimum-benchmark"
_KINDS: Final = ("memory", "latency", "throughput", "energy", "efficiency")
_MARKS: Final = {"memory", "latency", "throughput"}
_NO_VALUES: Final = ("unit", "values", "count", "total", "stdev", "stdev_")
_LOADING: Final = ("load", "load_model")
_COUNTS_TOKENS: Final = ("generate", "throughput")
_INPUTS: Final = {"batch_size": "batch size", "sequence_length": "sequence length"}
_GENERATION: Final = {"max_new_tokens": "max new tokens", "min_new_tokens": "min new tokens"}
_MACHINE: Final = {"cpu": "processor", "cpu_count": "processor count", "gpu": "GPU", "gpu_count": "GPU count"}


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    return bool(_phases(document.json_object or {}))


def _phases(content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Of its report: loading, prefill, decode, and the like, each with what was measured."""
    report = members(content.get("report")) or content
    phases = {str(name): members(phase) for name, phase in report.items()}
    return {name: phase for name, phase in phases.items() if phase.keys() >= _MARKS}


def read(document: Document) -> ResultsFile:
    """What it says."""
    content = document.json_object or {}
    config = members(content.get("config"))
    backend = members(config.get("backend"))
    model = model_id(backend.get("model"))
    return gather(
        document,
        _found(content, config),
        tool=TOOL,
        tool_version=version_of(members(config.get("environment")).get("optimum_benchmark_version")),
        model=model,
        revision=name_of(members(backend.get("model_kwargs")).get("revision")) if model else None,
    )


def _found(content: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Found]:
    yield from hidden_model(members(config.get("backend")).get("model"))
    scenario = members(config.get("scenario"))
    settings = (
        settings_of(members(scenario.get("input_shapes")), _INPUTS)
        + settings_of(members(scenario.get("generate_kwargs")), _GENERATION)
        + settings_of(members(config.get("backend")), {"device": "device"})
        + settings_of(members(config.get("environment")), _MACHINE)
    )
    phases = _phases(content)
    by_token = bool(members(phases.get("per_token", {}).get("latency")))
    for name, phase in phases.items():
        if name in _LOADING or name_of(name) is None:
            continue
        for kind in _KINDS:
            measured = members(phase.get(kind))
            tokens = by_token and (name, kind) == _COUNTS_TOKENS
            yield from _measured(
                f"{name}.{kind}", measured, "tokens/s" if tokens else name_of(measured.get("unit")), settings
            )


def _measured(
    name: str, measured: Mapping[str, Any], unit: str | None, settings: tuple[Setting, ...]
) -> Iterator[Found]:
    for key, stated in measured.items():
        if key in _NO_VALUES or stated is None or name_of(key) is None:
            continue
        metric = name if key == "value" else f"{name}.{key}"
        value = finite(stated)
        if value is None:
            yield no_number(metric, None, stated)
            continue
        yield Figure(
            metric=metric,
            value=value,
            unit=unit,
            higher_is_better=name.endswith((".throughput", ".efficiency")),
            samples=count(measured.get("count")),
            settings=settings,
        )
