"""What things are called in a card: the same name wherever they appear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.words.markdown import Markdown, code, escape, link
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.data import DatasetRef
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported, ReportedDataset, ReportSource, Scale
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import Resolution
from cardgen.records.results.evaluate import Score
from cardgen.records.results_file import Figure

HUB = "https://huggingface.co"

INTERVALS = {
    "wilson": "the Wilson score interval",
    "bootstrap": "a percentile bootstrap over samples",
    "paired-bootstrap": "a percentile bootstrap over samples, in pairs",
}
"""How `cardgen.evaluation.scoring.statistics` names its methods, in words."""

APPROACH = {
    "static": "post-training static",
    "dynamic": "post-training dynamic",
    "none": "not quantized",
    "weight-only": "weights only",
    "qat": "quantization-aware training",
    "not-stated": "not stated",
}


_PERSONS = ("Matthews ", "Pearson ", "Spearman ")
"""Whom metrics are named after."""


def metric_title(metric: str, args: Mapping[str, object] | None = None) -> str:
    """``Accuracy``, ``F1 (macro)``: a metric with the arguments that change its meaning."""
    shown = ", ".join(str(value) for _name, value in sorted((args or {}).items()))
    title = metric_info(metric).title
    return f"{title} ({shown})" if shown else title


def score_title(score: Score) -> str:
    """A measured metric's title."""
    return metric_title(score.metric, score.args)


def measure_title(figure: Figure) -> str:
    """``acc``, ``exact_match (strict)``: what an evaluation tool measured, as it names it, and which way to it."""
    return f"{figure.metric} ({figure.variant})" if figure.variant else figure.metric


def lowered(title: str) -> str:
    """A title inside a sentence; one that is written with several capitals, or begins with a person's name, stays."""
    return title if not title[1:2].islower() or title.startswith(_PERSONS) else title[0].lower() + title[1:]


def scale_of(manifest: Manifest, metric: str) -> Scale:
    """The one scale on which the card shows a metric: what the manifest declares, else a fraction.

    Where every report of it is in percent, and nothing is to be measured, it stays in percent.
    """
    declared = manifest.evaluation.scales.get(metric) if manifest.evaluation else None
    if declared is not None:
        return declared
    given = {entry.scale for entry in manifest.reported if entry.metric == metric}
    run = set(manifest.variants) - set(manifest.reported_variants)
    return "percent" if given == {"percent"} and not run else "fraction"


def variant_name(facts: Facts, fact: VariantFacts) -> Markdown:
    """A variant as a table names it: with a link to its repository, where that is another than the card's."""
    name = code(fact.name)
    return link(name, f"{HUB}/{facts.manifest.repository(fact.name)}") if facts.own not in (None, fact.name) else name


def variant_title(fact: VariantFacts) -> str:
    """``pytorch static INT8``: a variant by its name in the manifest, and what it is."""
    kind = variant_kind(fact)
    return kind if fact.elsewhere and fact.name == kind.lower().replace(" ", "-") else f"{fact.name} {kind}"


def variant_kind(fact: VariantFacts) -> str:
    """``static INT8``, ``FP32 export``; of what others made, its scheme as they name it."""
    if fact.elsewhere:
        return fact.scheme or "quantized"
    return "FP32 export" if fact.asked.approach == "none" else f"{fact.asked.approach} INT8"


def dataset_name(ref: DatasetRef) -> str:
    """The name that the manifest gives, else the Hub id, else the file's name."""
    if ref.name:
        return ref.name
    return ref.id or PurePosixPath(ref.path or "").name


def dataset_link(ref: DatasetRef) -> Markdown:
    """A dataset by name, linked where it is on the Hub."""
    name = escape(dataset_name(ref))
    return link(name, f"{HUB}/datasets/{ref.id}") if ref.id else name


def dataset_place(ref: DatasetRef) -> Markdown:
    """A dataset with its configuration and split."""
    parts = [dataset_link(ref)]
    if ref.config:
        parts.append(Markdown(f"configuration {code(ref.config)}"))
    if ref.split:
        parts.append(Markdown(f"split {code(ref.split)}"))
    return Markdown(", ".join(parts))


def reported_place(dataset: ReportedDataset) -> Markdown:
    """What a reported figure was measured on; two splits of a dataset are told apart."""
    named = {"configuration": dataset.config, "split": dataset.split}
    parts = [f"{key} {code(value)}" for key, value in named.items() if value]
    return Markdown(f"{escape(dataset.name)} ({', '.join(parts)})" if parts else escape(dataset.name))


def drawn(rows: int | None, seed: int) -> str:
    """`` (drawn from all 872 with seed 42)``: which of so many rows were taken; nothing, where all were."""
    return f" (drawn from all {rows} with seed {seed})" if rows is not None else ""


def base_model(manifest: Manifest, evidence: Evidence) -> Markdown:
    """The base model by id, linked where it is on the Hub."""
    base = manifest.base_model
    if base.id is None:
        return Markdown("a model that is not on the Hub")
    resolved = evidence.resolutions.get("base_model")
    on_hub = base.path is None if resolved is None else resolved.source.origin == "hub"
    return link(code(base.id), f"{HUB}/{base.id}") if on_hub else code(base.id)


def revision_text(resolution: Resolution) -> Markdown:
    """Which state of an input was used: a commit on the Hub, or the hash of local content."""
    source = resolution.source
    if source.origin == "hub":
        return Markdown(f"commit {code(source.commit or '')}")
    return Markdown(f"a local copy, SHA-256 {code(source.sha256 or '')}")


def source_link(source: ReportSource) -> Markdown:
    """Who reports a figure."""
    name = escape(source.name)
    return link(name, source.url) if source.url else name


def source_names(entries: Iterable[Reported]) -> Markdown:
    """Everyone who reports some figures, each name once."""
    return Markdown(sentence_list([*map(str, _sources(entries).values())]))


def told(entries: Iterable[Reported], verb: str) -> Markdown:
    """Everyone who reports some figures, with what they do: ``Somebody reports``, ``One and another report``."""
    names = [*map(str, _sources(entries).values())]
    return Markdown(f"{sentence_list(names)} {verb}{'s' if len(names) == 1 else ''}")


def _sources(entries: Iterable[Reported]) -> dict[str, Markdown]:
    found: dict[str, Markdown] = {}
    for entry in entries:
        found.setdefault(entry.source.name, source_link(entry.source))
    return found


def sentence_list(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""
