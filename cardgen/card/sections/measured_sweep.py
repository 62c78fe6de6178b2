"""A sweep that was run here: how good and how fast each of its runs was, and what it was measured on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.card.facts.consistency import saves_nothing
from cardgen.card.facts.joined import Facts
from cardgen.card.facts.observed import SweptRun, Timed
from cardgen.card.model import Sweep
from cardgen.card.sections.collapse import fell_from
from cardgen.card.sections.measurement import processor
from cardgen.card.sections.results import sample_count, scale_note
from cardgen.card.sections.sweep import (
    distinct_values,
    fixed_lines,
    parameter,
    setting_cells,
    time_title,
    varied_lines,
    varied_names,
)
from cardgen.card.words import numbers
from cardgen.card.words.machine import other_work, processors, waiting
from cardgen.card.words.markdown import Markdown, code, escape, table
from cardgen.card.words.wording import base_model, dataset_link, dataset_place, scale_of, score_title, sentence_list
from cardgen.catalog.tasks import TASKS, TIMED_CHOICES
from cardgen.manifest.base import Setting
from cardgen.manifest.data import Calibration
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import calibration_data
from cardgen.records.record import DoneRecord
from cardgen.records.results.evaluate import PairedDifference, Score

_RUNTIMES = {"onnxruntime": ("ONNX Runtime", "onnxruntime"), "pytorch": ("PyTorch", "torch")}
"""Framework to its name, and to the distribution that gives its version."""
_FEW_RUNS = 100
"""Forward passes below which the 99th percentile is little more than the slowest of them."""


def build_measured_sweep(facts: Facts) -> Sweep | None:
    """What a benchmark's card says of the runs that were measured for it."""
    runs = facts.swept
    if not runs:
        return None
    varied = varied_names(runs)
    return Sweep(
        whose="of the measured runs" if facts.sweep else "",
        setting=_setting(facts, runs),
        fixed=(*fixed_lines(runs, {}), *_applied(runs)),
        varied=varied_lines(runs),
        scores=_scores(facts.manifest, runs, varied),
        notes=tuple(_notes(facts.manifest, runs)),
        times=_times(runs, varied),
    )


def _batches(runs: Sequence[SweptRun]) -> str:
    """Of how many samples the batches were: the scores of dynamic INT8 depend on that."""
    sizes = {_precision(run, runs): run.predict.batch_size for run in runs}
    if len(set(sizes.values())) == 1:
        return f"in batches of {sizes.popitem()[1]}"
    (first, size), *others = sorted(sizes.items())
    return sentence_list([f"{first} in batches of {size}", *(f"{name} of {number}" for name, number in others)])


def _precision(run: SweptRun, runs: Sequence[SweptRun]) -> str:
    """``FP32``, ``INT8``; where runs differ in the approach, ``dynamic INT8``."""
    if run.quantize is None:
        return "FP32"
    approaches = {other.approach for other in runs if other.quantize is not None}
    return f"{run.approach} INT8" if len(approaches) > 1 else "INT8"


def _setting(facts: Facts, runs: Sequence[SweptRun]) -> Markdown:
    manifest, scored, timed = facts.manifest, runs[0], [each for run in runs for each in run.times]
    records = [record for run in runs for record in run.records]
    count = f"{len(runs)} {'run' if len(runs) == 1 else 'runs'} of {base_model(manifest, facts.evidence)}"
    samples = f"{sample_count(manifest.task, scored.evaluate.samples, scored.predict)}, {_batches(runs)}"
    maker = f"cardgen {escape(facts.evidence.cardgen)} with {_libraries(runs)}"
    scores = [
        f"Scored on {dataset_place(manifest.scoring.data)}: {samples}.",
        scale_note(manifest, [score.metric for score in scored.evaluate.scores]),
        "Brackets hold 95 % intervals.",
    ]
    if any(run.quantize for run in runs):
        scores.append(
            "Differences are taken sample by sample, to the same model in FP32 in the same runtime; "
            "one is *within noise* where its interval holds zero."
        )
    if any(run.approach == "static" for run in runs):
        asked_data, split = calibration_data(manifest.scoring, _calibration(manifest))
        place = dataset_link(asked_data) + (f", split {code(split)}" if split else "")
        scores.append(f"Static INT8 was calibrated on samples of {place}.")
    asked = timed[0].request
    times = [
        "Each time is that of a forward pass over random token ids, without padding and without tokenizing.",
        _pass_of(manifest.task),
        f"Passes were timed for {asked.duration_s:g} seconds, after {asked.warmup_runs} of warm-up.",
        f"Each operator could use {_threads(timed)}.",
        waiting([each.result.spinning for each in timed]),
        _other_work(timed),
        "Throughput is the samples by the time that truly passed.",
    ]
    if min(each.result.runs for each in timed) < _FEW_RUNS:
        times.append(f"Of fewer than {_FEW_RUNS} passes, the 99th percentile (p99) is little more than the slowest.")
    made = f"{count}, measured by {maker}, on {_processors(records)}."
    return Markdown("\n\n".join([made, " ".join(scores), " ".join(filter(None, times))]))


