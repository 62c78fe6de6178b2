"""What a person sees of a run: lines where output is kept, bars on a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from cardgen.run.progress import Bars, Lines


def test_lines_tell_starts_stages_ends_and_how_a_plan_stands() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.stands(2, 14, 40.0)
    with lines.step("export onnx") as report:
        report("exporting", 0, None)
        report("exporting", 1, 3)
        report("checking", 0, 3)
    lines.stands(14, 14, 0.0)
    with lines.step("write"):
        pass
    assert re.sub(r"\d\.\d s", "T s", stream.getvalue()).splitlines() == [
        "export onnx ... (2 of 14 steps done, 12 left, about 40 s)",
        "export onnx: exporting",
        "export onnx: checking (3)",
        "export onnx: T s",
        "write ...",
        "write: T s",
    ]


def test_lines_tell_of_a_step_that_is_stopped() -> None:
    stream = io.StringIO()
    with pytest.raises(KeyboardInterrupt), Lines(stream).step("export onnx"):
        raise KeyboardInterrupt
    assert re.fullmatch(r"export onnx \.\.\.\nexport onnx: stopped after \d\.\d s\n", stream.getvalue())


@pytest.fixture
def bars() -> Iterator[Bars]:
    made = Bars()
    made._console = Console(file=io.StringIO(), force_terminal=True, width=100)
    yield made
    assert made._shown is None


def shown(bars: Bars) -> list[str]:
    assert bars._shown is not None
    return [task.description for task in bars._shown.tasks]


def test_bars_show_the_plan_and_each_step_that_runs(bars: Bars) -> None:
    bars.stands(3, 14, None)
    with bars.step("snippet onnx"):
        with bars.step("predict onnx") as report:
            report("evaluating", 5, 10)
            assert shown(bars) == ["3 of 14 steps done, 11 left", "snippet onnx", "predict onnx: evaluating"]
        bars.stands(4, 14, 9.0)
        assert shown(bars) == ["4 of 14 steps done, 10 left, about 9 s", "snippet onnx"]
    with bars.step("environment onnxruntime"):
        assert shown(bars) == ["4 of 14 steps done, 10 left, about 9 s", "environment onnxruntime"]


def test_bars_without_a_plan_show_the_step_alone(bars: Bars) -> None:
    with bars.step("train the demo's model"):
        assert shown(bars) == ["train the demo's model"]
