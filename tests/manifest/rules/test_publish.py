"""What is told of where a manifest publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest
from tests.manifest.rules.test_whole import MANIFEST

HEX = "64f9a55bb3115b4f513ec026"


def parse(publish: str) -> None:
    text = MANIFEST.format(approach="dynamic", per_channel="false", opset=13)
    parse_manifest(f"{text}publish: {publish}\n", Path("mine.yaml"))


@pytest.mark.parametrize("collection", ["Names", "a" * 59, f"acme/{'a' * 80}-{HEX}", "n/a"])
def test_a_title_or_an_address(collection: str) -> None:
    parse(f"{{collection: {collection!r}}}")


@pytest.mark.parametrize("collection", ["''", "' '", "a" * 60, f"acme/{'a' * 80}-{HEX}0", '"a\\nb"', "[a]", "1"])
def test_no_title(collection: str) -> None:
    with pytest.raises(ManifestError) as caught:
        parse(f"{{collection: {collection}}}")
    [problem] = caught.value.problems
    assert problem.key.startswith("publish.collection")
