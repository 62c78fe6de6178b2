"""A sweep: what its runs share, what they differ in, how good and how fast each was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from cardgen.card.facts.consistency import collapse
from cardgen.card.facts.joined import Facts
from cardgen.card.model import Sweep
from cardgen.card.sections.results import scale_note
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, table
from cardgen.card.words.wording import base_model, dataset_place, metric_title, scale_of, sentence_list, source_names
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.base import Setting
from cardgen.manifest.reported import Reported

NOT_APPLICABLE = Markdown(numbers.NOT_APPLICABLE)


class SweepRun(Protocol):
    """A run of a sweep, measured or reported."""

    @property
    def parameters(self) -> Mapping[str, Setting] | None:
        """What it was made with; ``None`` for what does not apply."""


def build_sweep(facts: Facts) -> Sweep | None:
    """What a benchmark's card says of the runs that others report."""
    runs = facts.sweep
    if not runs:
        return None
    varied = varied_names(runs)
    return Sweep(
        whose="of the reported runs" if facts.swept else "",
        setting=_setting(facts, runs),
        fixed=fixed_lines(runs, facts.manifest.benchmark.parameters if facts.manifest.benchmark else {}),
        varied=varied_lines(runs),
        scores=_scores(facts, runs, varied),
        notes=(),
        times=_times(runs, varied),
    )


def varied_names(runs: Sequence[SweepRun]) -> list[str]:
    """The parameters that have several values among some runs, in order."""
    return [name for name in _names(runs) if len(distinct_values(runs, name)) > 1]


def varied_lines(runs: Sequence[SweepRun]) -> tuple[Markdown, ...]:
    """A line for each parameter with several values."""
    return tuple(
        Markdown(f"{code(name)}: {', '.join(parameter(value) for value in distinct_values(runs, name))}")
        for name in varied_names(runs)
    )


def fixed_lines(runs: Sequence[SweepRun], shared: Mapping[str, Setting]) -> tuple[Markdown, ...]:
    """A line for each parameter with one value, after those that all runs are said to share."""
    values = {name: distinct_values(runs, name) for name in _names(runs)}
    fixed = dict(shared) | {name: found[0] for name, found in values.items() if len(found) == 1}
    return tuple(_fixed(name, value, runs) for name, value in fixed.items())


def setting_cells(run: SweepRun, varied: Sequence[str]) -> tuple[Markdown, ...]:
    """A cell for each of some parameters, as a run has them."""
    return tuple(parameter((run.parameters or {}).get(name)) for name in varied)


def time_title(batch_size: int | None, input_length: int | None) -> str:
    """The heading of the time figures of one shape of input."""
    tokens = f"{input_length} tokens" if input_length else "not stated"
    return f"Batch size {batch_size or 'not stated'}, input length {tokens}"


def parameter(value: Setting) -> Markdown:
    """A setting's value as code; ``n/a`` where it does not apply."""
    if value is None:
        return NOT_APPLICABLE
    if isinstance(value, tuple):
        return code(plain_setting(value)) if value else Markdown("none")
    return code(plain_setting(value))


def plain_setting(value: Setting) -> str:
    """A setting's value as text: ``true``, ``[Add, MatMul]``."""
    if value is None:
        return numbers.NOT_APPLICABLE
    if isinstance(value, tuple):
        return f"[{', '.join(plain_setting(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def distinct_values(runs: Iterable[SweepRun], name: str) -> list[Setting]:
    """The values of one parameter among the runs that it applies to, in order."""
    values = ((run.parameters or {}).get(name) for run in runs)
    return list({(type(value), value): value for value in values if value is not None}.values())


def collapsed_runs(runs: Sequence[Reported], metric: str) -> tuple[tuple[Reported, Decimal], ...]:
    """Runs whose score of ``metric`` fell far below that of the best run, with that one's score as a fraction.

    Which run is the baseline, nobody says: the best stands in for it.
    """
    scored = [
        (run, numbers.rescaled(run.value, run.scale, "fraction"))
        for run in runs
        if run.metric == metric and run.value is not None
    ]
    if not scored:
        return ()
    higher = metric_info(metric).higher_is_better
    values = [value for _run, value in scored]
    best = max(values) if higher else min(values)
    return tuple((scored[at][0], best) for at in collapse(values, best, higher_is_better=higher))


def _names(runs: Sequence[SweepRun]) -> list[str]:
    return list(dict.fromkeys(name for run in runs for name in run.parameters or {}))


