"""Pairs of states that differ in anything that cardgen compares, for property tests."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

import cardgen
from cardgen.manifest.model import Manifest
from cardgen.records.environment import Environment
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.imported import ImportedRecord, imported_record
from cardgen.records.inputs import Source
from cardgen.records.results.fidelity import Fidelity, Share
from cardgen.records.results_file import Figure, ResultsFile
from cardgen.review.state import State
from tests.factory import MODULES, make_evidence, manifest_data
from tests.review.diff.states import make_state, scored, with_results

_SHA = "ef" * 32
_SOURCES = ({"name": "Somebody"}, {"name": "Another"})
_GRID = {
    "batch_sizes": [1],
    "input_lengths": [16, 128],
    "grid": {"framework": ["onnxruntime", "pytorch"], "operators_to_quantize": [["MatMul"], ["Gather", "MatMul"]]},
}


def _set(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def put(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data.setdefault(key, {})
        data[path[-1]] = value

    return put


def _drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def drop(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        data.pop(path[-1], None)

    return drop


_REPORT = {"variant": "onnx", "metric": "accuracy", "value": "0.91", "size_mb": "65", "source": _SOURCES[0]}
_TUNED = {"backend": "neural-compressor", "approach": "dynamic", "fallback": {"tolerance": 0.01}}

ASKED: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "title": _set("title", value="Another title"),
    "repository": _set("repo_id", value="owner/other"),
    "family": _set("card", value="model-card"),
    "license": _set("metadata", "license", value="mit"),
    "no license": _drop("metadata", "license"),
    "languages": _set("metadata", "language", value=["de", "en"]),
    "tags": _set("metadata", "tags", value=["one", "two"]),
    "extra": _set("metadata", "widget", value=[{"text": "Hello"}]),
    "base": _set("base_model", "id", value="owner/another"),
    "base revision": _set("base_model", "revision", value="main"),
    "remote code": _set("base_model", "trust_remote_code", value=True),
    "task": _set("task", value="image-classification"),
    "other backend": _set("variants", "pytorch", value={"backend": "onnxruntime", "approach": "static"}),
    "no pytorch": _drop("variants", "pytorch"),
    "tuned": _set("variants", "pytorch", value=_TUNED),
    "tuned wider": _set("variants", "pytorch", value={**_TUNED, "fallback": {"tolerance": 0.02}}),
    "absolute": _set("variants", "pytorch", value={**_TUNED, "fallback": {"tolerance": 0.01, "absolute": True}}),
    "third": _set("variants", "third", value={"backend": "onnxruntime", "approach": "dynamic"}),
    "options": _set("variants", "onnx", "options", value={"per_channel": False, "operators": ["MatMul"]}),
    "static": _set("variants", "onnx", value={"backend": "onnxruntime", "approach": "static"}),
    "exported": _set("variants", "onnx", value={"backend": "onnxruntime", "approach": "none"}),
    "calibration": _set("variants", "pytorch", "calibration", value={"samples": 33, "batch_size": 3, "seed": 1}),
    "calibrated on the evaluation": _set("variants", "pytorch", "calibration", value={"split": "validation"}),
    "calibrated elsewhere": _set("variants", "pytorch", "calibration", value={"dataset": {"id": "owner/third"}}),
    "dataset": _set("evaluation", "dataset", value={"id": "owner/other", "split": "test"}),
    "local data": _set("evaluation", "dataset", value={"path": "data/test.csv"}),
    "split": _set("evaluation", "dataset", "split", value="test"),
    "columns": _set("evaluation", "columns", "text", value="question"),
    "metrics": _set("evaluation", "metrics", value=["accuracy"]),
    "primary": _set("evaluation", "primary", value="f1"),
    "limit": _set("evaluation", "limit", value={"samples": 100, "seed": 3}),
    "batches": _set("evaluation", "batch_size", value=16),
    "scale": _set("evaluation", "scales", value={"accuracy": "percent"}),
    "benchmark": _set("benchmark", value=_GRID),
    "reported": _set("reported", value=[_REPORT]),
    "reported otherwise": _set("reported", value=[{**_REPORT, "value": "0.92", "source": _SOURCES[1]}]),
    "reported base": _set(
        "reported", value=[{"metric": "f1", "value": "91.3", "scale": "percent", "source": _SOURCES[0]}]
    ),
    "reported runs": _set(
        "reported", value=[{"parameters": {"threads": 1}, "latency_ms": "12.5", "metric": "f1", "source": _SOURCES[1]}]
    ),
    "prose": _set("prose", value={"summary": "Some words of a person.", "caveats": "None."}),
    "other prose": _set("prose", value={"summary": "Other words of a person."}),
    "timed otherwise": _set("benchmark", value={**_GRID, "threads": 1}),
    "leaderboard": _set("evaluation", "leaderboard", value={"id": "owner/board", "task_id": "one"}),
    "reported besides": _set("reported", value=[{**_REPORT, "samples": 100, "note": "A note."}]),
    "details": _set("details", value={"authors": "Somebody", "intended_use": {"primary_uses": "All."}}),
    "citation": _set("citation", value={"key": "a", "fields": {"title": "T"}}),
}
"""What a person changes in a manifest."""

Changed = Callable[[Evidence], Evidence]


def _updated(**fields: Any) -> Changed:
    return lambda evidence: evidence.model_copy(update=fields)


def _environments(version: str) -> Changed:
    def changed(evidence: Evidence) -> Evidence:
        found = {
            backend: Environment(name=each.name, packages={**each.packages, "torch": version, "new": "1.0"})
            for backend, each in evidence.environments.items()
        }
        return evidence.model_copy(update={"environments": found})

    return changed


def _resolved(evidence: Evidence) -> Evidence:
    found = {
        name: each.model_copy(update={"source": Source(origin="hub", id=each.source.id, commit="9" * 40)})
        for name, each in evidence.resolutions.items()
    }
    return evidence.model_copy(update={"resolutions": found})


def _unlike(lost: int, divergence: float) -> Callable[[Fidelity | None], Fidelity | None]:
    """Answers of which so many went from right to wrong."""

    def changed(found: Fidelity | None) -> Fidelity | None:
        if found is None or found.lost is None or found.divergence is None:
            return found
        same = found.same.count - lost + found.lost.count
        return found.model_copy(
            update={
                "same": _share(found.same, same, found.units),
                "lost": _share(found.lost, lost, found.units),
                "divergence": found.divergence.model_copy(
                    update={"mean": divergence, "low": divergence - 0.0003, "high": divergence + 0.0003}
                ),
            }
        )

    return changed


def _share(found: Share, count: int, units: int) -> Share:
    share = count / units
    return found.model_copy(update={"count": count, "low": max(0.0, share - 0.005), "high": min(1.0, share + 0.005)})


def _elsewhere(evidence: Evidence) -> Evidence:
    records = tuple(
        record.model_copy(update={"hardware": record.hardware and record.hardware.model_copy(update={"cpu": "Other"})})
        for record in evidence.records
    )
    return evidence.model_copy(update={"records": records})


def _imported(value: float, tool_version: str = "0.4.13", sha256: str = _SHA, **changes: Any) -> Changed:
    """Results files of the base model and of a variant, of which the second has a figure of this value."""

    def record(variant: str | None, figures: tuple[Figure, ...]) -> ImportedRecord:
        results = ResultsFile(
            tool="lm-eval", tool_version=tool_version, model=None, revision=None, sha256=sha256, figures=figures
        )
        return imported_record(variant, f"{variant}.json", None, results)

    figure = Figure(metric="acc", task="t", task_version="1", value=value, standard_error=0.01, higher_is_better=True)
    base = figure.model_copy(update={"value": 0.8})
    loss = Figure(metric="loss", value=1.5)
    own = (figure.model_copy(update=changes), *(() if value == 0 else (loss,)))
    return _updated(imported=(record(None, (base,)), record("onnx", own)))


OBSERVED: Mapping[str, Changed] = {
    "imported": _imported(0.76),
    "imported worse": _imported(0.6),
    "imported slightly worse": _imported(0.755),
    "imported less": _imported(0),
    "imported by another version": _imported(0.76, "0.4.9"),
    "imported of another task": _imported(0.6, task_version="2"),
    "imported with examples": _imported(0.76, few_shot=5, limit=0.5),
    "imported from another file": _imported(0.76, sha256="00" * 32),
    "imported without errors": _imported(0.7, standard_error=None),
    "worse": lambda evidence: with_results(evidence, "evaluate", "onnxruntime", scores=scored(0.90)),
    "slightly worse": lambda evidence: with_results(evidence, "evaluate", "onnxruntime", scores=scored(0.9400)),
    "chance": lambda evidence: with_results(evidence, "evaluate", scores=scored(0.5)),
    "lossy": lambda evidence: with_results(
        evidence,
        "evaluate",
        differences=lambda found: tuple(
            each.model_copy(update={"value": -0.1, "low": -0.11, "high": -0.09}) for each in found
        ),
    ),
    "less alike": lambda evidence: with_results(evidence, "evaluate", fidelity=_unlike(40, 0.06)),
    "hardly less alike": lambda evidence: with_results(evidence, "evaluate", fidelity=_unlike(7, 0.00311)),
    "alike in nothing known": lambda evidence: with_results(evidence, "evaluate", fidelity=None),
    "fewer samples": lambda evidence: with_results(evidence, "evaluate", samples=400),
    "other modules": lambda evidence: with_results(
        evidence, "quantize", int8_modules=MODULES[:2], fp32_modules=MODULES[2:], saturation="possible"
    ),
    "operators": lambda evidence: with_results(evidence, "quantize", operators={"MatMulInteger": 4}),
    "larger": lambda evidence: with_results(evidence, "quantize", weight_bytes=90_000_000),
    "a little larger": lambda evidence: with_results(evidence, "quantize", weight_bytes=74_660_100),
    "another export": lambda evidence: with_results(
        evidence, "export", weight_bytes=7, parameters=3, labels=("a", "b")
    ),
    "calibrated less": lambda evidence: with_results(evidence, "quantize", calibration_seen=8),
    "other labels": lambda evidence: with_results(evidence, "predict", labels={"0": "negative"}),
    "slower": lambda evidence: with_results(evidence, "benchmark", mean_ms=lambda mean: 2 * mean),
    "a little slower": lambda evidence: with_results(evidence, "benchmark", mean_ms=lambda mean: 1.0001 * mean),
    "further": lambda evidence: with_results(evidence, "compare", largest_difference=0.5),
    "newer": _environments("2.0"),
    "older": _environments("0.9"),
    "resolved anew": _resolved,
    "another machine": _elsewhere,
    "another cardgen": _updated(cardgen="9.9"),
    "this cardgen": _updated(cardgen=cardgen.__version__),
    "no loss": lambda evidence: with_results(
        evidence,
        "evaluate",
        differences=lambda found: tuple(
            each.model_copy(update={"value": 0.001, "low": -0.001, "high": 0.003}) for each in found
        ),
    ),
    "slower elsewhere": lambda evidence: _elsewhere(with_results(evidence, "benchmark", mean_ms=lambda mean: 2 * mean)),
    "renamed modules": lambda evidence: with_results(
        evidence, "quantize", int8_modules=("a", "b"), fp32_modules=("c",)
    ),
    "every other record": lambda evidence: evidence.model_copy(update={"records": evidence.records[::2]}),
    "last records": lambda evidence: evidence.model_copy(update={"records": evidence.records[-4:]}),
    "orphans": lambda evidence: evidence.model_copy(
        update={"records": tuple(each.model_copy(update={"needs": {}}) for each in evidence.records)}
    ),
    "circles": lambda evidence: evidence.model_copy(
        update={
            "records": tuple(
                each.model_copy(update={"needs": dict.fromkeys(each.needs or ("model",), each.fingerprint)})
                for each in evidence.records
            )
        }
    ),
    "without records": _updated(records=(), measured=()),
    "inherited": _updated(inherited=InheritedCard(source=Source(origin="local", sha256=_SHA), text="# A\n\nWords.\n")),
}
"""What a build finds otherwise."""

HELD: Mapping[str, dict[str, Any]] = {
    "no manifest": {"manifest": None, "prose": None},
    "no evidence": {"evidence": None},
    "edited evidence": {"evidence_edited": True, "sha256": {"evidence": _SHA}},
    "edited again": {"evidence_edited": True, "sha256": {"evidence": "00" * 32}},
    "card": {"card": "---\nlicense: mit\n---\n# A title\n\nWords.\n"},
    "written": {"card": "---\nlicense: mit\n---\n# Other\n"},
    "other card": {"card": "---\ntags: [a]\n---\n# A title\n\nOther words, 1 of 2.\n\n# A title\n"},
    "edited card": {"card": "---\nlicense: mit\n---\n# A title\n\nWords of mine.\n", "card_edited": True},
    "card edited again": {"card": "---\nlicense: mit\n---\n# A title\n\nWords of yours.\n", "card_edited": True},
    "prose elsewhere": {"prose": None},
}
"""What a place has of a state, and has not."""


@dataclass(frozen=True)
class Recipe:
    """How a state of a card came about, by names of the three mappings: what failing tests print."""

    asked: tuple[str, ...] = ()
    """Before it was built."""
    observed: tuple[str, ...] = ()
    asked_since: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    measured_too: tuple[str, ...] = ()

    def state(self) -> State:
        """The state; its evidence need not fit its manifest."""
        data = manifest_data()
        built = _changed(data, self.asked)
        evidence = make_evidence(built, also=[name for name in self.measured_too if name in built.variants])
        for name in self.observed:
            evidence = OBSERVED[name](evidence)
        state = make_state(_changed(data, self.asked_since), evidence)
        held = {key: value for name in self.held for key, value in HELD[name].items()}
        return State(**{**vars(state), **held})


def _some(names: Mapping[str, object], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(names)), max_size=most, unique=True).map(tuple)


recipes = st.builds(
    Recipe,
    asked=_some(ASKED, 3),
    observed=_some(OBSERVED, 3),
    asked_since=st.just(()) | _some(ASKED, 1),
    held=_some(HELD, 2),
    measured_too=st.sampled_from([(), ("onnx",)]),
)


def _changed(data: dict[str, Any], names: tuple[str, ...]) -> Manifest:
    for name in names:
        ASKED[name](data)
    return _valid(copy.deepcopy(data))


def _valid(data: dict[str, Any]) -> Manifest:
    """A manifest as its types allow it: changes may not go together, and comparing them must still be possible."""
    variants = data["variants"]
    for variant in variants.values():
        variant.setdefault("backend", "neural-compressor")
        variant.setdefault("approach", "static")
    if not data["evaluation"]["dataset"].get("id"):
        data["evaluation"]["dataset"] = {"path": data["evaluation"]["dataset"].get("path", "data/test.csv")}
    evaluation = data["evaluation"]
    if evaluation.get("primary") not in [
        each if isinstance(each, str) else each["type"] for each in evaluation["metrics"]
    ]:
        evaluation.pop("primary", None)
    return Manifest.model_validate(data)
