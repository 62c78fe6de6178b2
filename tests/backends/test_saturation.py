"""INT8 models compute the same on processors with and without VNNI, which are emulated; and what can say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.records.request import QuantizationOptions, QuantizeRequest
from tests.backends.workbench import SCRIPTS, Workbench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def one_magnitude(neural_compressor: Workbench, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one-magnitude")
    neural_compressor.script(SCRIPTS / "train_one_magnitude.py", models / "single", folder)
    return folder


def asked(bench: Workbench, reduce_range: bool | None, *, static: bool = False, per_channel: bool) -> QuantizeRequest:
    options = QuantizationOptions(reduce_range=reduce_range, per_channel=per_channel)
    return bench.static(options=options) if static else bench.dynamic(options=options)


def test_a_model_computes_the_same_unless_all_eight_bits_are_asked_for(
    onnxruntime: Workbench, one_magnitude: Path
) -> None:
    _, export = onnxruntime.export_of(one_magnitude)
    default, of_7_bits = onnxruntime.quantize(asked(onnxruntime, None, per_channel=True), export)
    wide, of_8_bits = onnxruntime.quantize(asked(onnxruntime, False, per_channel=True), export)
    assert (default.saturation, wide.saturation) == ("never", "possible")
    script, data = SCRIPTS / "saturate.py", one_magnitude / "test.csv"
    found = onnxruntime.script(script, one_magnitude, data, of_7_bits, of_8_bits)
    assert found["product"] == [255 * 127 * 64, 32 * (2**15 - 1)], "the emulation is wrong"
    narrow, full = found["apart"]
    assert narrow == 0
    assert full > 0.01
    fp32, exact, saturated = found["by_hand"]["8 bits"]
    assert exact > fp32 - 0.02
    assert saturated < fp32 - 0.05, "nothing was to be seen"
    fp32, exact, saturated = found["by_hand"]["7 bits"]
    assert exact == saturated > fp32 - 0.02


@pytest.mark.parametrize("per_channel", [False, True])
def test_a_static_model_is_read_alike(onnxruntime: Workbench, one_magnitude: Path, per_channel: bool) -> None:
    _, export = onnxruntime.export_of(one_magnitude)
    for reduce_range in (None, True, False):
        request = asked(onnxruntime, reduce_range, static=True, per_channel=per_channel)
        result, _ = onnxruntime.quantize(request, export, one_magnitude / "train.csv")
        assert result.saturation == ("possible" if reduce_range is False else "never")


def test_a_pytorch_model_does_not_depend_on_the_machine(neural_compressor: Workbench, one_magnitude: Path) -> None:
    """By itself, Neural Compressor gives activations 8 bits where the machine that quantizes has VNNI."""
    _, export = neural_compressor.export_of(one_magnitude)
    for request in (neural_compressor.static(), neural_compressor.dynamic()):
        static = request.approach == "static"
        result, artifact = neural_compressor.quantize(request, export, one_magnitude / "train.csv")
        assert result.saturation == ("outside-calibration" if static else "never")
        largest = neural_compressor.script(SCRIPTS / "largest_activation.py", artifact, one_magnitude / "test.csv")
        assert bool(largest) == static
        # Of 255, were they of 8 bits; above 127 is what lies outside the range of the few texts that calibrate.
        assert all(value < 160 for value in largest.values()), largest
