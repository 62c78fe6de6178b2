"""Hypothesis strategies: manifests as a person could write them."""

from __future__ import annotations

import re
from typing import Any

import yaml
from hypothesis import strategies as st

from cardgen.catalog.licenses import LICENSES
from cardgen.manifest.scalars import ScalarError, read_scalar

names = st.from_regex(r"[a-z0-9][a-z0-9_]{0,12}", fullmatch=True)
hub_ids = st.builds("{}/{}".format, names, names)
commits = st.from_regex(r"[0-9a-f]{40}", fullmatch=True)
revisions = commits | st.sampled_from(["main", "v1.0", "refs/pr/3"])
lines = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).filter(
    str.strip
)
"""One line of text that prints; words that YAML would take for something else among them."""
lines |= st.sampled_from(["no", "1e-5", "12:30", "010", "2026-11-20", "null", "~", "#1", "a: b", "- x", "'", '"', "{"])
paragraphs = (
    st.lists(lines.map(lambda line: re.sub("[#=`~]", "+", line)), min_size=1, max_size=3)
    .map("\n".join)
    .filter(lambda text: not text.endswith(".md"))
)
"""Text that is no file's name; without headings and code fences, which prose may not have everywhere."""


@st.composite
def local_files(draw: st.DrawFn, prefix: str) -> str:
    folder = draw(st.sampled_from(["", "data/", "../data/"]))
    return f"{folder}{prefix}{draw(names)}{draw(st.sampled_from(['.csv', '.json', '.jsonl', '.parquet']))}"


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def variants(draw: st.DrawFn, calibration: dict[str, Any]) -> dict[str, Any]:
    backend = draw(st.sampled_from(["neural-compressor", "onnxruntime"]))
    variant: dict[str, Any] = {"backend": backend, "approach": draw(st.sampled_from(["static", "dynamic"]))}
    if variant["approach"] == "static":
        sizes = draw(_optional(samples=st.integers(1, 10**6), batch_size=st.integers(1, 512), seed=st.integers(0, 99)))
        variant["calibration"] = {**calibration, **sizes}
    if draw(st.booleans()):
        modules = st.fixed_dictionaries({"modules": st.lists(names, min_size=1, max_size=4, unique=True)})
        tolerance = st.floats(0.0001, 1, exclude_max=True)
        tuned = st.fixed_dictionaries(
            {"tolerance": tolerance},
            optional={"absolute": st.booleans(), "dataset": st.just({"path": "chosen_on.csv"})},
        )
        variant["fallback"] = draw(modules | tuned)
    if backend == "onnxruntime":
        operators = st.lists(st.sampled_from(["MatMul", "Gemm", "Add"]), min_size=1, unique=True)
        switches = {"per_channel": st.booleans(), "reduce_range": st.booleans()}
        variant["options"] = draw(_optional(**switches, operators=operators, opset=st.integers(13, 20)))
    return variant


