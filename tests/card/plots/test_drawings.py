"""Whatever the figures are: a picture is XML, holds no number that is none, keeps to itself, and covers no text."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.card.plots.latency import TimedRun, TimedRuns, draw_latency
from cardgen.card.plots.model import Drawing, Estimate
from cardgen.card.plots.scores import MOST_ROWS, ScorePanel, ScoreRow, draw_scores
from cardgen.card.plots.sensitivity import MOST_NAMED, RankedModule, draw_sensitivity
from cardgen.card.plots.sizes import SizeRow, draw_sizes
from cardgen.card.plots.trials import TrialMark, Trials, draw_trials
from tests.card.plots.pictures import SVG, Seen

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80) | st.sampled_from(
    ["pytorch", "onnx", "<b>&amp;", "]]>", "a" * 200, "x\u202ey", "\x00\x1b[1m", "名前 – größe", "--"]
)
values = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=None)
values |= st.sampled_from([Decimal("0.9283"), Decimal("0.92830001"), Decimal(0), Decimal("1e-30"), Decimal("-0.5")])
positive = values.map(abs).filter(bool)
scales = st.sampled_from(["fraction", "percent"])


@st.composite
def estimates(draw: st.DrawFn, some: st.SearchStrategy[Decimal] = values) -> Estimate:
    value = draw(some)
    text = draw(st.just(f"{value:.4g}") | st.just("9" * 60))
    if draw(st.booleans()):
        return Estimate(value, text)
    return Estimate(value, text, value - draw(positive), value + draw(positive), "(from to)")


score_rows = st.builds(ScoreRow, names, estimates(), estimates(), st.booleans()) | st.builds(
    ScoreRow, names, estimates(), st.none(), st.booleans()
)
panels = st.builds(ScorePanel, names, scales, st.booleans(), st.lists(score_rows, min_size=1, max_size=5).map(tuple))
runs = st.builds(TimedRun, names, estimates(), st.builds(Estimate, positive, st.just("1 ms")), st.booleans())
modules = st.builds(RankedModule, names, st.none() | st.just(Decimal(0)) | positive, st.just("1.0e−9"), st.booleans())
outcomes = st.sampled_from(["accepted", "rejected", "stopped"])
marks = st.builds(TrialMark, st.integers(1, 400), st.integers(0, 400), estimates(), outcomes, st.booleans())


def look(drawing: Drawing, again: Drawing) -> Seen:
    """What holds of every picture."""
    assert drawing == again
    seen = Seen(drawing.svg)
    assert seen.title
    assert seen.description
    wide, high = seen.size
    for x, y in seen.points():
        assert -0.1 <= x <= wide + 0.1, (x, y)
        assert -0.1 <= y <= high + 0.1, (x, y)
    texts = seen.texts
    for text in texts:
        assert text.left >= -0.2, text
        assert text.right <= wide + 0.2, text
        assert text.top >= 0, text
        assert text.bottom <= high, text
    for one, other in combinations(texts, 2):
        # A label on the plot stands on lines and, where there is no other place, on an axis' own label.
        assert not one.covers(other) or one.halo != other.halo, (one, other)
    return seen


@given(st.lists(panels, min_size=1, max_size=3), st.sampled_from(["INT8", "W4A16"]))
@settings(deadline=None, max_examples=60)
def test_scores(found: list[ScorePanel], variant: str) -> None:
    look(draw_scores(found, variant, "FP32"), draw_scores(found, variant, "FP32"))


@given(
    st.lists(
        st.builds(SizeRow, names, estimates(positive), st.none() | estimates(positive), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None, max_examples=60)
def test_sizes(rows: list[SizeRow]) -> None:
    look(draw_sizes(rows, "INT8", "FP32"), draw_sizes(rows, "INT8", "FP32"))


@given(st.lists(modules, min_size=2, max_size=40), names)
@settings(deadline=None, max_examples=60)
def test_sensitivity(found: list[RankedModule], variant: str) -> None:
    look(draw_sensitivity(variant, found), draw_sensitivity(variant, found))


@given(
    st.builds(
        TimedRuns,
        names,
        scales,
        st.booleans(),
        st.just("batch size 1, input length 128 tokens"),
        st.lists(runs, min_size=2, max_size=30).map(tuple),
        st.sampled_from(["", "reported"]),
        st.integers(0, 3),
    ),
    st.sampled_from(["", "INT8"]),
)
@settings(deadline=None, max_examples=80)
def test_latency(timed: TimedRuns, variant: str) -> None:
    look(draw_latency(timed, variant, "FP32"), draw_latency(timed, variant, "FP32"))


@given(
    st.builds(
        Trials,
        names,
        scales,
        st.booleans(),
        estimates(),
        estimates(),
        st.lists(marks, min_size=2, max_size=60).map(tuple),
        st.integers(0, 3),
    )
)
@settings(deadline=None, max_examples=60)
def test_trials(trials: Trials) -> None:
    look(draw_trials("pytorch", trials), draw_trials("pytorch", trials))


def estimate(value: str) -> Estimate:
    return Estimate(Decimal(value), value)


def test_a_picture_of_many_has_no_row_for_each_and_says_so() -> None:
    some = tuple(ScoreRow(f"v{at}", estimate("0.9"), estimate("0.91")) for at in range(MOST_ROWS + 3))
    drawing = draw_scores([ScorePanel("Accuracy", "fraction", True, some)], "INT8", "FP32")
    assert "3 more rows are in the table alone." in drawing.caption
    assert "31 more" in drawing.alt
    many = [RankedModule(f"m.{at}", Decimal(10) ** -at, "x", at % 2 == 0) for at in range(300)]
    drawing = draw_sensitivity("onnx", many)
    words = [text.words for text in Seen(drawing.svg).texts]
    assert f"{300 - MOST_NAMED} others" in words
    assert (
        f"The last row holds the {300 - MOST_NAMED} others, which disturb least; 138 of them in FP32."
        in drawing.caption
    )


def test_names_are_without_what_all_begin_with() -> None:
    names = ("model.layers.0.fc1", "model.layers.1.fc1")
    drawing = draw_sensitivity("onnx", [RankedModule(name, Decimal("0.5"), "0.50", False) for name in names])
    words = [text.words for text in Seen(drawing.svg).texts]
    assert "0.fc1" in words
    assert "model.layers.0.fc1" not in words
    assert "Names are without the `model.layers.` that all begin with." in drawing.caption
    assert "model.layers.0.fc1 0.50" in drawing.alt


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    row = ScoreRow("a", estimate("0.9"), estimate("0.91"))
    drawing = draw_scores([ScorePanel("Accuracy", "fraction", True, (row,))], "INT8", "FP32")
    assert "The axis does not start at zero." in drawing.caption
    assert "Accuracy, not from zero" in [text.words for text in Seen(drawing.svg).texts]
    row = ScoreRow("a", estimate("-0.3"), estimate("0.2"))
    drawing = draw_scores([ScorePanel("Matthews correlation", "fraction", True, (row,))], "INT8", "FP32")
    assert "zero" not in drawing.caption
    drawing = draw_sizes([SizeRow("a", estimate("74"), estimate("265"))], "INT8", "FP32")
    assert "zero" not in drawing.caption
    assert "0" in [text.words for text in Seen(drawing.svg).texts]


def test_differences_that_no_figure_shows_are_not_drawn_large() -> None:
    rows = (ScoreRow("a", estimate("0.92831"), estimate("0.92832")),)
    seen = Seen(draw_scores([ScorePanel("Accuracy", "fraction", True, rows)], "INT8", "FP32").svg)
    key, variant = (float(each.attrib["cx"]) for each in seen.root.iter(f"{SVG}circle"))
    _paper, _key, base = (float(each.attrib.get("x", 0)) for each in seen.root.iter(f"{SVG}rect"))
    assert key < variant < base + 4 < variant + 10


def test_what_collapsed_lies_beyond_the_axis_and_on_no_front() -> None:
    def run(name: str, score: str, ms: str, *, fallen: bool = False) -> TimedRun:
        return TimedRun(name, estimate(score), estimate(ms), True, fallen)

    some = (run("slow", "0.911", "83.2"), run("fast", "0.898", "64.3"), run("broken", "0.490", "50.1", fallen=True))
    timed = TimedRuns("Accuracy", "fraction", True, "batch size 1", some)
    drawing = draw_latency(timed, "INT8", "FP32")
    assert "What collapsed lies below the axis, as a triangle: 0.490." in drawing.caption
    front, _dot, beyond = drawing.alt.partition(" Collapsed, beyond the axis: ")
    assert front.endswith("the fastest first: fast 0.898 at 64.3 ms; slow 0.911 at 83.2 ms.")
    assert beyond == "broken 0.490 at 50.1 ms."
    ticks = [text.words for text in Seen(drawing.svg).texts]
    assert "0.50" not in ticks
    assert "0.905" in ticks


def test_equal_runs_share_a_label() -> None:
    some = tuple(TimedRun(f"r{at}", estimate("0.9"), estimate("83.2"), True) for at in range(7))
    drawing = draw_latency(TimedRuns("Accuracy", "fraction", True, "batch size 1", some), "INT8", "FP32")
    assert [text.words for text in Seen(drawing.svg).texts if text.halo] == ["1–7"]
