"""What others report of the base model: shown as the base model's, never as this one's."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, escape, table
from cardgen.card.words.wording import base_model, metric_title, reported_place, scale_of, source_link, told


def base_results_table(facts: Facts) -> Markdown:
    """A row per reported figure."""
    entries = [entry for entry in facts.base_reports if entry.metric and entry.value is not None]
    if not entries:
        return Markdown("")
    header = [Markdown(text) for text in ("Dataset", "Measure", "Base model", "Source")]
    rows = []
    for entry in entries:
        assert entry.metric is not None
        assert entry.value is not None
        name = Markdown(numbers.NOT_STATED)
        if entry.dataset:
            name = reported_place(entry.dataset)
        shown = numbers.rescaled(entry.value, entry.scale, scale_of(facts.manifest, entry.metric))
        rows.append(
            [name, escape(metric_title(entry.metric)), Markdown(numbers.exact(shown)), source_link(entry.source)]
        )
    return table(header, rows)


def base_results_note(facts: Facts) -> Markdown:
    """Whose results these are."""
    entries = [entry for entry in facts.base_reports if entry.metric]
    if not entries:
        return Markdown("")
    metrics = {entry.metric: scale_of(facts.manifest, entry.metric) for entry in entries if entry.metric}
    percent = (
        "in percent"
        if set(metrics.values()) == {"percent"}
        else "fractions"
        if "percent" not in metrics.values()
        else "in percent or fractions, as the metric's title tells"
    )
    tuned = " fine-tuned on each task" if "glue" in metrics else ""
    return Markdown(
        f"These are results of {base_model(facts.manifest, facts.evidence)}{tuned}, as {told(entries, 'report')} "
        f"them ({percent}). They are not results of the files that this card describes, "
        "and cardgen did not measure them."
    )