@st.composite
def manifests(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest without mistakes, as plain values."""
    local = draw(st.booleans())
    dataset: dict[str, Any]
    if local:
        dataset = {"path": draw(local_files("test_"))}
        calibration: dict[str, Any] = {"dataset": {"path": draw(local_files("train_"))}}
    else:
        dataset = {"id": draw(hub_ids), "split": draw(st.sampled_from(["test", "validation"]))}
        dataset.update(draw(_optional(config=lines, revision=revisions)))
        calibration = draw(st.sampled_from([{}, {"split": "train"}]))
    metrics = st.lists(
        st.sampled_from(["accuracy", "f1", "matthews_correlation", {"type": "f1", "args": {"average": "macro"}}]),
        min_size=1,
        unique_by=repr,
    )
    base = draw(st.fixed_dictionaries({"id": hub_ids}, optional={"revision": revisions}))
    if draw(st.booleans()):
        base = {"path": f"models/{draw(names)}"}
    manifest: dict[str, Any] = {
        "version": 1,
        "repo_id": f"owner-{draw(names)}/{draw(names)}",
        "title": draw(lines),
        "task": "text-classification",
        "base_model": base,
        "variants": draw(st.dictionaries(names, variants(calibration), min_size=1, max_size=3)),
        "evaluation": {
            "dataset": dataset,
            "columns": {"text": f"t{draw(names)}", "label": f"l{draw(names)}"},
            "metrics": draw(metrics),
            **draw(
                _optional(
                    labels=st.dictionaries(lines, lines, min_size=1, max_size=3),
                    limit=st.none()
                    | st.integers(1, 10**9)
                    | st.fixed_dictionaries({"samples": st.integers(1, 10**9)}, optional={"seed": st.integers(0, 9)}),
                    batch_size=st.integers(1, 64),
                )
            ),
        },
    }
    metadata = _optional(
        license=st.sampled_from(sorted(set(LICENSES) - {"other"})),
        language=st.lists(st.sampled_from(["en", "de", "deu", "zh", "multilingual"]), unique=True),
        datasets=st.lists(hub_ids, max_size=2, unique=True),
        tags=st.lists(lines, max_size=3, unique=True),
        widget=st.lists(st.fixed_dictionaries({"text": lines}), max_size=2),
    )
    if draw(st.booleans()):
        manifest["metadata"] = draw(metadata)
    if draw(st.booleans()):
        manifest["prose"] = draw(st.dictionaries(st.sampled_from(["summary", "caveats", "limitations"]), paragraphs))
    return manifest


class _Dumper(yaml.SafeDumper):
    """Quotes what a reader of YAML 1.1 or 1.2 would not take for this very text, as a careful person does."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    try:
        plain = read_scalar(value) == value and re.search("[\x85\u2028\u2029]", value) is None
    except ScalarError:
        plain = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def dump_manifest(value: dict[str, Any], *, flow: bool | None = False) -> str:
    """The manifest as YAML text: block style, flow style, or (``None``) lists and mappings of scalars in flow style."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=flow)


_figures = st.decimals(-1000, 10**9, allow_nan=False, allow_infinity=False, places=4).map(str)
_metrics = st.sampled_from(["accuracy", "f1", "perplexity", "wer", "spearmanr", "mae", "glue"]) | names
_report = st.fixed_dictionaries(
    {"source": st.fixed_dictionaries({"name": lines}, optional={"url": lines, "date": lines})},
    optional={
        "metric": _metrics,
        "value": _figures,
        "baseline": _figures,
        "scale": st.sampled_from(["fraction", "percent"]),
        "samples": st.integers(1, 10**9),
        "size_mb": _figures,
        "baseline_size_mb": _figures,
        "made_with": lines,
        "fallback_modules": st.lists(lines, max_size=2),
        "tolerance": st.floats(0.0001, 1, exclude_max=True),
        "calibration": _optional(dataset=lines, split=lines, asked=st.integers(1, 10**6)),
        "batch_size": st.integers(1, 64),
        "input_length": st.integers(1, 512),
        "latency_ms": _figures,
        "samples_per_s": _figures,
        "note": lines,
        "dataset": st.fixed_dictionaries({"name": lines}, optional={"id": hub_ids, "config": lines, "split": lines}),
    },
)
_settings = st.dictionaries(
    names, st.none() | st.booleans() | st.integers() | lines | st.lists(lines, max_size=2), max_size=3
)
_words = {
    "authors": lines, "date": lines, "version": lines, "type": lines, "contact": lines, "caveats": lines,
    "intended_use": _optional(primary_uses=lines, primary_users=lines, out_of_scope=lines),
    "factors": _optional(groups=lines, environment=lines),
    "training": _optional(objectives=lines, procedure=lines),
    "ethical_considerations": _optional(data=lines, mitigations=lines, risks_and_harms=lines, use_cases=lines),
}  # fmt: skip


@st.composite
def reporting_manifests(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest whose figures others may report, of variants, of the base model and of runs, with a person's words.

    It need not be one that makes sense, but is of the right types.
    """
    manifest = draw(manifests())
    whose = st.sampled_from([{}, *({"variant": name} for name in manifest["variants"])])
    whose |= st.fixed_dictionaries({"parameters": _settings})
    reported = draw(st.lists(st.tuples(_report, whose).map(lambda pair: pair[0] | pair[1]), max_size=4))
    manifest["reported"] = reported
    if draw(st.booleans()):
        sizes = st.lists(st.integers(1, 64), min_size=1, max_size=2, unique=True)
        manifest["benchmark"] = {"grid": {}, **draw(_optional(batch_sizes=sizes, input_lengths=sizes))}
    if draw(st.booleans()):
        manifest["details"] = draw(_optional(**_words))
    if draw(st.booleans()):
        manifest["citation"] = {"key": "key", "fields": {"title": draw(lines)}}
    return manifest
