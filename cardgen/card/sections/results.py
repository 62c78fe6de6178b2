"""The results: what each variant scores beside its baseline, and how large both are."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cardgen.card.facts.consistency import relative_loss, saves_nothing
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.observed import Predicted, Quantized, Run
from cardgen.card.sections.imported import imported_headline
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, table
from cardgen.card.words.wording import (
    dataset_link,
    dataset_place,
    drawn,
    lowered,
    metric_title,
    reported_place,
    scale_of,
    score_title,
    sentence_list,
    source_link,
    told,
    variant_name,
)
from cardgen.catalog.metrics import metric_info
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported
from cardgen.records.results.evaluate import PairedDifference, Score

Row = list[Markdown]


def headlines(facts: Facts) -> tuple[Markdown, ...]:
    """A line per variant: what quantizing cost, and what it saved."""
    lines = []
    for fact in facts.variants:
        if fact.run and fact.quantized:
            lines.append(_measured_headline(facts.manifest, fact, fact.run, fact.quantized))
        elif fact.asked.approach != "none" and (
            line := _reported_headline(facts, fact) or imported_headline(facts, fact)
        ):
            lines.append(line)
    return tuple(lines)


def results_note(facts: Facts) -> Markdown:
    """On what the variants were scored, and how to read the table."""
    reported = [entry for fact in facts.variants for entry in fact.reported]
    parts = [_measured_note(facts)] if facts.quantized else []
    if reported:
        parts.append(_reported_note(facts, reported))
    parts.insert(0, _scale_note(facts))
    return Markdown(" ".join(part for part in parts if part))


def results_table(facts: Facts) -> Markdown:
    """A row per variant and measure, beside the base model's; last the source, where anything is reported."""
    other, base = facts.scheme, facts.baseline
    header = [escape(text) for text in ("Variant", "Measure", other, base, f"{other} \N{MINUS SIGN} {base}")]
    with_source = any(fact.reported for fact in facts.variants)
    if with_source:
        header.append(Markdown("Source"))
    rows: list[Row] = []
    for fact in facts.variants:
        if fact.asked.approach == "none":
            continue
        name = variant_name(facts, fact)
        if fact.run and fact.quantized:
            source = [Markdown("measured")] if with_source else []
            rows += [[name, *row, *source] for row in _measured_rows(facts.manifest, fact.run, fact.quantized)]
        rows += [[name, *row] for row in _reported_rows(facts, fact)]
    return table(header, rows) if rows else Markdown("")


def sample_count(task: str, samples: int, predict: Predicted) -> str:
    """How many samples were scored, and which ones, where not all were."""
    noun, asked, rows = TASKS[task].samples, predict.request, predict.result.drawn_from
    texts = f" of {asked.limit} texts" if rows is not None and noun != "samples" else ""
    return f"{samples} {noun}{texts}{drawn(rows, asked.seed)}"


def _measured_headline(manifest: Manifest, fact: VariantFacts, run: Run, seen: Quantized) -> Markdown:
    primary = manifest.scoring.primary or manifest.scoring.metrics[0].type
    scale = scale_of(manifest, primary)
    score = next(score for score in seen.evaluate.scores if score.metric == primary)
    base = _matching(score, seen.baseline.scores)
    change = _difference(score, seen)
    noise = ", within noise" if change.within_noise else ""
    size = numbers.percent_of(seen.quantize.weight_bytes, run.export.weight_bytes)
    int8, fp32 = numbers.megabytes(seen.quantize.weight_bytes), numbers.megabytes(run.export.weight_bytes)
    return Markdown(
        f"{code(fact.name)}: {lowered(score_title(score))} {numbers.metric(score.value, scale)} against "
        f"{numbers.metric(base.value, scale)} in FP32 ({numbers.difference(change.value, scale)}{noise}), "
        f"in {int8} against {fp32} ({size} of the size{_saving(seen.quantize.weight_bytes, run.export.weight_bytes)})."
    )


def _saving(int8: int, fp32: int) -> str:
    if not saves_nothing(int8, fp32):
        return ""
    return ", so it grew" if int8 > fp32 else ", so next to nothing was saved"


