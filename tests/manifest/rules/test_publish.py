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


VARIANTS = """\
  pytorch:
    backend: neural-compressor
    approach: dynamic
    {pytorch}
"""


def faults(publish: str, *, name: str = "pytorch", repo_id: str = "") -> dict[str, str]:
    """Key to message of each problem of a manifest with two variants."""
    text = MANIFEST.format(approach="dynamic", per_channel="false", opset=13)
    more = VARIANTS.format(pytorch=f"repo_id: {repo_id}" if repo_id else "").replace("pytorch:", f"{name}:")
    text = text.replace("variants:\n", f"variants:\n{more}")
    try:
        parse_manifest(f"{text}publish: {{{publish}}}\n", Path("mine.yaml"))
    except ManifestError as error:
        return {problem.key: problem.message for problem in error.problems}
    return {}


@pytest.mark.parametrize("repo_id", ["", "acme/model", "other/name"])
def test_a_repository_for_each_variant(repo_id: str) -> None:
    assert faults("repositories: per-variant", repo_id=repo_id) == {}


@pytest.mark.parametrize(
    ("name", "repo_id", "key", "words"),
    [
        ("pytorch", "acme/model-onnx", "variants.onnx", "and so is `pytorch`"),
        ("pytorch", "acme/Model-ONNX", "variants.onnx", "and so is `pytorch`"),
        ("pytorch", "acme", "variants.pytorch.repo_id", "lacks the owner"),
        ("pytorch", "a/b/c", "variants.pytorch.repo_id", "more than one"),
        ("a--b", "", "variants.a--b", "may not hold `--`"),
        ("a-", "", "variants.a-", "is not a Hub id"),
        ("assets", "", "variants.assets", "no name for a variant"),
        ("exports", "", "variants.exports", "no name for a variant"),
        ("a" * 100, "", f"variants.{'a' * 100}", "is published at"),
    ],
)
def test_a_repository_that_cannot_be(name: str, repo_id: str, key: str, words: str) -> None:
    found = faults("repositories: per-variant", name=name, repo_id=repo_id)
    assert list(found) == [key]
    assert words in found[key]


def test_a_repository_of_a_variant_needs_the_layout() -> None:
    assert list(faults("repositories: one", repo_id="acme/other")) == ["variants.pytorch.repo_id"]
    assert list(faults("repositories: each")) == ["publish.repositories"]


def test_exports_are_formats_that_there_are_each_named_once() -> None:
    assert faults("exports: [every-eval-ever, cyclonedx]") == {}
    assert list(faults("exports: [every-eval-ever, spdx]")) == ["publish.exports[1]"]
    assert list(faults("exports: cyclonedx")) == ["publish.exports"]
    assert faults("exports: [cyclonedx, every-eval-ever, cyclonedx]") == {
        "publish.exports[2]": "names `cyclonedx` again"
    }
