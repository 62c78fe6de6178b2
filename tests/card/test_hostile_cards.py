"""Whatever a value holds, it changes nothing but itself: tables, headings, code and metadata of the card stay whole."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import mistune
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.card.assemble import CardPlace, render_manifest
from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.inputs import Source
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.quantize import QuantizeResult
from tests.factory import COMMIT, HARDWARE, make_evidence
from tests.strategies import dump_manifest, lines

PLAIN = "ordinary"
HOSTILE = (
    "a | b | c",
    "|",
    "---",
    "- x",
    "# heading",
    "> quote",
    "1. one",
    "```",
    "~~~",
    "a `b` ``c`` `",
    "`|`",
    "\\",
    "a\\|b\\",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "{# gone #}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "<!-- cardgen:disclosed size-bound -->",
    "-->",
    "</details>",
    "<details><summary>x",
    "</td></tr></table>",
    "]]>",
    "<![CDATA[",
    "<?php",
    "[x]: https://example.org",
    "![x](javascript:alert(1))",
    "***",
    "===",
    "**bold __",
    "&lt;b&gt; &#60;",
    "🙂 👩‍👩‍👧 é",
    "שלום | مرحبا",
    "$$x$$",
    "x" * 300,
    "no",
    "1e-5",
    "'\"",
    "key: value",
    "@misc{x, y = {",
    "}",
)
FOLDED = 5000


def _source(value: str) -> dict[str, str]:
    return {"name": value, "url": "https://example.org/a_b"}


def _details(value: str) -> dict[str, Any]:
    data = {"datasets": value, "motivation": value, "preprocessing": value}
    return {
        **dict.fromkeys(("authors", "date", "version", "type", "resources", "contact", "caveats"), value),
        "intended_use": dict.fromkeys(("primary_uses", "primary_users", "out_of_scope"), value),
        "factors": dict.fromkeys(("groups", "instrumentation", "environment", "card_prompts"), value),
        "metrics": dict.fromkeys(("performance_measures", "decision_thresholds", "uncertainty"), value),
        "evaluation_data": data,
        "training_data": data,
        "training": dict.fromkeys(("objectives", "procedure", "hardware"), value),
        "quantitative_analyses": dict.fromkeys(("unitary", "intersectional"), value),
        "ethical_considerations": dict.fromkeys(
            ("data", "human_life", "mitigations", "risks_and_harms", "use_cases"), value
        ),
    }


def _manifest(value: str, **changes: Any) -> dict[str, Any]:
    """What every family shares, with ``value`` wherever text may stand."""
    return {
        "version": 1,
        "repo_id": "owner/hostile",
        "title": value,
        "task": "text-classification",
        "base_model": {"id": "owner/model", "revision": COMMIT},
        "metadata": {
            "license": "other",
            "license_name": "x",
            "license_link": "https://example.org/x",
            "tags": [value],
            "extra_key": [value, {"text": value}],
        },
        "evaluation": {
            "dataset": {"id": "owner/data", "name": value, "config": value, "split": value},
            "columns": {"text": f"t{value}", "label": f"l{value}"},
            "labels": {value: value},
            "metrics": ["accuracy", {"type": "f1", "args": {"average": "macro"}}],
        },
        "details": _details(value),
        "citation": {"key": "key", "fields": {"title": value, "author": value}},
        **changes,
    }


def _reported(text: str, **changes: Any) -> dict[str, Any]:
    return {"metric": "accuracy", "value": 0.5, "note": text, "source": _source(text), **changes}


def int8(value: str, **changes: Any) -> dict[str, Any]:
    """One variant that is measured, one that is reported."""
    calibration = {"dataset": {"id": "owner/other", "name": value, "split": value}}
    variants = {
        "pytorch": {
            "backend": "neural-compressor",
            "approach": "static",
            "calibration": calibration,
            "fallback": {"modules": [value, f"{value}2"]},
        },
        "measured": {
            "backend": "onnxruntime",
            "approach": "dynamic",
            "options": {"operators": [value], "exclude_nodes": [value]},
        },
        "told": {"backend": "onnxruntime", "approach": "static"},
    }
    told = _reported(
        value,
        variant="told",
        baseline=0.6,
        size_mb=65,
        baseline_size_mb=255,
        fallback_modules=[value, f"{value}2"],
        calibration={"dataset": value, "split": value, "asked": 100, "seen": 104},
    )
    return _manifest(value, card="int8", variants=variants, reported=[told], **changes)


def model_card(value: str, **changes: Any) -> dict[str, Any]:
    """A model card whose only variant is reported."""
    variants = {"told": {"backend": "neural-compressor", "approach": "dynamic"}}
    told = _reported(value, variant="told", dataset={"name": value, "config": value, "split": value})
    return _manifest(value, card="model-card", variants=variants, reported=[told], **changes)


def benchmark(value: str, **changes: Any) -> dict[str, Any]:
    """A sweep of three runs, one of them collapsed."""
    runs = [
        _reported(
            value,
            value=score,
            parameters={value: setting, f"{value} of all": value, f"list {value}": [value, at], "at": at},
            batch_size=1,
            input_length=8,
            latency_ms=10,
            samples_per_s=200,
        )
        for at, (score, setting) in enumerate([(0.9, value), (0.4, f"{value}2"), (0.8, None)])
    ]
    shared = {"parameters": {f"shared {value}": value, "none": None, "empty": []}, "machine": {f"m {value}": value}}
    return _manifest(value, card="benchmark", benchmark=shared, reported=runs, **changes)


def onnx_export(value: str, **changes: Any) -> dict[str, Any]:
    """An export that was made and compared, with results of the base model, and its card."""
    base = _reported(value, dataset={"name": value, "config": value, "split": value})
    variants = {"onnx": {"backend": "onnxruntime", "approach": "none"}}
    return _manifest(value, card="onnx-export", variants=variants, reported=[base], **changes)


FAMILIES: dict[str, Callable[..., dict[str, Any]]] = {
    "int8": int8,
    "model-card": model_card,
    "benchmark": benchmark,
    "onnx-export": onnx_export,
}
families = pytest.mark.parametrize("family", FAMILIES)


def _load(data: dict[str, Any]) -> LoadedManifest:
    return parse_manifest(dump_manifest(data), Path("manifest.yaml"))


def _evidence(loaded: LoadedManifest, value: str, modules: tuple[str, ...]) -> Evidence:
    """Evidence in which whatever a library or machine may say is ``value``."""
    evidence = make_evidence(loaded.manifest)
    records = []
    for record in evidence.records:
        result = record.result
        if isinstance(result, ExportResult):
            result = result.model_copy(update={"labels": (value, f"{value}\n2")})
        elif isinstance(result, QuantizeResult):
            result = result.model_copy(update={"fp32_modules": modules, "operators": {value: 2}})
        elif isinstance(result, EvaluateResult):
            result = result.model_copy(update={"labels": {value: f"{value}\n2"}})
        hardware = HARDWARE.model_copy(update={"cpu": value})
        records.append(record.model_copy(update={"result": result, "hardware": hardware}))
    inherited = None
    if loaded.manifest.takes_card_over:
        inherited = InheritedCard(
            source=Source(origin="hub", id="owner/model", commit=COMMIT), text="# Base\n\nText.\n"
        )
    return evidence.model_copy(update={"records": tuple(records), "inherited": inherited})


def render(data: dict[str, Any], value: str, modules: tuple[str, ...] | None = None) -> str:
    loaded = _load(data)
    evidence = _evidence(loaded, value, (value, f"{value}2") if modules is None else modules)
    return render_manifest(loaded, evidence, CardPlace(Path("cards") / "manifest"))


def split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body; there is one of each."""
    _before, front_matter, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    head = yaml.safe_load(front_matter)
    assert isinstance(head, dict)
    assert body.startswith("\n# "), "something stands between the metadata and the title"
    return head, body


_parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
_OWN_HTML = re.compile(r"</?code>|<br>|<!-- cardgen:disclosed [a-z, -]+ -->")
_OWN_BLOCKS = re.compile(r"<details>\n<summary>\d+ modules</summary>\n*|</details>\n*")


def skeleton(body: str) -> list[object]:
    """The blocks of a page: heading levels, list items, table rows and columns, code; without any words."""
    tokens = _parse(body)
    assert isinstance(tokens, list)
    return [_shape(token) for token in tokens if token["type"] != "blank_line"]


def _shape(token: dict[str, Any]) -> object:
    kind = token["type"]
    children = token.get("children", [])
    if kind == "heading":
        _check_phrases(children)
        return (kind, token["attrs"]["level"])
    if kind == "block_code":
        return (kind, token.get("attrs", {}).get("info"))
    if kind == "block_html":
        assert _OWN_BLOCKS.fullmatch(token["raw"]), token["raw"]
        return (kind, token["raw"].strip())
    if kind in ("paragraph", "block_text", "table_cell"):
        _check_phrases(children)
        return kind
    return (kind, *(_shape(child) for child in children if child["type"] != "blank_line"))


def _check_phrases(tokens: list[dict[str, Any]]) -> None:
    for token in tokens:
        if token["type"] == "inline_html":
            assert _OWN_HTML.fullmatch(token["raw"]), token["raw"]
        _check_phrases(token.get("children", []))


_render = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])


def words(body: str) -> str:
    """What a reader sees."""
    page = _render(body)
    assert isinstance(page, str)
    return html.unescape(re.sub(r"<!--.*?-->|<[^>]+>", "", page))


