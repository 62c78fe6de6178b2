"""A manifest of thousands of mistakes is told in time that grows with their number, not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest
from tests.factory import manifest_data
from tests.strategies import dump_manifest

HEAD = dump_manifest({key: value for key, value in manifest_data().items() if key != "evaluation"})

Text = Callable[[int], str]

KINDS: dict[str, Text] = {
    "unknown keys": lambda n: "".join(f"unknown_key_{i}: 1\n" for i in range(n)),
    "unknown keys of a section": lambda n: "details:\n" + "".join(f"  unknown_key_{i}: 1\n" for i in range(n)),
    "columns": lambda n: (
        "evaluation:\n  dataset: {id: owner/data, split: test}\n  metrics: [accuracy]\n  columns:\n"
        + "".join(f"    role_{i}: column_{i}\n" for i in range(n))
    ),
    "reported": lambda n: (
        "reported:\n" + "".join(f"  - {{variant: v{i}, metric: m{i}, source: {{name: x}}}}\n" for i in range(n))
    ),
    "keys given twice": lambda n: "".join(f"title: title {i}\n" for i in range(n)),
}


def seconds(text: str) -> float:
    began = time.process_time()
    with pytest.raises(ManifestError):
        parse_manifest(text, Path("model.yaml"))
    return time.process_time() - began


@pytest.mark.parametrize("kind", KINDS)
def test_sixteen_times_the_mistakes_take_about_sixteen_times_as_long(kind: str) -> None:
    few = min(seconds(HEAD + KINDS[kind](500)) for _ in range(2))
    many = seconds(HEAD + KINDS[kind](8000))
    assert many < 32 * few + 0.2, f"{few:.2f} s, {many:.2f} s"