def _reported_headline(facts: Facts, fact: VariantFacts) -> Markdown | None:
    manifest, parts = facts.manifest, []
    scored = next((entry for entry in fact.reported if entry.metric and entry.value is not None), None)
    if scored and scored.metric and scored.value is not None:
        title = lowered(metric_title(scored.metric))
        several = {entry.dataset for entry in fact.reported if entry.metric == scored.metric}
        place = _on(scored) if len(several) > 1 else ""
        text = f"{title} {_shown(manifest, scored, scored.value)}{place}"
        if scored.baseline is not None:
            text += f" against {_shown(manifest, scored, scored.baseline)}{_baseline(facts)}{_loss(scored)}"
        parts.append(text)
    sized = next((entry for entry in fact.reported if entry.size_mb is not None), None)
    if sized and sized.size_mb is not None:
        text = f"in {numbers.reported_megabytes(sized.size_mb)}"
        if sized.baseline_size_mb is not None:
            share = numbers.percent_of(sized.size_mb, sized.baseline_size_mb)
            text += f" against {numbers.reported_megabytes(sized.baseline_size_mb)} ({share} of the size)"
        parts.append(text)
    if not parts:
        return None
    entries = [entry for entry in (scored, sized) if entry is not None]
    return Markdown(f"{code(fact.name)}: {', '.join(parts)}, as {told(entries, 'report')}.")


def _measured_note(facts: Facts) -> str:
    manifest = facts.manifest
    dataset = manifest.scoring.data
    split = f", split {code(dataset.split)}" if dataset.split else ""
    seen = facts.quantized[0][2]
    count = sample_count(manifest.task, seen.evaluate.samples, seen.predict)
    return (
        f"On {dataset_link(dataset)}{split}: {count}, the same ones in every column. "
        "Brackets hold 95 % intervals. The last column of figures is the difference sample by sample, "
        "so that its interval can be narrower than the others; "
        "it is *within noise* where that interval holds zero."
    )


def _reported_note(facts: Facts, reported: list[Reported]) -> str:
    which = "The rows that name a source were not" if facts.quantized else "Nothing in this table was"
    where = _data_of(facts, reported)
    unknown = {}
    if not facts.quantized:
        if not all(_split_of(facts, entry) for entry in reported):
            unknown["split-missing"] = "the split"
        if not all(_revision_of(facts, entry) for entry in reported):
            unknown["revision-missing"] = "the state of the data"
    if not any(entry.samples for entry in reported):
        unknown["samples-missing"] = "the number of samples"
    disclosed = f" <!-- cardgen:disclosed {', '.join(sorted(unknown))} -->" if unknown else ""
    lacking = sentence_list([*unknown.values(), "how sure the figures are"])
    return (
        f"{which} measured by cardgen: {told(reported, 'report')} the figures{where}, and their digits are kept; "
        f"cardgen computed the differences. Not stated: {lacking}.{disclosed}"
    )


def _data_of(facts: Facts, reported: list[Reported]) -> str:
    """On what data the figures are said to be."""
    if facts.quantized:
        return ""
    named = [reported_place(entry.dataset) for entry in reported if entry.dataset]
    if named:
        return f" on {sentence_list([*map(str, dict.fromkeys(named))])}"
    data = facts.manifest.scored_on
    return f" on {dataset_place(data)}" if data else ""


def _split_of(facts: Facts, entry: Reported) -> str | None:
    if entry.dataset:
        return entry.dataset.split
    return facts.manifest.scored_on.split if facts.manifest.scored_on else None


def _revision_of(facts: Facts, entry: Reported) -> str | None:
    if entry.dataset:
        return entry.dataset.revision
    return facts.manifest.scored_on.revision if facts.manifest.scored_on else None


def _scale_note(facts: Facts) -> str:
    measured = [metric.type for metric in facts.manifest.scoring.metrics] if facts.quantized else []
    reported = [entry.metric for fact in facts.variants for entry in fact.reported if entry.metric]
    return scale_note(facts.manifest, [*measured, *reported])


def scale_note(manifest: Manifest, metrics: Iterable[str]) -> str:
    """On which scale each of some metrics is, for the whole card."""
    every = tuple(dict.fromkeys(metrics))
    fractions = [metric for metric in every if metric_info(metric).fraction]
    scales = {metric: scale_of(manifest, metric) for metric in fractions}
    percent = [metric_title(metric) for metric, scale in scales.items() if scale == "percent"]
    if not scales:
        return ""
    if not percent and len(fractions) < len(every):
        verb = "is a fraction" if len(fractions) == 1 else "are fractions"
        return f"{escape(sentence_list([metric_title(metric) for metric in fractions]))} {verb}, not percent."
    if not percent:
        return "Metrics are fractions, not percent."
    if len(percent) == len(scales):
        return "Metrics are in percent."
    verb = "is" if len(percent) == 1 else "are"
    return f"{escape(sentence_list(percent))} {verb} in percent, the other metrics are fractions."


