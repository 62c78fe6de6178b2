"""Every number that a manifest can hold is read back from evidence as it was."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.errors import ManifestError
from cardgen.manifest.benchmark import Benchmark
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.reported import Reported
from cardgen.manifest.scalars import ScalarError, read_scalar
from cardgen.plan.steps import reported_records
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence, in_file_order, load_evidence
from tests.factory import make_evidence, make_manifest
from tests.strategies import dump_manifest, manifests

FIGURES = ("value", "baseline", "size_mb", "baseline_size_mb", "latency_ms", "samples_per_s")

_digits = st.text("0123456789", min_size=1, max_size=12)
_exponents = st.builds("e{}{}".format, st.sampled_from("+-"), st.integers(0, 400).map(str)) | st.just("")


def _is_one_number(text: str) -> bool:
    try:
        return isinstance(read_scalar(text), float | int)
    except ScalarError:
        return False


numbers = st.builds("{}{}.{}{}".format, st.sampled_from(["", "-", "+"]), _digits, _digits, _exponents) | _digits
numbers = numbers.filter(_is_one_number)
"""Numbers as a manifest may write them."""
settings_of_runs = numbers.map(read_scalar) | st.booleans() | st.none() | st.text(max_size=5)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers") / "evidence.json"


def read_back(evidence: Evidence, path: Path) -> Evidence:
    path.write_text(dump_evidence(evidence), encoding="utf-8")
    return load_evidence(path)


@given(
    st.fixed_dictionaries(dict.fromkeys(FIGURES, numbers)),
    st.dictionaries(st.text(max_size=5), settings_of_runs | st.lists(numbers.map(read_scalar), max_size=2)),
)
def test_figures_are_read_back_as_they_were_written(
    path: Path, written: dict[str, str], parameters: dict[str, Any]
) -> None:
    values = {name: read_scalar(text) for name, text in written.items()}
    entry = Reported.model_validate({**values, "parameters": parameters, "source": {"name": "a paper"}})
    manifest = make_manifest().model_copy(update={"reported": (entry,)})
    evidence = Evidence(cardgen="1.0", reported=reported_records(manifest))
    assert read_back(evidence, path) == evidence
    for name, text in written.items():
        assert getattr(entry, name) == Decimal(text)
        digits = entry.model_dump(mode="json")[name]
        assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", digits), digits
        assert Decimal(digits).as_tuple() == Decimal(f"{Decimal(text):f}").as_tuple()


@given(manifests(), st.floats(0, 1, exclude_min=True, exclude_max=True), st.floats(0.001, 1e9))
@settings(max_examples=20)
def test_what_is_asked_for_is_read_back_as_it_was(
    path: Path, value: dict[str, Any], tolerance: float, duration: float
) -> None:
    fallback = {"fallback": {"tolerance": tolerance}}
    value["variants"] = {name: {**variant, **fallback} for name, variant in value["variants"].items()}
    loaded = parse_manifest(dump_manifest(value), path.with_suffix(".yaml"))
    grid = {"framework": ["onnxruntime"], "per_channel": [True, False]}
    benchmark = Benchmark.model_validate({"duration_s": duration, "grid": grid})
    manifest = loaded.manifest.model_copy(update={"benchmark": benchmark})
    evidence = make_evidence(manifest)
    assert read_back(evidence, path) == evidence.model_copy(update={"records": in_file_order(evidence.records)})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1.5e+3", "1500"),
        ("0.0000001", "0.0000001"),
        ("1.50e-3", "0.00150"),
        ("0.490", "0.490"),
        ('"1.5E+3"', "1500"),
        ("0x10", "16"),
    ],
)
def test_evidence_holds_plain_digits(written: str, kept: str) -> None:
    entry = _reported(written)
    assert entry.model_dump(mode="json")["samples_per_s"] == kept


@pytest.mark.parametrize("text", ["1.5E+3", "1E-7", "0E+2"])
def test_what_an_earlier_version_wrote_with_an_exponent_is_read(text: str) -> None:
    entry = Reported.model_validate({"value": text, "source": {"name": "a paper"}})
    assert entry.value == Decimal(text)


@pytest.mark.parametrize("text", ["1-5", "1E-4000000000", "1e", "٣", "", "-", "1E+-3", " 1"])
def test_texts_that_are_no_figures_are_problems_of_the_manifest(text: str) -> None:
    with pytest.raises(ManifestError, match="samples_per_s: must be a number"):
        _reported(f'"{text}"')


@pytest.mark.parametrize("text", ["1.0e-4000000000", "0.0e+4000000000", "0.0e-1000"])
def test_numbers_that_would_fill_the_memory_are_refused(text: str) -> None:
    with pytest.raises(ManifestError, match="has an exponent out of range"):
        _reported(text)


def _reported(samples_per_s: str) -> Reported:
    value = {
        "version": 1,
        "repo_id": "owner/model-int8",
        "title": "INT8 model",
        "task": "text-classification",
        "base_model": {"id": "owner/model"},
        "variants": {"onnx": {"backend": "onnxruntime", "approach": "dynamic"}},
        "reported": [{"variant": "onnx", "samples_per_s": "HERE", "source": {"name": "a paper"}}],
    }
    manifest = parse_manifest(dump_manifest(value).replace("HERE", samples_per_s), Path("model.yaml")).manifest
    return manifest.reported[0]
