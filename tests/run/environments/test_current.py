from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from cardgen.catalog.environments import ENVIRONMENTS, normalised
from cardgen.errors import EnvironmentMissingError
from cardgen.run.environments import current_environment
from cardgen.run.environments.current import unmet_requirements

INFO = ENVIRONMENTS["onnxruntime"]


def test_an_interpreter_without_the_libraries_is_refused_with_everything_it_lacks() -> None:
    with pytest.raises(EnvironmentMissingError) as caught:
        current_environment("onnxruntime")
    assert caught.value.exit_code == 5
    assert "the current environment cannot run onnxruntime; it lacks:" in caught.value.message
    assert "\n  torch==2.13.0 (not installed)" in caught.value.message
    assert "\n  optimum-onnx==0.1.0 (not installed)" in caught.value.message
    assert "\n  pydantic" not in caught.value.message  # cardgen has that itself
    assert "--env current" in caught.value.remedy


def test_what_the_lock_installs_is_enough() -> None:
    assert unmet_requirements(INFO, lambda name: INFO.packages[normalised(name)]) == ()


def test_a_cpu_build_of_torch_is_torch_and_another_version_is_not() -> None:
    def installed(name: str) -> str:
        versions = {**INFO.packages, "torch": "2.13.0+cpu", "transformers": "5.0.0"}
        if name == "seqeval":
            raise PackageNotFoundError(name)
        return versions[normalised(name)]

    assert unmet_requirements(INFO, installed) == (
        "transformers<4.58,>=4.57.6 (5.0.0 is installed)",
        "seqeval<2,>=1.2.2 (not installed)",
    )