def _pass_of(task: str) -> str:
    """What else a pass is, of a model that takes more than a text."""
    if task == "multiple-choice":
        return f"A sample has {TIMED_CHOICES} answers of that length."
    if task == "text-generation":
        return "A pass takes all tokens of a sample at once; to write a text takes one more for each of its tokens."
    if task in TASKS and TASKS[task].generates:
        return (
            "A pass is one of the encoder and one of the decoder, each over as many tokens; "
            "to write a text takes one more of the decoder for each of its tokens."
        )
    return ""


def _calibration(manifest: Manifest) -> Calibration:
    return (manifest.benchmark and manifest.benchmark.calibration) or Calibration()


def _libraries(runs: Sequence[SweptRun]) -> str:
    found = []
    for run in runs:
        title, package = _RUNTIMES[run.run.framework]
        found += [f"{title} {record.versions.get(package, '')}".strip() for record in run.records]
    return escape(sentence_list(list(dict.fromkeys(found))))


def _processors(records: Sequence[DoneRecord]) -> str:
    found = []
    for record in records:
        cores = f", {record.hardware.cores} cores" if record.hardware else ""
        found.append(f"{processor(record.hardware)}{cores}")
    distinct = list(dict.fromkeys(found))
    return escape(f"{'the processor' if len(distinct) == 1 else 'the processors'} {sentence_list(distinct)}")


def _threads(timed: Sequence[Timed]) -> str:
    found = sorted({each.result.threads for each in timed})
    text = f"{sentence_list([str(count) for count in found])} {'thread' if found == [1] else 'threads'}"
    if any(each.record.hardware and each.result.threads > each.record.hardware.cores for each in timed):
        return f"{text}, which is more than there are cores"
    return text


def _other_work(timed: Sequence[Timed]) -> str:
    cores = {each.record.hardware.cores if each.record.hardware else None for each in timed}
    return other_work([each.result.load for each in timed], cores.pop() if len(cores) == 1 else None)


def _applied(runs: Sequence[SweptRun]) -> Iterator[Markdown]:
    """What all quantized runs, or all exports, have in common, as it was observed."""
    quantized = sum(run.quantize is not None for run in runs)
    approaches: set[Setting] = {run.approach for run in runs if run.approach is not None and run.run.approach is None}
    static = [run for run in runs if run.approach == "static" and run.run.calibration_samples is None]
    samples: set[Setting] = {run.quantize.calibration_seen for run in static if run.quantize}
    told = any(run.run.opset is not None for run in runs)
    opsets = [] if told else [run.export.opset for run in runs if run.export.opset is not None]
    facts: tuple[tuple[str, set[Setting], int], ...] = (
        ("quantization_approach", approaches, quantized),
        ("calibration_samples", samples, len(static)),
        ("opset", set(opsets), len(opsets)),
    )
    for name, values, count in facts:
        if len(values) == 1:
            where = f" (where it applies: {count} of {len(runs)} runs)" if count < len(runs) else ""
            yield Markdown(f"{code(name)}: {parameter(next(iter(values)))}{where}")


def _scores(manifest: Manifest, runs: Sequence[SweptRun], varied: Sequence[str]) -> Markdown:
    quantized = any(run.quantize for run in runs)
    header = [code(name) for name in varied]
    for score in runs[0].evaluate.scores:
        header.append(escape(score_title(score)))
        if quantized:
            header.append(escape(f"{score_title(score)}, INT8 \N{MINUS SIGN} FP32"))
    header.append(Markdown("Number of Linear modules in INT8"))
    convolutions = any(run.export.convolution_modules for run in runs)
    if convolutions:
        header.append(Markdown("Number of convolutions in INT8"))
    header.append(Markdown("Size of the weights"))
    rows = []
    for run in runs:
        row = list(setting_cells(run, varied))
        for index, score in enumerate(run.evaluate.scores):
            row.append(_score(manifest, run, score))
            if quantized:
                row.append(_difference(manifest, run.evaluate.differences[index] if run.quantize else None))
        int8 = len(run.quantize.int8_modules) if run.quantize else 0
        row.append(Markdown(f"{int8} of {len(run.export.linear_modules)}"))
        if convolutions:
            int8 = len(run.quantize.int8_convolutions) if run.quantize else 0
            row.append(Markdown(f"{int8} of {len(run.export.convolution_modules)}"))
        row.append(_size(run))
        rows.append(row)
    return table(header, rows)


