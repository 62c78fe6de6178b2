"""What does not add up in reported figures: cardgen can see it, cannot mend it, and says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import combinations

from cardgen.card.facts.consistency import (
    fp32_bytes,
    fp32_reading,
    least_int8_bytes,
    loss_exceeds,
    size_below,
    sizes_apart,
    throughput_disagrees,
)
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.shapes import fp32_weights, holds
from cardgen.card.model import Disclosure
from cardgen.card.sections.contradictions import contradictions
from cardgen.card.sections.quantization import reported_calibration, reported_fallback
from cardgen.card.sections.scheme_sizes import too_small
from cardgen.card.sections.sweep import collapsed_runs, parameter, varied_names
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape
from cardgen.card.words.wording import (
    base_model,
    metric_title,
    reported_place,
    scale_of,
    sentence_list,
    source_link,
    told,
)
from cardgen.catalog.architectures import Architecture, architecture
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.reported import Reported, ReportedDataset

_ONE_PASS_MORE = Decimal("0.02")
"""What counting over the nominal duration can explain: at most one forward pass in fifty too many."""
_EVALUATION_SPLITS = ("eval", "evaluation", "validation", "dev", "test")


def find_disclosures(facts: Facts) -> tuple[Disclosure, ...]:
    """Everything that does not add up, in the order of the card."""
    base = facts.manifest.base_model.id
    shape = architecture(base) if base else None
    found: list[Disclosure] = []
    for fact in facts.variants:
        found += _scales(facts, fact)
        found += _losses(fact)
        found += _sizes(facts, fact, shape)
        found += _modules(fact, shape)
        found += _calibration(facts, fact)
        found += _differences(fact)
    found += _baselines(facts)
    found += _sweep(facts)
    found += contradictions(facts)
    return tuple(found)


def _scales(facts: Facts, fact: VariantFacts) -> Iterator[Disclosure]:
    for entry in fact.reported:
        if entry.metric is None or entry.value is None or entry.scale == scale_of(facts.manifest, entry.metric):
            continue
        if len({other.scale for other in facts.reported if other.metric == entry.metric}) == 1:
            continue  # all of them were moved alike
        shown = "percent" if entry.scale == "fraction" else "a fraction"
        given = "a fraction" if entry.scale == "fraction" else "percent"
        figures = code(numbers.exact(entry.value))
        if entry.baseline is not None:
            figures = Markdown(f"{figures} and {code(numbers.exact(entry.baseline))}")
        yield Disclosure(
            "two-scales",
            Markdown(
                f"{source_link(entry.source)} gives {escape(metric_title(entry.metric))} of {code(fact.name)} "
                f"as {given} ({figures}); this card gives it in {shown}, as its other figures."
            ),
        )


def _losses(fact: VariantFacts) -> Iterator[Disclosure]:
    limit = next((entry.tolerance for entry in fact.reported if entry.tolerance is not None), None)
    if limit is None:
        return
    for entry in fact.reported:
        if entry.metric is None or entry.value is None or not entry.baseline:
            continue
        higher = metric_info(entry.metric).higher_is_better
        if loss_exceeds(entry.value, entry.baseline, Decimal(str(limit)), relative=True, higher_is_better=higher):
            yield Disclosure(
                "loss-claim",
                Markdown(
                    f"{source_link(entry.source)} says that {code(fact.name)} keeps the relative loss within "
                    f"{100 * limit:g} %, and its own figures show more."
                ),
            )


def _sizes(facts: Facts, fact: VariantFacts, shape: Architecture | None) -> Iterator[Disclosure]:
    sized = next((entry for entry in fact.reported if entry.size_mb is not None), None)
    if sized is None or shape is None or sized.size_mb is None:
        return
    base = base_model(facts.manifest, facts.evidence)
    if fact.elsewhere:
        yield from too_small(fact, shape.parameters, base)
        return
    listed = reported_fallback(fact)
    kept = listed.fallback_modules if listed else ()
    weights = fp32_weights(shape, kept)
    least = least_int8_bytes(shape.parameters, weights)
    if fact.asked.approach != "none" and size_below(sized.size_mb, "MB", least):
        why = ""
        if kept:
            counted = sum(shape.modules.get(name, 0) for name in kept) == weights
            shared = "" if counted else ", but for those that an embedding shares"
            why = f" and 3 more for each weight of the {len(kept)} modules that are said to be FP32{shared}"
        yield Disclosure(
            "size-bound",
            Markdown(
                f"The size of {code(fact.name)} cannot be right, or the list of its FP32 modules is not. "
                f"{source_link(sized.source)} gives {numbers.reported_megabytes(sized.size_mb)}. {base} has "
                f"{shape.parameters} parameters: at 1 byte for each{why}, the weights take "
                f"{numbers.megabytes(least)} at the least."
            ),
        )
    if sized.baseline_size_mb is None:
        return
    reading = fp32_reading(sized.baseline_size_mb, "MB", shape.parameters)
    expected = numbers.megabytes(fp32_bytes(shape.parameters))
    stated = numbers.reported_megabytes(sized.baseline_size_mb)
    if reading is None:
        yield Disclosure(
            "fp32-size",
            Markdown(
                f"{source_link(sized.source)} gives {stated} for FP32 beside {code(fact.name)}; the "
                f"{shape.parameters} parameters of {base} take {expected} at 4 bytes each."
            ),
        )
    elif reading.system == "binary":
        yield Disclosure(
            "mebibytes",
            Markdown(
                f"The sizes of {code(fact.name)} seem to be counted in MiB (2²⁰ bytes), though "
                f"{source_link(sized.source)} writes MB: {stated.removesuffix(' MB')} is what {expected} are in MiB."
            ),
        )


def _modules(fact: VariantFacts, shape: Architecture | None) -> Iterator[Disclosure]:
    listed = reported_fallback(fact)
    if listed is None or shape is None:
        return
    strangers = [name for name in listed.fallback_modules if not holds(shape, name)]
    if strangers:
        yield Disclosure(
            "module-name",
            Markdown(
                f"{source_link(listed.source)} lists modules as FP32 that the base model does not have: "
                f"{', '.join(code(name) for name in strangers)}."
            ),
        )
    if listed.total_modules is not None and listed.total_modules != len(shape.linear):
        yield Disclosure(
            "module-total",
            Markdown(
                f"{source_link(listed.source)} counts {listed.total_modules} Linear modules; "
                f"the base model has {len(shape.linear)}."
            ),
        )


def _calibration(facts: Facts, fact: VariantFacts) -> Iterator[Disclosure]:
    calibration = reported_calibration(fact)
    if calibration is None or calibration.split is None or fact.run is not None:
        return
    data = facts.manifest.scored_on
    scored = data.split if data else None
    names = {data.id, data.name} if data else set()
    same_data = calibration.dataset is None or bool(names & {calibration.dataset})
    if same_data and (calibration.split == scored or calibration.split.lower() in _EVALUATION_SPLITS):
        yield Disclosure(
            "calibration-split",
            Markdown(
                f"{code(fact.name)} was calibrated on the split that it is scored on ({code(calibration.split)}), "
                f"as {told(fact.reported, 'report')}: its score flatters it."
            ),
        )


def _differences(fact: VariantFacts) -> Iterator[Disclosure]:
    """Of a variant that is both measured and reported."""
    if fact.quantized is None:
        return
    for entry in fact.reported:
        score = next((score for score in fact.quantized.evaluate.scores if score.metric == entry.metric), None)
        if score is None or entry.value is None or entry.dataset is not None:
            continue
        value = float(numbers.rescaled(entry.value, entry.scale, "fraction"))
        if not score.low <= value <= score.high:
            yield Disclosure(
                "text-value",
                Markdown(
                    f"{source_link(entry.source)} reports {escape(metric_title(score.metric))} of {code(fact.name)} "
                    f"outside the 95 % interval of what cardgen measured."
                ),
            )


def _baselines(facts: Facts) -> Iterator[Disclosure]:
    scored: dict[tuple[str, ReportedDataset | None], dict[Decimal, list[str]]] = {}
    sized: list[Decimal] = []
    for fact in facts.variants:
        for entry in fact.reported:
            if entry.metric and entry.baseline is not None:
                value = numbers.rescaled(entry.baseline, entry.scale, scale_of(facts.manifest, entry.metric))
                data = scored.setdefault((entry.metric, entry.dataset), {})
                data.setdefault(value.normalize(), []).append(fact.name)
            if entry.baseline_size_mb is not None:
                sized.append(entry.baseline_size_mb)
    different = [
        Markdown(escape(metric_title(metric)) + (f" on {reported_place(data)}" if data else ""))
        for (metric, data), values in scored.items()
        if len(values) > 1
    ]
    if any(sizes_apart(one, other) for one, other in combinations(sized, 2)):
        different.append(Markdown("the size"))
    if different:
        reported = [entry for fact in facts.variants for entry in fact.reported]
        yield Disclosure(
            "baselines-differ",
            Markdown(
                f"{told(reported, 'give')} more than one figure for FP32, one beside each variant, without "
                f"saying why: {sentence_list(list(different))} differ. They may come from different runtimes, so each "
                "variant is compared with its own."
            ),
        )


def _sweep(facts: Facts) -> Iterator[Disclosure]:
    runs = facts.sweep
    varied = varied_names(runs)
    for metric in dict.fromkeys(run.metric for run in runs if run.metric):
        shown = scale_of(facts.manifest, metric)
        for run, best in collapsed_runs(runs, metric):
            assert run.value is not None
            fallen = numbers.exact(numbers.rescaled(run.value, run.scale, shown))
            most = numbers.exact(numbers.rescaled(best, "fraction", shown))
            yield Disclosure(
                "collapse",
                Markdown(
                    f"{escape(metric_title(metric))} is {fallen} in one run, against {most} in the best, "
                    f"with {_settings(run, varied)}. {'' if run.note else 'Its source says nothing of it. '}"
                    "Do not use that setting without finding out why."
                ),
            )
    uneven = [run for run in runs if _expected_rate(run) is not None]
    if uneven:
        gaps = []
        for run in uneven:
            expected = _expected_rate(run)
            assert expected is not None
            assert run.samples_per_s is not None
            gaps.append(abs(run.samples_per_s - expected) / expected)
        timed = sum(run.latency_ms is not None and run.samples_per_s is not None for run in runs)
        why = ": it seems to be counted over the nominal duration of a run" if max(gaps) < _ONE_PASS_MORE else ""
        yield Disclosure(
            "throughput",
            Markdown(
                f"In {len(uneven)} of {timed} runs the throughput is not what the mean latency gives, by up to "
                f"{numbers.percent(max(gaps))}{why}."
            ),
        )
    if any(run.latency_ms is not None for run in runs):
        yield Disclosure(
            "spread-missing",
            Markdown("Only mean latencies are reported: how much single runs differ from them is not known."),
        )
        yield Disclosure(
            "setting-missing, revision-missing",
            Markdown(
                "With which versions of the libraries the runs were made, and on which state of the data, "
                "is not reported."
            ),
        )


def _expected_rate(run: Reported) -> Decimal | None:
    if run.latency_ms is None or run.samples_per_s is None:
        return None
    return throughput_disagrees(run.latency_ms, run.samples_per_s, run.batch_size or 1)


def _settings(run: Reported, varied: Collection[str]) -> str:
    """The settings in which runs differ, as this one has them, as a list in a sentence."""
    items = [f"{code(name)} {parameter(value)}" for name, value in (run.parameters or {}).items() if name in varied]
    return sentence_list(items)
