from __future__ import annotations

import pytest

from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.errors import UsageError
from cardgen.run.environments import choose_environments, find_environment, managed_environment


@pytest.mark.parametrize(
    ("backends", "chosen"),
    [
        ([], {}),
        (["onnxruntime"], {"onnxruntime": "onnxruntime"}),
        (["neural-compressor"], {"neural-compressor": "neural-compressor"}),
        (
            ["onnxruntime", "neural-compressor", "onnxruntime"],
            {"onnxruntime": "neural-compressor", "neural-compressor": "neural-compressor"},
        ),
    ],
)
def test_the_fewest_environments_are_used(backends: list[str], chosen: dict[str, str]) -> None:
    assert choose_environments(backends) == chosen


def test_what_an_environment_holds_is_read_from_its_lock() -> None:
    environment = managed_environment("onnxruntime", "neural-compressor")
    assert environment.name == "neural-compressor"
    assert environment.packages["transformers"] == "4.45.2"
    assert "neural-compressor" not in environment.packages
    assert managed_environment("onnxruntime", "onnxruntime").packages["transformers"] == "4.57.6"


def test_environments_are_found_by_name() -> None:
    assert find_environment("onnxruntime") is ENVIRONMENTS["onnxruntime"]


def test_a_misspelt_environment_is_a_usage_error_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no environment called 'onnx-runtime'") as caught:
        find_environment("onnx-runtime")
    assert "did you mean `onnxruntime`?" in caught.value.remedy