def _measured_rows(manifest: Manifest, run: Run, seen: Quantized) -> list[Row]:
    rows = []
    for score in seen.evaluate.scores:
        scale = scale_of(manifest, score.metric)
        base, change = _matching(score, seen.baseline.scores), _difference(score, seen)
        noise = ", within noise" if change.within_noise else ""
        rows.append(
            [
                escape(score_title(score)),
                Markdown(f"**{numbers.metric(score.value, scale)}** {numbers.interval(score.low, score.high, scale)}"),
                Markdown(f"{numbers.metric(base.value, scale)} {numbers.interval(base.low, base.high, scale)}"),
                Markdown(
                    f"{numbers.difference(change.value, scale)} "
                    f"{numbers.interval(change.low, change.high, scale)}{noise}"
                ),
            ]
        )
    int8, fp32 = seen.quantize.weight_bytes, run.export.weight_bytes
    share = Markdown(f"{numbers.percent_of(int8, fp32)} of FP32")
    sizes = [Markdown(f"**{numbers.megabytes(int8)}**"), Markdown(numbers.megabytes(fp32)), share]
    return [*rows, [Markdown("Size of the weights"), *sizes]]


def _baseline(facts: Facts) -> str:
    """`` in FP32``, `` of the base model``: what a figure beside a variant's is of."""
    return " of the base model" if facts.baseline == "Baseline" else f" in {facts.baseline}"


def _reported_rows(facts: Facts, fact: VariantFacts) -> list[Row]:
    manifest, rows = facts.manifest, []
    for entry in fact.reported:
        source = source_link(entry.source)
        if entry.metric and entry.value is not None:
            base = Markdown(numbers.NOT_STATED)
            change = Markdown(numbers.NOT_APPLICABLE)
            if entry.baseline is not None:
                base = Markdown(_shown(manifest, entry, entry.baseline))
                scale = scale_of(manifest, entry.metric)
                gap = numbers.rescaled(entry.value - entry.baseline, entry.scale, scale)
                change = Markdown(f"{numbers.exact_difference(gap)}{_loss(entry)}")
            title = Markdown(f"{escape(metric_title(entry.metric))}{_on(entry)}")
            if entry.samples:
                title = Markdown(f"{title}, {entry.samples} samples")
            value = Markdown(f"**{_shown(manifest, entry, entry.value)}**")
            rows.append([title, value, base, change, source])
        if entry.size_mb is not None:
            base = Markdown(numbers.NOT_STATED)
            share = Markdown(numbers.NOT_APPLICABLE)
            if entry.baseline_size_mb is not None:
                base = Markdown(numbers.reported_megabytes(entry.baseline_size_mb))
                of = "it" if facts.baseline == "Baseline" else facts.baseline
                share = Markdown(f"{numbers.percent_of(entry.size_mb, entry.baseline_size_mb)} of {of}")
            value = Markdown(f"**{numbers.reported_megabytes(entry.size_mb)}**")
            rows.append([Markdown("Size of the weights"), value, base, share, source])
    return rows


def _shown(manifest: Manifest, entry: Reported, value: Decimal) -> str:
    return numbers.exact(numbers.rescaled(value, entry.scale, scale_of(manifest, entry.metric or "")))


def _on(entry: Reported) -> str:
    """On what an entry is, where that is not the evaluation's dataset."""
    return f" on {reported_place(entry.dataset)}" if entry.dataset else ""


def _loss(entry: Reported) -> str:
    """`` (0.73 % relative loss)``, recomputed from the two figures."""
    if entry.value is None or not entry.baseline:
        return ""
    higher = metric_info(entry.metric or "").higher_is_better
    loss = relative_loss(entry.value, entry.baseline, higher_is_better=higher)
    return f" ({numbers.percent(abs(loss))} relative {'loss' if loss >= 0 else 'gain'})"


def _matching(score: Score, among: tuple[Score, ...]) -> Score:
    return next(other for other in among if (other.metric, other.args) == (score.metric, score.args))


def _difference(score: Score, seen: Quantized) -> PairedDifference:
    return seen.evaluate.differences[seen.evaluate.scores.index(score)]
