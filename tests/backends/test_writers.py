"""Models that write text are asked to as their own files say, and as the manifest does: what transformers writes then
is what is scored, in both runtimes, in FP32, and what the printed code gives a reader."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cardgen.plan.generation import generation_faults, generation_request
from cardgen.plan.layout import printed_snippet
from cardgen.records.inputs import DatasetSlice, Resolution, Source
from cardgen.records.request import ExportRequest, GenerationRequest, MetricRequest, QuantizeRequest, SnippetRequest
from cardgen.run.model_generation import read_model_generation
from tests.backends.workbench import LOCAL, REPO_ID, SCRIPTS, Workbench
from tests.factory import make_manifest

pytestmark = pytest.mark.slow

JSONL = DatasetSlice(source=Source(origin="local", sha256="cd" * 32), format="json")
COLUMNS = {"text": "text", "translation": "translation"}


@dataclass(frozen=True)
class Case:
    asked: dict[str, Any]
    """Under ``generation`` in the manifest."""
    settings: dict[str, Any]
    """Some of what is recorded to be in force."""


LENGTH = {"max_length": 12}
CASES = {
    "t5": Case({"src_lang": "en", "tgt_lang": "de"}, {"prefix": "translate house to river: ", "min_length": 6}),
    "bart": Case({}, {"prefix": " ", "num_beams": 2, "max_length": 14}),
    "m2m100": Case({"src_lang": "fr", "tgt_lang": "de", **LENGTH}, {"src_lang": "fr", "tgt_lang": "de"}),
    "nllb": Case({"src_lang": "fra_Latn", "tgt_lang": "deu_Latn", **LENGTH}, {"max_length": 12}),
    "mbart50": Case({"src_lang": "fr_XX", "tgt_lang": "de_DE", **LENGTH}, {"tgt_lang": "de_DE"}),
    "mbart": Case({"src_lang": "fr_XX", "tgt_lang": "de_DE", **LENGTH}, {"tgt_lang": "de_DE"}),
    "marian": Case({"tgt_lang": "deu", **LENGTH}, {"prefix": ">>deu<< "}),
}
PRINTED = ("t5", "m2m100")
"""Those that are quantized too, and of which the printed code is run: with a prefix, and with languages."""


@pytest.fixture(scope="module")
def writers(neural_compressor: Workbench) -> Path:
    folder = neural_compressor.folder / "writers"
    neural_compressor.script(SCRIPTS / "make_writers.py", folder)
    return folder


def base_of(folder: Path) -> Resolution:
    return Resolution(what="model", source=LOCAL, generation=read_model_generation(folder))


def test_what_is_missing_is_told_from_the_files_alone(writers: Path) -> None:
    manifest = make_manifest(task="translation")
    found = {
        name: [fault.key for fault in generation_faults(manifest, read_model_generation(writers / name))]
        for name in CASES
    }
    languages = ["tgt_lang", "src_lang"]
    assert found == {
        "t5": ["task_specific_params"],
        "bart": [],
        **dict.fromkeys(("m2m100", "nllb", "mbart50", "mbart"), languages),
        "marian": [],  # whose texts may say it themselves
    }


@pytest.mark.parametrize(
    ("backend", "name"),
    [*(("neural_compressor", name) for name in CASES), *(("onnxruntime", name) for name in ("t5", "bart", "m2m100"))],
)
def test_what_is_scored_and_printed_is_what_transformers_writes(
    request: pytest.FixtureRequest, writers: Path, backend: str, name: str
) -> None:
    bench: Workbench = request.getfixturevalue(backend)
    case, base, data = CASES[name], writers / name, writers / name / "test.jsonl"
    variant = {"backend": bench.backend, "approach": "dynamic"}
    manifest = make_manifest(task="translation", generation=case.asked or None, variants={"it": variant})
    assert not list(generation_faults(manifest, read_model_generation(base)))
    asked = generation_request(manifest, base_of(base))
    _, export = bench.export(base, "translation", generation=asked)
    # One by one, as they were written: the likeliest words of a model that was not trained are near one another.
    scoring = bench.scoring(1, (MetricRequest(type="chrf"),), task="translation", data=JSONL, columns=COLUMNS)
    scored = bench.evaluate(scoring, export, data=data)
    assert scored.result.scores[0].value == pytest.approx(1.0)
    assert case.settings.items() <= scored.predicted.settings.items()
    assert scored.predicted.cut is not None

    if name not in PRINTED:
        return
    quantizing = QuantizeRequest(backend=bench.backend, task="translation", approach="dynamic")
    _, int8 = bench.quantize(quantizing, export)
    again = bench.evaluate(scoring, int8, data=data)
    assert again.predicted.settings == scored.predicted.settings

    code = printed_snippet(manifest, "it", base_of(base), REPO_ID)
    folder = "onnx" if bench.backend == "onnxruntime" else ""
    loads_fp32 = code.replace("_quantized", "").replace("INCModelForSeq2SeqLM", "AutoModelForSeq2SeqLM")
    loads_fp32 = loads_fp32.replace("from optimum.intel", "from transformers")
    snippet = SnippetRequest(backend=bench.backend, task="translation", code=loads_fp32, repo_id=REPO_ID, folder=folder)
    *_, last = data.read_text(encoding="utf-8").splitlines()
    assert bench.snippet(snippet, export).strip() == json.loads(last)["translation"]
    assert bench.snippet(snippet.model_copy(update={"code": code}), int8)


def test_a_language_that_the_tokenizer_does_not_know_is_refused(neural_compressor: Workbench, writers: Path) -> None:
    for name, code in (("m2m100", "de_DE"), ("mbart50", "de"), ("marian", "de")):
        asked = GenerationRequest(src_lang=CASES[name].asked.get("src_lang"), tgt_lang=code)
        request = ExportRequest(backend="neural-compressor", task="translation", model=LOCAL, generation=asked)
        failure = neural_compressor.fail(request, model=writers / name)
        assert failure.message == f"The base model's tokenizer has no language `{code}`."
        assert CASES[name].asked["tgt_lang"] in failure.remedy


def test_a_setting_that_transformers_refuses_is_told(neural_compressor: Workbench, writers: Path) -> None:
    asked = GenerationRequest(settings={"num_beams": 1, "num_return_sequences": 2})
    request = ExportRequest(backend="neural-compressor", task="translation", model=LOCAL, generation=asked)
    failure = neural_compressor.fail(request, model=writers / "bart")
    assert failure.message.startswith("transformers refuses how the model is asked to write: ")


def test_texts_that_do_not_say_their_language_are_refused(neural_compressor: Workbench, writers: Path) -> None:
    """A Marian model of several languages may find the language in each text; these have none."""
    _, export = neural_compressor.export(writers / "marian", "translation", generation=GenerationRequest())
    scoring = neural_compressor.scoring(4, (), task="translation", data=JSONL, columns=COLUMNS)
    failure = neural_compressor.fail(scoring.predict, model=export, data=writers / "marian" / "test.jsonl")
    assert failure.message == (
        "The model writes several languages, and the text in row 0, counted from 0, does not say which."
    )
    assert failure.remedy == "Name one as `generation.tgt_lang`: deu, fra."


def test_answers_that_end_at_the_length_are_counted(neural_compressor: Workbench, writers: Path) -> None:
    bench, base = neural_compressor, writers / "marian"
    scoring = bench.scoring(4, (MetricRequest(type="chrf"),), task="translation", data=JSONL, columns=COLUMNS)
    counts = []
    for length in (3, 12):
        settings = {"max_length": length, "forced_eos_token_id": 2}
        asked = GenerationRequest(prefix=">>deu<< ", settings=settings)
        _, export = bench.export(base, "translation", generation=asked)
        counts.append(bench.evaluate(scoring, export, data=base / "test.jsonl").predicted.cut or 0)
    many, few = counts
    assert 0 < few < many < 25