def _fixed(name: str, value: Setting, runs: Sequence[SweepRun]) -> Markdown:
    made = _distinct(runs)
    lacking = sum(given.get(name) is None for given in made)
    some = any(name in given for given in made)
    where = f" (where it applies: {len(made) - lacking} of {len(made)} runs)" if some and lacking else ""
    return Markdown(f"{code(name)}: {parameter(value)}{where}")


def _setting(facts: Facts, runs: Sequence[Reported]) -> Markdown:
    manifest = facts.manifest
    count = len(_distinct(runs))
    shape = f"{count} {'run' if count == 1 else 'runs'} of {base_model(manifest, facts.evidence)}"
    parts = [f"{shape}, reported by {source_names(runs)}; cardgen measured none of them."]
    if manifest.evaluation and manifest.evaluation.dataset:
        limit = manifest.evaluation.limit
        samples = f"{limit.samples} samples" if limit else "all samples"
        parts.append(f"Scored on {dataset_place(manifest.evaluation.dataset)}: {samples}.")
    parts.append(scale_note(manifest, [run.metric for run in runs if run.metric]))
    benchmark = manifest.benchmark
    if benchmark:
        warmup = "warm-up not stated"
        if benchmark.warmup_runs is not None:
            warmup = f"after {benchmark.warmup_runs} forward passes of warm-up"
        parts.append(f"Each run was timed for {benchmark.duration_s:g} seconds, {warmup}.")
        if benchmark.threads:
            parts.append(f"{benchmark.threads} threads.")
        if benchmark.machine:
            where = sentence_list([f"{escape(key)} {code(value)}" for key, value in benchmark.machine.items()])
            parts.append(f"It ran on: {where}.")
    else:
        parts.append("On which machine it ran is not stated.")
    return Markdown(" ".join(filter(None, parts)))


def _distinct(runs: Iterable[SweepRun]) -> list[Mapping[str, Setting]]:
    """The parameters of each run; one that is reported in several entries, a metric or batch size each, counts once."""
    made = {repr(sorted((run.parameters or {}).items(), key=str)): run.parameters or {} for run in runs}
    return list(made.values())


def _scores(facts: Facts, runs: Sequence[Reported], varied: Sequence[str]) -> Markdown:
    metrics = list(dict.fromkeys(run.metric for run in runs if run.metric))
    if not metrics:
        return Markdown("")
    fallen = {id(run): best for metric in metrics for run, best in collapsed_runs(runs, metric)}
    scales = {metric: scale_of(facts.manifest, metric) for metric in metrics}
    header = [*(code(name) for name in varied), *(escape(metric_title(metric)) for metric in metrics)]
    rows: dict[tuple[Markdown, ...], dict[str, dict[str, list[str]]]] = {}
    for run in runs:
        if run.metric is None or run.value is None:
            continue
        text = numbers.exact(numbers.rescaled(run.value, run.scale, scales[run.metric]))
        if id(run) in fallen:
            text = f"**{text}, collapsed**"
        given = rows.setdefault(setting_cells(run, varied), {}).setdefault(run.metric, {})
        given.setdefault(text, []).append(f"batch size {run.batch_size or 'not stated'}")
    return table(header, ([*key, *(_score(cells.get(m, {})) for m in metrics)] for key, cells in rows.items()))


def _score(given: Mapping[str, Sequence[str]]) -> Markdown:
    """A run's score; where it depends on the batch size, each of them with its own."""
    if len(given) > 1:
        return Markdown("; ".join(f"{text} ({sentence_list(list(sizes))})" for text, sizes in given.items()))
    return Markdown(next(iter(given), NOT_APPLICABLE))


def _times(runs: Sequence[Reported], varied: Sequence[str]) -> tuple[tuple[str, Markdown], ...]:
    settings = dict.fromkeys((run.batch_size, run.input_length) for run in runs if run.latency_ms or run.samples_per_s)
    tables = []
    for batch_size, length in settings:
        header = [*(code(name) for name in varied), Markdown("Mean latency (ms)"), Markdown("Throughput (samples/s)")]
        rows = [
            [*setting_cells(run, varied), _figure(run.latency_ms), _figure(run.samples_per_s)]
            for run in runs
            if (run.batch_size, run.input_length) == (batch_size, length) and (run.latency_ms or run.samples_per_s)
        ]
        tables.append((time_title(batch_size, length), table(header, rows)))
    return tuple(tables)


def _figure(value: Decimal | None) -> Markdown:
    return NOT_APPLICABLE if value is None else Markdown(numbers.exact(value))