@cache
def plain_card(family: str) -> tuple[dict[str, Any], str, list[object]]:
    head, body = split(render(FAMILIES[family](PLAIN), PLAIN))
    return head, body, skeleton(body)


def assert_whole(family: str, value: str) -> None:
    plain_head, _plain_body, plain_skeleton = plain_card(family)
    head, body = split(render(FAMILIES[family](value), value))
    assert skeleton(body) == plain_skeleton
    assert list(head) == list(plain_head)
    assert value in head["tags"]
    assert head["extra_key"] == [value, {"text": value}]
    index = [result for entry in head.get("model-index", []) for result in entry["results"]]
    plain_index = [result for entry in plain_head.get("model-index", []) for result in entry["results"]]
    assert len(index) == len(plain_index)
    assert {result["dataset"]["name"] for result in index} <= {value}


@families
def test_the_plain_card_shows_the_value_everywhere(family: str) -> None:
    _head, body = split(render(FAMILIES[family](PLAIN), PLAIN))
    assert [token for token in skeleton(body) if token == ("heading", 1)] == [("heading", 1)]
    assert "{{" not in body


@families
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
def test_a_hostile_value_leaves_the_card_whole(family: str, value: str) -> None:
    assert_whole(family, value)


_NASTY = st.text(st.sampled_from("ab|`*_[]()<>#-+=~$&;:\\1.{}%!\"'/@ xscript"), min_size=1, max_size=30)
_TEXTS = (lines | _NASTY | st.builds("{}{}".format, _NASTY, st.sampled_from(HOSTILE))).filter(
    lambda text: text.strip() and not text.endswith(".md")
)


@families
@settings(max_examples=25)
@given(value=_TEXTS)
def test_any_value_leaves_the_card_whole(family: str, value: str) -> None:
    assert_whole(family, value)


@families
@pytest.mark.parametrize(
    "value",
    ["<b>bold", "{{ title }}", "{% if x %}", "a | b", "<script>", "<!-- x", "</details>", "]]>", "שלום 🙂", "a_b"],
)
def test_a_value_is_shown_as_it_is(family: str, value: str) -> None:
    _head, body = split(render(FAMILIES[family](value), value))
    assert words(body).count(value) == words(plain_card(family)[1]).count(PLAIN) > 20


@families
def test_prose_is_kept_word_for_word(family: str) -> None:
    texts = {
        "summary": "First\nline\n\n{{ x }} {% if %} a | b",
        "notes": "### Own heading\n\n---\n\n| a | b |\n| --- | --- |\n| 1 | `|` |\n\nשלום 🙂 ]]>",
    }
    text = render(FAMILIES[family](PLAIN, prose=texts), PLAIN)
    head, body = split(text)
    assert head["tags"]
    for words_of_a_person in texts.values():
        assert f"\n\n{words_of_a_person}\n" in body
    assert sum(token == ("heading", 1) for token in skeleton(body)) == 1


def test_thousands_of_modules_are_folded() -> None:
    modules = tuple(f"encoder.layers.{at}.{'x' * 280}|`" for at in range(FOLDED))
    loaded = _load(int8(PLAIN))
    entry = loaded.manifest.reported[0].model_copy(update={"fallback_modules": modules})
    loaded = loaded.model_copy(update={"manifest": loaded.manifest.model_copy(update={"reported": (entry,)})})
    text = render_manifest(loaded, _evidence(loaded, PLAIN, modules), CardPlace(Path("cards/manifest")))
    parts = skeleton(split(text)[1])
    assert parts.count(("block_html", f"<details>\n<summary>{FOLDED} modules</summary>")) == 3
    assert parts.count(("block_html", "</details>")) == 3
    assert sum(isinstance(part, tuple) and part[0] == "list" and len(part) == FOLDED + 1 for part in parts) == 3
    headings = [part for part in plain_card("int8")[2] if isinstance(part, tuple) and part[0] == "heading"]
    assert [part for part in parts if isinstance(part, tuple) and part[0] == "heading"] == headings


_NUMBERS: tuple[tuple[str | int, ...], ...] = (
    *(("reported", 0, key) for key in ("value", "baseline", "size_mb", "latency_ms", "samples_per_s", "tolerance")),
    ("reported", 0, "parameters", "at"),
    ("reported", 0, "parameters", f"list {PLAIN}", 1),
    ("benchmark", "duration_s"),
    ("benchmark", "parameters", "none"),
    ("metadata", "extra_key", 0),
)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("key", _NUMBERS, ids=lambda key: ".".join(map(str, key)))
def test_what_is_no_number_is_refused(key: tuple[str | int, ...], number: float) -> None:
    data: Any = benchmark(PLAIN)
    within = data
    for part in key[:-1]:
        within = within[part]
    within[key[-1]] = number
    with pytest.raises(ManifestError, match="is not a finite number"):
        _load(data)
