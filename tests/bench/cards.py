"""Rendering, lint and import, again and again in one process."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import mistune

from cardgen.card.assemble import card_place, render_manifest
from cardgen.manifest.load import load_manifest
from cardgen.records.evidence_file import load_evidence
from tests.bench.processes import ROOT, run_program
from tests.bench.table import Row, duration, megabytes
from tests.inherit.importer import long_cards as imported
from tests.lint.long_cards import LONG_CARDS

MANIFEST = ROOT / "manifests" / "unicode-names.yaml"


def rows() -> list[Row]:
    """Measure."""
    return [render_row(), peer_row(), plots_row(), lint_row(), *long_rows()]


def render_row() -> Row:
    """Cards rendered from evidence, manifest and evidence read anew each time."""
    rate, memory = run_program("from tests.bench.cards import render_cards\nprint(render_cards(200))")
    return Row("render from evidence", f"{rate:.0f} cards/s", memory=megabytes(memory))


def render_cards(count: int) -> float:
    """Cards a second."""
    loaded = load_manifest(MANIFEST)
    place = card_place(loaded)
    render_manifest(loaded, load_evidence(place.evidence), place)
    started = time.perf_counter()
    for _ in range(count):
        again = load_manifest(MANIFEST)
        render_manifest(again, load_evidence(place.evidence), place)
    return count / (time.perf_counter() - started)


def peer_row() -> Row:
    """huggingface_hub's own way from data and a template of like length to a card, beside ours from evidence."""
    (ours, theirs), memory = run_program("from tests.bench.cards import render_rates\nprint(render_rates(400))")
    return Row(
        "render, evidence in memory",
        f"{ours:.0f} cards/s",
        f"{ours / theirs:.1f} x from_template",
        memory=megabytes(memory),
    )


def render_rates(count: int) -> list[float]:
    """Cards a second: ours, and those of ``ModelCard.from_template``, taken in turns."""
    from huggingface_hub import ModelCard, ModelCardData

    loaded = load_manifest(MANIFEST)
    place = card_place(loaded)
    evidence = load_evidence(place.evidence)
    text = render_manifest(loaded, evidence, place)
    data = ModelCard(text).data
    assert isinstance(data, ModelCardData)
    template = "---\n{{ card_data }}\n---\n" + text.split("---\n", 2)[2].replace("0.9342", "{{ accuracy }}")
    seconds = [0.0, 0.0]
    for _ in range(count):
        started = time.perf_counter()
        render_manifest(loaded, evidence, place)
        middle = time.perf_counter()
        str(ModelCard.from_template(data, template_str=template, accuracy=0.9342))
        seconds[0] += middle - started
        seconds[1] += time.perf_counter() - middle
    return [count / seconds[0], count / seconds[1]]


PLOTS_AIM_MS = 20.0


def plots_row() -> Row:
    """One plot of each kind, of facts that are gathered."""
    mean_ms, memory = run_program("from tests.bench.cards import plot_ms\nprint(plot_ms(200))")
    met = mean_ms <= PLOTS_AIM_MS
    return Row("five plots", f"{mean_ms:.1f} ms", "", f"{PLOTS_AIM_MS:.0f} ms", met, megabytes(memory))


def plot_ms(count: int) -> float:
    """Milliseconds for five plots."""
    from cardgen.card.facts.gather import gather_facts
    from cardgen.card.plots.build import build_plots
    from tests.factory import make_evidence

    facts = []
    for case, kinds in (("tuned", ("scores", "sizes", "sensitivity", "trials")), ("measured-sweep", ("latency",))):
        manifest = load_manifest(ROOT / "tests" / "golden" / "cards" / case / "manifest.yaml").manifest
        first = dict(list(manifest.variants.items())[:1])
        manifest = manifest.model_copy(update={"plots": kinds, "variants": first})
        if manifest.benchmark is not None:
            one = manifest.benchmark.model_copy(update={"batch_sizes": (1,)})
            manifest = manifest.model_copy(update={"benchmark": one})
        facts.append(gather_facts(manifest, make_evidence(manifest), "evidence.json"))
    assert sum(len(build_plots(each)) for each in facts) == 5
    started = time.process_time()
    for _ in range(count):
        for each in facts:
            build_plots(each)
    return (time.process_time() - started) / count * 1000


def lint_row() -> Row:
    """Every committed card."""
    rate, memory = run_program("from tests.bench.cards import lint_cards\nprint(lint_cards(20))")
    return Row("lint", f"{rate:.0f} cards/s", memory=megabytes(memory))


def lint_cards(rounds: int) -> float:
    """Cards a second."""
    from cardgen.lint.engine import lint

    cards = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "cards").glob("*/README.md"))]
    for card in cards:
        lint(card, "README.md")
    started = time.perf_counter()
    for _ in range(rounds):
        for card in cards:
            lint(card, "README.md")
    return rounds * len(cards) / (time.perf_counter() - started)


AIM_S = 2.0
"""Of processor time, for a card of a million characters."""


def long_rows() -> list[Row]:
    """Cards of a million characters: the time, and how often it is that of one half as long, and that of mistune.

    Mistune alone, which parses the same card's Markdown, tables and inline markup included, is what reading costs.
    """
    return [_long_row("lint", name) for name in LONG_CARDS] + [
        _long_row("import", name) for name in imported.LONG_CARDS
    ]


def _long_row(command: str, name: str) -> Row:
    program = f"from tests.bench.cards import {command}_seconds\nprint({command}_seconds({name!r}))"
    (half, whole, parsed), memory = run_program(program)
    what = f"{command} 1 MB: {name}"
    ratio = f"{whole / half:.1f} x half of it, {whole / parsed:.1f} x mistune"
    return Row(what, duration(whole), ratio, f"{AIM_S:.0f} s", whole <= AIM_S, megabytes(memory))


def lint_seconds(name: str) -> list[float]:
    """Processor time of one card of half a million characters, of one of a million, and of mistune for the latter."""
    from cardgen.lint.engine import lint

    return _seconds(LONG_CARDS[name], lambda card: lint(card, "README.md"))


def import_seconds(name: str) -> list[float]:
    """The same of a manifest made from them, without the lint of the card and the look at the manifest that follow."""
    from cardgen.inherit.importer.make import import_card
    from cardgen.lint.reading.mojibake import find_misread

    def work(card: str) -> object:
        return import_card(card, "card", "card", imported.GIVEN, misread=find_misread)

    return _seconds(imported.LONG_CARDS[name], work)


def _seconds(made: Callable[[int], str], work: Callable[[str], object]) -> list[float]:
    gc.disable()  # the command collects rarely
    length = (len(made(2_000)) - len(made(1_000))) / 1_000
    work(made(10))
    parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
    parse(made(10))
    seconds = []
    for characters, does in ((500_000, work), (1_000_000, work), (1_000_000, parse)):
        card = made(int(characters / length))
        started = time.process_time()
        does(card)
        seconds.append(time.process_time() - started)
    return seconds
