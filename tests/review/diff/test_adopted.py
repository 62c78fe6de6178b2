"""What changed in the files of models that somebody else made."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import Source
from cardgen.records.inspected import InspectedRecord
from cardgen.records.inspection import Activations, InspectedFile, Maker, Storage, Use
from cardgen.review.diff.change import Change
from cardgen.review.diff.compare import compare
from cardgen.review.diff.rules import RULES
from cardgen.review.diff.words import sentence
from cardgen.review.state import State
from tests.factory import manifest_data

INT4 = Storage(type="INT4", bits=4, quantized=True, per="group", group_size=128, symmetric=True)
INT8 = Storage(type="INT8", bits=8, quantized=True, per="channel", symmetric=True)
BF16 = Storage(type="BF16", bits=16, quantized=False)


def use(storage: Storage, *modules: str, activations: Activations | None = None) -> Use:
    count = 1000 * len(modules)
    return Use(
        kind="linear", storage=storage, activations=activations, modules=modules, parameters=count, size_bytes=count
    )


RECORD = InspectedRecord(
    fingerprint="f" * 64,
    variant="q4",
    path="models",
    source=Source(origin="local", sha256="a" * 64),
    format="safetensors",
    method="compressed-tensors",
    architecture="LlamaForCausalLM",
    makers=(Maker(name="llm-compressor", version="0.14", file="recipe.yaml"),),
    base_model=("acme/gull",),
    uses=(use(INT4, "up", "down"), use(BF16, "lm_head")),
    parameters=3000,
    size_bytes=6000,
    weight_files=("model.safetensors",),
    files=(InspectedFile(path="model.safetensors", size_bytes=6000, sha256="a" * 64),),
)


def state(record: InspectedRecord | None = RECORD) -> State:
    variants = {} if record is None else {"q4": {"made": {"path": "models"}}}
    data = manifest_data(card="quantized", variants=variants | {"q8": {"made": {"path": "others"}}})
    del data["evaluation"]
    other = RECORD.model_copy(update={"variant": "q8", "path": "others"})
    records = tuple(filter(None, (record, other)))
    return State("gull", "gull", Manifest.model_validate(data), {}, evidence=Evidence(cardgen="1.0", inspected=records))


def told(old: InspectedRecord | None, new: InspectedRecord | None) -> dict[str, Change]:
    return {change.rule: change for change in compare(state(old), state(new)).changes}


def but(**changes: object) -> InspectedRecord:
    return RECORD.model_copy(update=changes)


CASES: Mapping[str, tuple[InspectedRecord, str]] = {
    "scheme-changed": (
        but(uses=(use(INT8, "up", "down"), use(BF16, "lm_head"))),
        "q4 is W8A16 by its files, and was W4A16",
    ),
    "modules-stored-otherwise": (
        but(uses=(use(INT8, "up"), use(INT4, "down"), use(BF16, "lm_head"))),
        "one module of q4 went from W4A16 (groups of 128, symmetric) to W8A16 (per channel, symmetric): up",
    ),
    "modules-not-quantized": (
        but(uses=(use(INT4, "up"), use(BF16, "down", "lm_head"))),
        "one module of q4 not quantized any more: down",
    ),
    "modules-gone": (but(uses=(use(INT4, "up"), use(BF16, "lm_head"))), "one module of q4 gone: down"),
    "weights-changed": (
        but(files=(InspectedFile(path="model.safetensors", size_bytes=6000, sha256="b" * 64),)),
        "the weight files of q4 are others",
    ),
    "size-grew": (but(size_bytes=9000), "q4 grew from"),
    "file-fact-changed": (
        but(makers=(Maker(name="llm-compressor", version="0.15", file="recipe.yaml"),)),
        "maker of q4, by its files, is llm-compressor 0.15, and was llm-compressor 0.14",
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_files_say_otherwise_is_told(rule: str) -> None:
    new, says = CASES[rule]
    found = told(RECORD, new)
    assert sentence(found[rule]).startswith(says)
    assert RULES[rule].mirror in told(new, RECORD)


@pytest.mark.parametrize(
    ("fact", "new"),
    [
        ("base model", but(base_model=())),
        ("calibration", but(calibration="wikitext, 128 samples")),
        ("KV cache", but(kv_cache=Activations(when="static", type="FP8", bits=8))),
        ("architecture", but(architecture=None)),
        ("quantization method", but(method="gptq")),
        ("parameters", but(parameters=None)),
        ("format", but(format="gguf", method="Q4_0")),
    ],
)
def test_every_fact_of_files_is_compared(fact: str, new: InspectedRecord) -> None:
    changes = compare(state(RECORD), state(new)).changes
    assert fact in {change.arguments["fact"] for change in changes if change.rule == "file-fact-changed"}


def test_the_same_files_are_no_change() -> None:
    assert told(RECORD, RECORD) == {}
    assert told(RECORD, but(path="elsewhere", makers=RECORD.makers)) == {}


def test_a_new_variant_is_told_with_its_scheme() -> None:
    assert sentence(told(None, RECORD)["variant-new"]).endswith("(W4A16, adopted)")
    assert "variant-gone" in told(RECORD, None)


def test_another_file_that_was_not_read_yet_is_not_compared() -> None:
    """The manifest names another than the records are of: only the next build can tell what it is."""
    found = told(RECORD, but(file="another.safetensors"))
    assert "record-lost" in found
    assert "scheme-changed" not in found


def test_a_recipe_that_is_the_scheme_is_told_once() -> None:
    was, now = (but(format="gguf", method=recipe) for recipe in ("Q4_K_M", "Q5_K_M"))
    assert set(told(was, now)) == {"scheme-changed"}
    assert set(told(RECORD, but(method="gptq"))) == {"file-fact-changed"}
