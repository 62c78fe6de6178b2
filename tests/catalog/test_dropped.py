from __future__ import annotations

import pytest

from cardgen.catalog import symbols
from cardgen.catalog.dropped import DROPPED, dropped


def test_what_was_dropped_is_known_by_its_name() -> None:
    entry = dropped("name", "optimum.intel.INCModelForQuestionAnswering")
    assert entry is not None
    assert (entry.distribution, entry.version) == ("optimum-intel", "2.0.0")
    assert dropped("name", "optimum.intel.OVModelForQuestionAnswering") is None
    assert dropped("module", "optimum.intel.INCModelForQuestionAnswering") is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("optimum.intel", "INCModelForSequenceClassification"),
        ("optimum.intel", "INCQuantizer"),
        ("transformers", "TFBertModel"),
        ("transformers", "FlaxBertModel"),
        ("transformers", "ViTFeatureExtractor"),
        ("transformers", "AutoModelForVision2Seq"),
        ("neural_compressor", "PostTrainingQuantConfig"),
    ],
)
def test_an_older_release_has_what_was_dropped(module: str, name: str) -> None:
    assert dropped("name", f"{module}.{name}") is not None
    assert symbols.symbol(module, name) is not None


@pytest.mark.parametrize(
    "module", ["optimum.intel.neural_compressor", "neural_compressor.utils", "neural_compressor.quantization"]
)
def test_an_older_release_has_the_module(module: str) -> None:
    assert dropped("module", module) is not None
    assert symbols.module_known(module)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("transformers", "AutoFeatureExtractor"),
        ("transformers", "WhisperFeatureExtractor"),
        ("transformers", "Wav2Vec2FeatureExtractor"),
        ("transformers", "AutoModelForCausalLM"),
        ("transformers", "T5ForConditionalGeneration"),
        ("optimum.intel", "OVQuantizer"),
        ("neural_compressor.torch.quantization", "quantize"),
    ],
)
def test_what_is_still_there(module: str, name: str) -> None:
    assert dropped("name", f"{module}.{name}") is None
    assert dropped("module", module) is None


def test_every_entry_says_what_to_do() -> None:
    for entry in DROPPED:
        assert entry.instead
        assert all(part.isdigit() for part in entry.version.split("."))
