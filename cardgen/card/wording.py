"""What things are called in a card: the same name wherever they appear."""

from __future__ import annotations

from pathlib import PurePosixPath

from cardgen.card.facts import VariantFacts
from cardgen.card.markdown import Markdown, code, escape, link
from cardgen.catalog.metrics import METRICS
from cardgen.manifest.model import DatasetRef, Manifest
from cardgen.records.model import Evidence, Resolution, Score

HUB = "https://huggingface.co"

INTERVALS = {
    "wilson": "the Wilson score interval",
    "bootstrap": "a percentile bootstrap over samples",
    "paired-bootstrap": "a percentile bootstrap over samples, in pairs",
}
"""How `cardgen.evaluation.statistics` names its methods, in words."""

APPROACH = {"static": "post-training static", "dynamic": "post-training dynamic"}


def metric_title(score: Score) -> str:
    """``Accuracy``, ``F1 (macro)``: a metric with the arguments that change its meaning."""
    args = ", ".join(str(value) for _name, value in sorted(score.args.items()))
    title = METRICS[score.metric].title
    return f"{title} ({args})" if args else title


def variant_title(fact: VariantFacts) -> str:
    """``pytorch static INT8``: a variant by its name in the manifest, and what it is."""
    return f"{fact.name} {fact.asked.approach} INT8"


def dataset_name(ref: DatasetRef) -> str:
    """The name that the manifest gives, else the Hub id, else the file's name."""
    if ref.name:
        return ref.name
    return ref.id or PurePosixPath(ref.path or "").name


def dataset_link(ref: DatasetRef) -> Markdown:
    """A dataset by name, linked where it is on the Hub."""
    name = escape(dataset_name(ref))
    return link(name, f"{HUB}/datasets/{ref.id}") if ref.id else name


def base_model(manifest: Manifest, evidence: Evidence) -> Markdown:
    """The base model by id, linked where it came from the Hub."""
    base = manifest.base_model
    if base.id is None:
        return Markdown("not on the Hub")
    on_hub = evidence.resolutions["base_model"].source.origin == "hub"
    return link(code(base.id), f"{HUB}/{base.id}") if on_hub else code(base.id)


def revision_text(resolution: Resolution) -> Markdown:
    """Which state of an input was used: a commit on the Hub, or the hash of local content."""
    source = resolution.source
    if source.origin == "hub":
        return Markdown(f"commit {code(source.commit or '')}")
    return Markdown(f"a local copy, SHA-256 {code(source.sha256 or '')}")


def sentence_list(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
