"""The runs of sweeps as a plot shows them: a score and a mean latency each, on inputs of one shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cardgen.card.facts.joined import Facts
from cardgen.card.plots.latency import TimedRun, TimedRuns
from cardgen.card.plots.model import Estimate
from cardgen.card.plots.scores import measured_score, reported_score
from cardgen.card.sections.collapse import fell_from
from cardgen.card.sections.measurement import processor
from cardgen.card.sections.sweep import SweepRun, collapsed_runs, plain_setting, time_title, varied_names
from cardgen.card.words import numbers
from cardgen.card.words.wording import lowered, metric_title, scale_of, score_title
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.base import Setting
from cardgen.manifest.reported import Reported, Scale

Shape = tuple[int | None, int | None]
"""Batch size and input length."""


def measured_runs(facts: Facts) -> Iterator[tuple[Shape, TimedRuns]]:
    """The runs that were run here, for each shape; none where times are of several machines, which do not compare."""
    runs = facts.swept
    if not runs:
        return
    manifest = facts.manifest
    primary = manifest.scoring.primary or manifest.scoring.metrics[0].type
    index = next(at for at, score in enumerate(runs[0].evaluate.scores) if score.metric == primary)
    title, scale = score_title(runs[0].evaluate.scores[index]), scale_of(manifest, primary)
    varied = varied_names(runs)
    shapes = dict.fromkeys((each.request.batch_size, each.request.input_length) for run in runs for each in run.times)
    for shape in shapes:
        found = []
        machines = set()
        for run in runs:
            score = run.evaluate.scores[index]
            shown = measured_score(score, scale)
            for each in run.times:
                if (each.request.batch_size, each.request.input_length) != shape:
                    continue
                machines.add(processor(each.record.hardware))
                mean = Decimal(str(each.result.mean_ms))
                if shown is not None and mean.is_finite():
                    latency = Estimate(mean, numbers.milliseconds(each.result.mean_ms))
                    fallen = fell_from(run, score) is not None
                    found.append(TimedRun(run_name(run, varied), shown, latency, run.quantize is not None, fallen))
        if len(machines) == 1:
            yield (
                shape,
                _timed(title, primary, scale, shape, found, "measured" if facts.sweep else "", len(runs) - len(found)),
            )


def reported_runs(facts: Facts) -> Iterator[tuple[Shape, TimedRuns]]:
    """The runs that others report, for each shape."""
    entries = facts.sweep
    metric = next((entry.metric for entry in entries if entry.metric), None)
    if metric is None:
        return
    scale = scale_of(facts.manifest, metric)
    fallen = {id(entry) for entry, _best in collapsed_runs(entries, metric)}
    varied = varied_names(entries)
    made: dict[str, list[Reported]] = {}
    for entry in entries:
        made.setdefault(repr(sorted((entry.parameters or {}).items(), key=str)), []).append(entry)
    shapes = dict.fromkeys((entry.batch_size, entry.input_length) for entry in entries if entry.latency_ms)
    for shape in shapes:
        found = []
        for same in made.values():
            timed = next((e for e in same if e.latency_ms and (e.batch_size, e.input_length) == shape), None)
            scored = _scored(same, metric, shape)
            if timed is None or timed.latency_ms is None or scored is None or scored.value is None:
                continue
            score = reported_score(scored.value, scored, scale)
            latency = Estimate(timed.latency_ms, numbers.exact(timed.latency_ms))
            found.append(TimedRun(run_name(timed, varied), score, latency, True, id(scored) in fallen))
        left_out = len(made) - len(found)
        yield shape, _timed(metric_title(metric), metric, scale, shape, found, "reported", left_out)


def run_name(run: SweepRun, varied: Sequence[str]) -> str:
    """What sets a run apart: its settings that differ among the runs, those that say nothing alone with their name."""
    given: Mapping[str, Setting] = run.parameters or {}
    parts = [_part(name, given[name]) for name in varied if given.get(name) is not None]
    return ", ".join(parts) or "the run"


def _part(name: str, value: Setting) -> str:
    text = plain_setting(value)
    return text if isinstance(value, str | tuple) and value else f"{name} {text}"


def _scored(entries: Sequence[Reported], metric: str, shape: Shape) -> Reported | None:
    """Which of a run's entries gives its score: the one of this shape, else the only one."""
    given = [entry for entry in entries if entry.metric == metric]
    own = [entry for entry in given if (entry.batch_size, entry.input_length) == shape]
    if own:
        return own[0]
    return given[0] if len({(entry.value, entry.scale) for entry in given}) == 1 else None


def _timed(
    title: str, metric: str, scale: Scale, shape: Shape, runs: Sequence[TimedRun], whose: str, left_out: int
) -> TimedRuns:
    higher = metric_info(metric).higher_is_better
    return TimedRuns(title, scale, higher, lowered(time_title(*shape)), tuple(runs), whose, left_out)
