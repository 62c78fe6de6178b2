"""A manifest of thousands of mistakes is told in time that grows with their number, not with its square."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest
from tests.factory import manifest_data
from tests.growth import assert_linear
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


def reading(text: str) -> Callable[[], None]:
    def read() -> None:
        with pytest.raises(ManifestError):
            parse_manifest(text, Path("model.yaml"))

    return read


@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_with_the_number_of_mistakes(kind: str) -> None:
    assert_linear(lambda mistakes: reading(HEAD + KINDS[kind](mistakes)), few=500)
