"""Which plots a card has, and where: whatever its evidence holds at least two points of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, localcontext

from cardgen.card.facts.joined import Facts
from cardgen.card.model import Plot, Section
from cardgen.card.plots.latency import draw_latency
from cardgen.card.plots.model import Drawing
from cardgen.card.plots.scores import draw_scores, score_panels
from cardgen.card.plots.sensitivity import draw_sensitivity, ranked_modules
from cardgen.card.plots.sizes import draw_sizes, size_rows
from cardgen.card.plots.timed import Shape, measured_runs, reported_runs
from cardgen.card.plots.trials import draw_trials, trials_of
from cardgen.card.words.markdown import Markdown, escape
from cardgen.catalog.layout import ASSETS
from cardgen.catalog.plots import PLOTS, PlotKind
from cardgen.manifest.model import Manifest


def build_plots(facts: Facts) -> tuple[Plot, ...]:
    """The plots of a card, in its order."""
    asked = facts.manifest.plots
    with localcontext(Context(prec=28)):
        return tuple(plot for kind in PLOTS if asked is None or kind in asked for plot in _plots(kind, facts))


def plot_paths(manifest: Manifest, own: str | None = None) -> tuple[str, ...]:
    """Where plots of a manifest can lie, relative to the card, whatever its evidence comes to.

    Args:
        manifest: as it is now.
        own: the variant in whose repository the card stands; ``None`` for a card of all.
    """
    asked = manifest.plots
    variants = [name for name in manifest.variants if own in (None, name)]
    benchmark = manifest.benchmark
    measured: list[Shape] = []
    if benchmark is not None and benchmark.grid is not None:
        measured = [(size, length) for size in benchmark.batch_sizes for length in benchmark.input_lengths]
    reported = [(entry.batch_size, entry.input_length) for entry in manifest.reported if entry.parameters is not None]
    files: dict[PlotKind, list[str]] = {
        "scores": ["scores.svg"],
        "sizes": ["sizes.svg"],
        "latency": [*(_of_shape(shape) for shape in measured), *(_of_shape(shape, "reported") for shape in reported)],
        "sensitivity": [f"sensitivity-{name}.svg" for name in variants],
        "trials": [f"trials-{name}.svg" for name in variants],
    }
    names = dict.fromkeys(file for kind in PLOTS if asked is None or kind in asked for file in files[kind])
    return tuple(f"{ASSETS}/{name}" for name in names)


def _plots(kind: PlotKind, facts: Facts) -> Iterator[Plot]:
    variant = "quantized" if facts.scheme == "Quantized" else facts.scheme
    base = "base model" if facts.baseline == "Baseline" else facts.baseline
    match kind:
        case "scores":
            if panels := score_panels(facts.with_sisters):
                yield _plot(kind, "results", "scores.svg", draw_scores(panels, variant, base))
        case "sizes":
            if rows := size_rows(facts.with_sisters):
                scored = any(fact.quantized or fact.reported for fact in facts.with_sisters.variants)
                section: Section = "results" if scored else "files"
                yield _plot(kind, section, "sizes.svg", draw_sizes(rows, variant, base))
        case "latency":
            for shape, timed in measured_runs(facts):
                if len(timed.runs) > 1:
                    yield _plot(kind, "measured runs", _of_shape(shape), draw_latency(timed, "INT8", "FP32"))
            for shape, timed in reported_runs(facts):
                if len(timed.runs) > 1:
                    yield _plot(kind, "reported runs", _of_shape(shape, "reported"), draw_latency(timed, "", ""))
        case "sensitivity":
            for fact in facts.variants:
                if modules := ranked_modules(fact):
                    drawing = draw_sensitivity(fact.name, modules)
                    yield _plot(kind, "quantization", f"sensitivity-{fact.name}.svg", drawing)
        case "trials":
            for fact in facts.variants:
                if trials := trials_of(facts.manifest, fact):
                    yield _plot(kind, "quantization", f"trials-{fact.name}.svg", draw_trials(fact.name, trials))


def _plot(
    kind: PlotKind,
    section: Section,
    file: str,
    drawing: Drawing,
) -> Plot:
    picture = Markdown(f"![{escape(drawing.alt)}]({ASSETS}/{file})")
    return Plot(kind, section, file, picture, Markdown(drawing.caption), drawing.svg)


def _of_shape(shape: Shape, whose: str = "") -> str:
    """``latency-1x128.svg``, ``latency-reported-1x128.svg``; what is not stated is ``any``."""
    size, length = ("any" if part is None else str(part) for part in shape)
    return "-".join(filter(None, ["latency", whose, f"{size}x{length}.svg"]))
