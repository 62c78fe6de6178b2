from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import card_place
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, normalised
from cardgen.errors import UsageError
from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence_file import dump_evidence
from cardgen.review.report.formats import anew_as_csv, anew_as_markdown
from cardgen.review.report.newer import AnewReport, Lock, find_lock, measured_anew
from tests.factory import load, make_evidence, make_manifest

NAME = "neural-compressor"
SAME = {normalised(name): "1.0" for info in BACKENDS.values() for name in info.decisive_packages}
"""What evidence of the factory was measured with."""


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedManifest:
    found = load(make_manifest(), tmp_path)
    place = card_place(found)
    place.folder.mkdir(parents=True)
    place.evidence.write_text(dump_evidence(make_evidence(found.manifest)), encoding="utf-8")
    return found


def test_the_same_versions_measure_nothing_anew(loaded: LoadedManifest) -> None:
    assert measured_anew(loaded, Lock(NAME, SAME)) == ((), None)
    text = anew_as_markdown(AnewReport(environment=NAME, steps=(), manifests=1))
    assert text == f"Nothing would be measured anew with `{NAME}`: 1 card.\n"


def test_a_package_of_one_backend_runs_its_steps_again_and_no_others(loaded: LoadedManifest) -> None:
    steps, _error = measured_anew(loaded, Lock(NAME, {**SAME, "onnxruntime": "2.0"}))
    assert {step.step for step in steps} == {
        record.step for record in make_evidence(loaded.manifest).records if record.request.backend == "onnxruntime"
    }
    assert all(step.why == ("package onnxruntime was 1.0, is 2.0",) for step in steps)
    assert all(step.seconds == 1.5 for step in steps)
    report = AnewReport(environment=NAME, steps=steps, manifests=1)
    assert f"they took {1.5 * len(steps):.1f} seconds last time" in anew_as_markdown(report)
    assert len(anew_as_csv(report).splitlines()) == len(steps) + 1


def test_another_environment_is_not_looked_at(loaded: LoadedManifest) -> None:
    assert measured_anew(loaded, Lock("onnxruntime", {**SAME, "onnxruntime": "2.0"})) == ((), None)


def test_what_is_to_run_already_is_not_told_again(loaded: LoadedManifest) -> None:
    asked = make_manifest(
        variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic", "options": {"opset": 17}}}
    )
    other = loaded.model_copy(update={"manifest": asked})
    assert measured_anew(other, Lock(NAME, {**SAME, "onnxruntime": "2.0"})) == ((), None)


def test_a_card_that_is_not_built_has_nothing_to_measure_anew(tmp_path: Path) -> None:
    assert measured_anew(load(make_manifest(), tmp_path), Lock(NAME, {})) == ((), None)


def test_a_lock_that_lacks_what_results_depend_on_is_refused(loaded: LoadedManifest) -> None:
    with pytest.raises(UsageError, match="lacks onnxruntime, on which results of onnxruntime depend"):
        measured_anew(loaded, Lock(NAME, {name: version for name, version in SAME.items() if name != "onnxruntime"}))


def test_a_lock_is_that_of_an_environment_or_a_file_that_is_named_after_one(tmp_path: Path) -> None:
    assert find_lock(NAME).packages == ENVIRONMENTS[NAME].packages
    file = tmp_path / f"{NAME}.lock.txt"
    file.write_text("# a comment\nOnnx_Runtime==2.0\n\n", encoding="utf-8")
    assert find_lock(str(file)) == Lock(NAME, {"onnx-runtime": "2.0"})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("absent.lock.txt", None, "there is no environment and no file"),
        ("mine.lock.txt", b"torch==1.0\n", "does not say which environment it is of"),
        ("onnxruntime.txt", b"torch==1.0\n", "does not say which environment it is of"),
        ("onnxruntime.lock.txt", b"torch>=1.0\n", "a line that is not name==version"),
        ("onnxruntime.lock.txt", b"# nothing\n", "locks nothing"),
        ("onnxruntime.lock.txt", b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_what_is_no_lock_is_refused(name: str, content: bytes | None, says: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=says):
        find_lock(str(tmp_path / name))