def _size(run: SweptRun) -> Markdown:
    fp32 = run.export.weight_bytes
    if run.quantize is None:
        return Markdown(numbers.megabytes(fp32))
    int8 = run.quantize.weight_bytes
    saving = f" ({numbers.percent_of(int8, fp32)} of FP32)" if saves_nothing(int8, fp32) else ""
    return Markdown(f"{numbers.megabytes(int8)}{saving}")


def _score(manifest: Manifest, run: SweptRun, score: Score) -> Markdown:
    scale = scale_of(manifest, score.metric)
    value = numbers.metric(score.value, scale)
    if fell_from(run, score) is not None:
        value = f"**{value}, collapsed**"
    return Markdown(f"{value} {numbers.interval(score.low, score.high, scale)}")


def _difference(manifest: Manifest, change: PairedDifference | None) -> Markdown:
    if change is None:
        return Markdown(numbers.NOT_APPLICABLE)
    scale = scale_of(manifest, change.metric)
    noise = ", within noise" if change.within_noise else ""
    between = numbers.interval(change.low, change.high, scale)
    return Markdown(f"{numbers.difference(change.value, scale)} {between}{noise}")


def _notes(manifest: Manifest, runs: Sequence[SweptRun]) -> Iterator[Markdown]:
    yield from _not_quantized(runs)
    for run in runs:
        asked, seen = run.run.calibration_samples, run.quantize.calibration_seen if run.quantize else None
        if asked is not None and seen is not None and seen != asked:
            yield Markdown(f"Of {asked} samples that were asked for, calibration saw {seen}: it takes whole batches.")
    for run in runs:
        for score in run.evaluate.scores:
            base = fell_from(run, score)
            if base is None:
                continue
            scale = scale_of(manifest, score.metric)
            with_settings = sentence_list(
                [
                    f"{code(name)} {parameter(value)}"
                    for name, value in run.parameters.items()
                    if len(distinct_values(runs, name)) > 1
                ]
            )
            yield Markdown(
                f"{escape(score_title(score))} collapsed to {numbers.metric(score.value, scale)}, against "
                f"{numbers.metric(base.value, scale)} in FP32{f', with {with_settings}' if with_settings else ''}. "
                "Do not use that setting without finding out why. <!-- cardgen:disclosed collapse -->"
            )


def _not_quantized(runs: Sequence[SweptRun]) -> Iterator[Markdown]:
    """Of operators that were asked for, and that the approach leaves as they are."""
    for approach in ("dynamic", "static"):
        asked = [
            run.run for run in runs if run.run.operators_to_quantize and (run.run.approach or "dynamic") == approach
        ]
        left = dict.fromkeys(
            name for run in asked for name in run.operators_to_quantize or () if name not in run.quantized_operators
        )
        if left:
            names = sentence_list([code(name) for name in left])
            alone = any(not run.quantized_operators for run in asked)
            what = " A run that names nothing else is the FP32 model." if alone else ""
            yield Markdown(
                f"ONNX Runtime has no {approach} quantization of {names}: "
                f"what was asked for there did not happen.{what}"
            )


def _times(runs: Sequence[SweptRun], varied: Sequence[str]) -> tuple[tuple[str, Markdown], ...]:
    machines = {processor(each.record.hardware) for run in runs for each in run.times}
    header = [code(name) for name in varied]
    header += [
        Markdown(text)
        for text in ("Mean latency (ms)", "Latency p50 (ms)", "Latency p99 (ms)", "Throughput (samples/s)")
    ]
    header.append(Markdown("Number of passes"))
    loads = {processors(each.result.load) for run in runs for each in run.times}
    if len(loads) > 1:
        header.append(Markdown("Other work (processors)"))
    if len(machines) > 1:  # figures of two machines cannot be compared
        header.append(Markdown("Hardware"))
    tables: dict[str, list[list[Markdown]]] = {}
    for run in runs:
        for each in run.times:
            seen = each.result
            figures = [numbers.milliseconds(value) for value in (seen.mean_ms, seen.p50_ms, seen.p99_ms)]
            cells = [*figures, numbers.rate(seen.samples_per_s), str(seen.runs)]
            row = [*setting_cells(run, varied), *(Markdown(cell) for cell in cells)]
            if len(loads) > 1:
                row.append(Markdown(processors(seen.load)))
            if len(machines) > 1:
                row.append(escape(processor(each.record.hardware)))
            tables.setdefault(time_title(each.request.batch_size, each.request.input_length), []).append(row)
    return tuple((title, table(header, rows)) for title, rows in tables.items())
