"""Which library a card says that it is of: the one whose classes its own code loads the variants by."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.snippets import loading_snippet
from tests.publish.project import ONNX, PYTORCH, Project


@pytest.mark.parametrize(("backend", "task"), [(name, task) for name, info in BACKENDS.items() for task in info.tasks])
def test_the_printed_code_loads_the_model_by_the_library_that_is_named(backend: str, task: str) -> None:
    columns = ("first", "second")
    for quantized in (False, True):
        code = loading_snippet(backend, task, "owner/name", "", columns, quantized=quantized, trust_remote_code=False)
        loads = next(line for line in code.splitlines() if line.startswith("from "))
        assert loads.split()[1].partition(".")[0] == BACKENDS[backend].library


@pytest.mark.parametrize("variants", [{"a": PYTORCH}, {"a": ONNX}, {"a": ONNX, "b": PYTORCH}])
def test_front_matter_names_it(tmp_path: Path, variants: dict[str, dict[str, object]]) -> None:
    project = Project(tmp_path / "p", variants=variants)
    assert "\nlibrary_name: optimum\n" in project.readme
