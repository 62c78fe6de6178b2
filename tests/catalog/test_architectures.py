from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.architectures import Architecture, architecture, expanded, known_models
from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from tests.make_architectures import DATA, architectures, compressed

PUBLISHED = {
    "albert-base-v2": 11_221_680,
    "all-MiniLM-L6-v2": 22_713_216,
    "all-mpnet-base-v2": 109_486_464,
    "bert-base-uncased": 109_514_298,
    "bloom-560m": 559_214_592,
    "camembert-base": 110_655_493,
    "clip-vit-base-patch32": 151_277_313,
    "deberta-v3-base": 183_831_552,
    "distilbert-base-uncased": 66_985_530,
    "distilbert-base-uncased-finetuned-sst-2-english": 66_955_010,
    "distilgpt2": 81_912_576,
    "flan-t5-base": 247_577_856,
    "flan-t5-small": 76_961_152,
    "gpt-j-6b": 6_050_882_784,
    "gpt2": 124_439_808,
    "Llama-2-7b-hf": 6_738_415_616,
    "Llama-3.1-8B": 8_030_261_248,
    "mbart-large-50-many-to-many-mmt": 610_879_488,
    "Mistral-7B-v0.1": 7_241_732_096,
    "MiniLM-L12-H384-uncased": 33_360_000,
    "mt5-small": 300_176_768,
    "opt-125m": 125_239_296,
    "pythia-70m": 70_426_624,
    "Qwen2.5-0.5B": 494_032_768,
    "resnet-50": 25_557_032,
    "roberta-base": 124_697_433,
    "roberta-large": 355_412_057,
    "SmolLM2-135M": 134_515_008,
    "t5-base": 222_903_552,
    "t5-large": 737_668_096,
    "t5-small": 60_506_624,
    "TinyLlama-1.1B-Chat-v1.0": 1_100_048_384,
    "vit-base-patch16-224": 86_567_656,
    "wav2vec2-base-960h": 94_396_320,
    "whisper-base": 72_593_920,
    "whisper-large-v2": 1_543_304_960,
    "whisper-tiny": 37_760_640,
    "xlm-roberta-base": 278_295_186,
}
"""Parameters as their publishers or the Hub count them, buffers apart."""

NAMES = st.lists(
    st.sampled_from(["model", "layers", "block", "fc1", "fc2", "query", "01", *map(str, range(12))]),
    min_size=1,
    max_size=5,
).map(".".join)


def known(model_id: str) -> Architecture:
    found = architecture(model_id)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "parameters"), PUBLISHED.items())
def test_parameters_are_those_published(name: str, parameters: int) -> None:
    assert known(name).parameters == parameters


def test_bart_large_has_193_linear_layers_and_ties_its_head_to_the_embeddings() -> None:
    bart = known("facebook/bart-large-cnn")
    assert bart.parameters == 406_290_432
    assert len(bart.linear) == 193
    assert bart.linear["model.decoder.layers.10.fc1"] == 1024 * 4096
    assert bart.linear["model.decoder.layers.11.encoder_attn.v_proj"] == 1024 * 1024
    assert bart.linear["lm_head"] == bart.embeddings["model.shared"] == 50264 * 1024
    assert bart.tied == (("model.shared", "model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head"),)
    assert bart.task == "summarization"


def test_distilbert_for_questions_has_37_linear_layers_and_265_megabytes() -> None:
    distilbert = known("distilbert-base-uncased-distilled-squad")
    assert len(distilbert.linear) == 37
    assert distilbert.linear["distilbert.transformer.layer.1.ffn.lin2"] == 3072 * 768
    assert round(distilbert.parameters * 4 / 1e6, 1) == 265.5
    assert distilbert.model_class == "DistilBertForQuestionAnswering"


def test_gpt2_has_its_matrices_in_conv1d_layers() -> None:
    gpt2 = known("gpt2")
    assert set(gpt2.linear) == {"lm_head"}
    assert gpt2.convolutions["transformer.h.11.attn.c_attn"] == 768 * 3 * 768
    assert len(gpt2.convolutions) == 12 * 4


def test_weights_of_tied_modules_count_once() -> None:
    bart = known("facebook/bart-large-cnn")
    matrix, layer = 50264 * 1024, 1024 * 4096
    assert bart.weights(["lm_head"]) == matrix
    assert bart.weights(["lm_head", "model.shared", "model.decoder.layers.0.fc1"]) == matrix + layer
    assert bart.weights(["model.decoder.layers.0.fc1"] * 2) == layer
    assert bart.weights([]) == 0
    with pytest.raises(KeyError, match="fc9"):
        bart.weights(["model.decoder.layers.0.fc9"])


def test_the_owner_may_be_left_out_where_only_one_model_is_called_so() -> None:
    assert known("bert-base-uncased") == known("google-bert/bert-base-uncased")
    assert known("bert-base-uncased").id == "google-bert/bert-base-uncased"


@pytest.mark.parametrize(
    "model_id",
    [
        "Intel/distilbert-base-uncased-distilled-squad-int8-static",
        "somebody/bert-base-uncased",
        "BERT-base-uncased",
        "google-bert",
        "google-bert/",
        "",
    ],
)
def test_other_models_are_not_known(model_id: str) -> None:
    assert architecture(model_id) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("model.decoder.layers.10.fc_1", "model.decoder.layers.10.fc1"),
        ("decoder.layers.3.fc2", "model.decoder.layers.3.fc2"),
        ("module.model.decoder.layers.3.fc2", "model.decoder.layers.3.fc2"),
        ("model.decoder.layers.4.self_atn.v_proj", "model.decoder.layers.4.self_attn.v_proj"),
        ("classifier", None),
    ],
)
def test_the_nearest_module(written: str, meant: str | None) -> None:
    assert known("facebook/bart-large-cnn").nearest_module(written) == meant


@pytest.mark.parametrize("model_id", known_models())
def test_every_shape_is_whole(model_id: str) -> None:
    shape = known(model_id)
    assert shape.id == model_id
    assert shape.task in PIPELINE_TAGS
    assert shape.linear
    assert len(shape.modules) == len(shape.linear) + len(shape.embeddings) + len(shape.convolutions)
    for group in shape.tied:
        assert len({shape.modules[name] for name in group}) == 1
    assert 0 < shape.weights(shape.modules) <= shape.parameters


def test_patterns_stand_for_ranges_and_choices() -> None:
    assert expanded({"layer.{9-11}.{key,query}": 4, "head": 2}) == {
        "layer.9.key": 4,
        "layer.9.query": 4,
        "layer.10.key": 4,
        "layer.10.query": 4,
        "layer.11.key": 4,
        "layer.11.query": 4,
        "head": 2,
    }


def test_repeated_layers_take_one_pattern() -> None:
    modules = {f"layer.{n}.{name}": 4 for n in range(12) for name in ("key", "query")}
    assert compressed({**modules, "layer.3.out": 9}) == {"layer.{0-11}.{key,query}": 4, "layer.3.out": 9}


@given(st.dictionaries(NAMES, st.integers(1, 3), max_size=30))
def test_patterns_lose_nothing(modules: dict[str, int]) -> None:
    assert expanded(compressed(modules)) == modules


def test_the_data_is_small() -> None:
    assert DATA.stat().st_size < 100_000


def test_reading_them_needs_no_heavy_library() -> None:
    code = (
        "import sys; from cardgen.catalog.architectures import architecture; assert architecture('gpt2'); "
        "print([name for name in ('torch', 'transformers', 'numpy') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_data_is_what_every_environment_makes(environment: str) -> None:
    assert architectures(environment) == DATA.read_text(encoding="utf-8")
