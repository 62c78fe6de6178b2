from __future__ import annotations

import json
import pickle
from pathlib import Path

from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles

INC_CONFIG = {
    "distillation": {},
    "neural_compressor_version": "3.7.1",
    "optimum_version": "2.1.0",
    "quantization": {"dataset_num_samples": 296, "is_static": True},
}


class Opened:
    """Leaves a trace where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.trace,)


def test_a_pickle_stays_shut_and_what_lies_beside_it_tells(tmp_path: Path) -> None:
    model, trace = tmp_path / "model", tmp_path / "opened"
    model.mkdir()
    (model / "pytorch_model.bin").write_bytes(pickle.dumps(Opened(trace)))
    (model / "inc_config.json").write_text(json.dumps(INC_CONFIG), encoding="utf-8")
    found = inspect(FolderFiles(model, "mine"))
    assert not trace.exists()
    assert (found.format, found.method, found.calibration) == ("pickle", "neural-compressor", "296 samples")
    assert [(one.name, one.version) for one in found.makers] == [("neural-compressor", "3.7.1"), ("optimum", "2.1.0")]
    assert (found.parameters, found.bits_per_weight, found.modules) == (None, None, ())
    assert found.findings == (
        "its weights are pickles, which run code when they are opened: nothing of them was read",
        "inc_config.json says static quantization",
    )


def test_beside_safetensors_a_pickle_is_of_no_interest(tmp_path: Path) -> None:
    source = Path(__file__).parent / "models" / "llama-bf16"
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    (tmp_path / "training_args.bin").write_bytes(b"")
    assert inspect(FolderFiles(tmp_path, "mine")).format == "safetensors"
