"""What libraries once had and newer releases have not: names, modules, pipeline tasks, commands and extras.

Each entry was seen in the last release before and missing in the release that it names, from the files of both. An
entry tells of the release as an installer picks it today, without a word on the version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cardgen.catalog import releases
from cardgen.patterns import regex

Kind = Literal["name", "module", "task", "command", "extra"]


@dataclass(frozen=True)
class Dropped:
    """Something that a release dropped."""

    distribution: str
    version: str
    """The first release without it."""
    kind: Kind
    pattern: re.Pattern[str]
    """What it matches in full: ``module.name``, a module, a task of a pipeline, a command's first words, an extra."""
    instead: str
    """What people write today, as a remedy."""


def _dropped(distribution: str, version: str, kind: Kind, pattern: str, instead: str) -> Dropped:
    return Dropped(distribution, version, kind, regex(pattern), instead)


_NO_INC = "say `optimum-intel<2`, for newer releases load OpenVINO models alone"
_NO_INC_2 = "say `neural-compressor<3.8`, whose newer releases have neural_compressor.torch.quantization"
_IMAGES = (
    "Beit|CLIP|ChineseCLIP|ConditionalDetr|ConvNext|DPT|DeformableDetr|DeiT|Detr|Donut|Flava|GLPN|ImageGPT|LayoutLMv2"
    "|LayoutLMv3|Levit|MaskFormer|MobileNetV1|MobileNetV2|MobileViT|OwlViT|Perceiver|PoolFormer|Segformer|ViT|VideoMAE"
    "|Vilt|Yolos"
)

DROPPED: tuple[Dropped, ...] = (
    _dropped("optimum-intel", "2.0.0", "name", r"optimum\.intel(?:\.\w+)*\.(?:INC|IPEX)\w+", _NO_INC),
    _dropped("optimum-intel", "2.0.0", "module", r"optimum\.intel\.(?:neural_compressor|ipex)(?:\.\w+)*", _NO_INC),
    _dropped("optimum-intel", "2.0.0", "command", r"optimum-cli inc", _NO_INC),
    _dropped("optimum-intel", "2.0.0", "extra", r"optimum(?:-intel)?\[(?:neural-compressor|ipex)\]", _NO_INC),
    _dropped(
        "neural-compressor",
        "3.8",
        "module",
        r"neural_compressor\.(?:utils|quantization|config|training|adaptor|data|metric|model|strategy|objective"
        r"|mix_precision|compression|contrib|algorithm|profiling)(?:\.\w+)*",
        _NO_INC_2,
    ),
    _dropped(
        "neural-compressor",
        "3.8",
        "name",
        r"neural_compressor\.(?:PostTrainingQuantConfig|QuantizationAwareTrainingConfig|WeightPruningConfig"
        r"|MixedPrecisionConfig|DistillationConfig)",
        _NO_INC_2,
    ),
    _dropped(
        "neural-compressor",
        "3.0",
        "module",
        r"neural_compressor\.(?:experimental|conf)(?:\.\w+)*",
        "say `neural-compressor<3`, or use neural_compressor.torch.quantization",
    ),
    _dropped(
        "transformers",
        "5.0.0",
        "name",
        r"transformers(?:\.\w+)*\.(?:TF|Flax)[A-Z]\w+",
        "say `transformers<5`, or use the class for PyTorch",
    ),
    _dropped(
        "transformers",
        "5.0.0",
        "name",
        rf"transformers(?:\.\w+)*\.(?:{_IMAGES})FeatureExtractor",
        "use AutoImageProcessor",
    ),
    _dropped(
        "transformers",
        "5.0.0",
        "name",
        r"transformers(?:\.\w+)*\.AutoModel(?:WithLMHead|ForVision2Seq)",
        "use the class of the model's task, such as AutoModelForCausalLM or AutoModelForImageTextToText",
    ),
    _dropped(
        "transformers", "5.0.0", "module", r"transformers\.onnx(?:\.\w+)*", "export with `optimum-cli export onnx`"
    ),
    _dropped("transformers", "5.0.0", "command", r"transformers-cli", "write `transformers`"),
    _dropped(
        "transformers",
        "5.0.0",
        "task",
        r"summarization|text2text-generation|image-to-text|translation(?:_[a-z]{2}_to_[a-z]{2})?",
        "say `transformers<5`, or call the tokenizer and `generate` of the model",
    ),
    _dropped(
        "transformers",
        "5.3.0",
        "task",
        r"question-answering|visual-question-answering|image-to-image",
        "say `transformers<5.3`, or call the tokenizer and the model",
    ),
    _dropped("huggingface_hub", "1.0.0", "command", r"huggingface-cli", "write `hf`"),
    _dropped("huggingface_hub", "1.0.0", "extra", r"huggingface[_-]hub\[cli\]", "leave the extra out"),
    _dropped(
        "huggingface_hub",
        "1.0.0",
        "name",
        r"huggingface_hub\.(?:Repository|InferenceApi)",
        "use HfApi or InferenceClient",
    ),
    _dropped("openvino", "2026.0.0", "module", r"openvino\.runtime(?:\.\w+)*", "import from `openvino` itself"),
    _dropped("nncf", "3.0.0", "name", r"nncf(?:\.\w+)*\.(?:NNCFConfig|create_compressed_model)", "use nncf.quantize"),
)


def dropped(kind: Kind, text: str) -> Dropped | None:
    """What releases dropped under a name; ``None`` where they did not, as far as is known.

    What is not listed here by hand is looked up in :mod:`cardgen.catalog.releases`.
    """
    listed = next((entry for entry in DROPPED if entry.kind == kind and entry.pattern.fullmatch(text)), None)
    if listed is not None or kind not in ("name", "module"):
        return listed
    module, _, name = text.rpartition(".")
    gone = releases.gone_name(module, name) if kind == "name" else releases.gone_module(text)
    if gone is None:
        return None
    instead = f"say `{gone.distribution}<{gone.since}`, which still has it, or use what newer releases have"
    return Dropped(gone.distribution, gone.since, kind, regex(re.escape(text)), instead)


def commands() -> Iterator[Dropped]:
    """What releases dropped of commands."""
    return (entry for entry in DROPPED if entry.kind == "command")
