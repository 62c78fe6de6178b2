"""The results: what each variant scores beside its baseline, and how large both are."""

from __future__ import annotations

from cardgen.card import numbers
from cardgen.card.facts import VariantFacts
from cardgen.card.markdown import Markdown, code, escape, table
from cardgen.card.wording import dataset_link, metric_title
from cardgen.manifest.model import Manifest
from cardgen.records.model import PairedDifference, Score


def headline(manifest: Manifest, fact: VariantFacts) -> Markdown:
    """One line: the primary metric and the size, INT8 against FP32."""
    primary = manifest.evaluation.primary or manifest.evaluation.metrics[0].type
    score = next(score for score in fact.evaluate.scores if score.metric == primary)
    base = _matching(score, fact.baseline.scores)
    change = _difference(score, fact)
    noise = ", within noise" if change.within_noise else ""
    size = numbers.percent_of(fact.quantize.weight_bytes, fact.export.weight_bytes)
    int8, fp32 = numbers.megabytes(fact.quantize.weight_bytes), numbers.megabytes(fact.export.weight_bytes)
    return Markdown(
        f"{code(fact.name)}: {metric_title(score).lower()} {numbers.metric(score.value)} against "
        f"{numbers.metric(base.value)} in FP32 ({numbers.difference(change.value)}{noise}), "
        f"in {int8} against {fp32} ({size} of the size)."
    )


def results_note(manifest: Manifest, facts: tuple[VariantFacts, ...]) -> Markdown:
    """On what the variants were scored, and how to read the table."""
    dataset = manifest.evaluation.dataset
    split = f", split {code(dataset.split)}" if dataset.split else ""
    samples = facts[0].evaluate.samples
    limit = " (the first ones; the manifest sets a limit)" if manifest.evaluation.limit else ""
    return Markdown(
        f"On {dataset_link(dataset)}{split}: {samples} samples{limit}, the same ones in every column. "
        "Metrics are on their own scale, not in percent; brackets hold 95 % intervals. "
        "The last column is the difference sample by sample, "
        "so that its interval can be narrower than the others; "
        "it is *within noise* where that interval holds zero."
    )


def results_table(facts: tuple[VariantFacts, ...]) -> Markdown:
    """A row per variant and measure, INT8 beside FP32."""
    header = [Markdown(text) for text in ("Variant", "Measure", "INT8", "FP32", "INT8 \N{MINUS SIGN} FP32")]
    rows = []
    for fact in facts:
        for score in fact.evaluate.scores:
            base, change = _matching(score, fact.baseline.scores), _difference(score, fact)
            noise = ", within noise" if change.within_noise else ""
            rows.append(
                [
                    code(fact.name),
                    escape(metric_title(score)),
                    Markdown(f"**{numbers.metric(score.value)}** {numbers.interval(score.low, score.high)}"),
                    Markdown(f"{numbers.metric(base.value)} {numbers.interval(base.low, base.high)}"),
                    Markdown(f"{numbers.difference(change.value)} {numbers.interval(change.low, change.high)}{noise}"),
                ]
            )
        int8, fp32 = fact.quantize.weight_bytes, fact.export.weight_bytes
        share = Markdown(f"{numbers.percent_of(int8, fp32)} of FP32")
        sizes = [Markdown(f"**{numbers.megabytes(int8)}**"), Markdown(numbers.megabytes(fp32)), share]
        rows.append([code(fact.name), Markdown("Size of the weights"), *sizes])
    return table(header, rows)


def _matching(score: Score, among: tuple[Score, ...]) -> Score:
    return next(other for other in among if (other.metric, other.args) == (score.metric, score.args))


def _difference(score: Score, fact: VariantFacts) -> PairedDifference:
    index = fact.evaluate.scores.index(score)
    return fact.evaluate.differences[index]
