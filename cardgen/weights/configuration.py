"""A model's config.json as transformers 5 writes it → as transformers 4 reads it, where that can be done exactly.

What version 5 renamed, or says where version 4 tells it by another key, was found by comparing every configuration that
5.24.0 writes with what 4.45.2 and 4.57.6 read of it. A key that version 5 has added stands for what version 4 does
wherever it has the value that version 5 gives a configuration without it; with any other it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cardgen.patterns import regex
from cardgen.weights.rotary import PARAMETERS, Version, translate_rotary

_VERSION = regex(r"(\d+)\.(\d+)")


class Translation(NamedTuple):
    """A configuration for another version."""

    content: dict[str, Any]
    written: tuple[str, ...] = ()
    """What was written for it, for people: ``rope_theta: 500000.0``."""
    faults: tuple[str, ...] = ()
    """What that version would not compute, each as what follows "config.json": ``sets key: value``."""


_SCALED = {"tie_word_embeddings": "scale_decoder_outputs"}
_INDICES = {"pad_index": "pad_token_id", "bos_index": "bos_token_id", "eos_index": "eos_token_id"}
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "t5": _SCALED,
    "umt5": _SCALED,
    "longt5": _SCALED,
    "flaubert": _INDICES,
    "xlm": _INDICES,
    "qwen3_moe": {"num_experts": "num_local_experts"},
}
"""Architecture to keys of version 4, and those of version 5 that tell their values. In T5's family version 4 scales
what the decoder gives where the embeddings are tied, and version 5 says both apart, always tied."""

_NEUTRAL: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "gemma": {"use_bidirectional_attention": (None, False)},
    "gemma2": {"use_bidirectional_attention": (None, False)},
    "esm": {"rope_theta": (10000, 10000.0)},
    "deberta": {"legacy": (True,)},
    "deberta-v2": {"legacy": (True,)},
    "dinov2": {"use_mask_token": (True, False)},
    "gpt_oss": {"swiglu_alpha": (1.702,), "swiglu_limit": (7.0,)},
}
"""Architecture to keys that version 5 has added, and the values with which version 4 does the same."""

_TIED_WITHOUT_SCALING = ("mt5",)
"""Architectures whose decoder version 5 never scales, as version 4 does where the embeddings are tied."""


def parsed_version(text: str) -> Version | None:
    """Major and minor number of a version; ``None`` where it does not begin with them."""
    match = _VERSION.match(text)
    return (int(match[1]), int(match[2])) if match else None


def translate_configuration(config: Mapping[str, Any], version: Version) -> Translation:
    """A configuration for a version of transformers 4.

    Args:
        config: what config.json holds; what version 4 wrote stays as it is.
        version: major and minor, of the transformers that is to load it.
    """
    content = dict(config)
    if version[0] != 4:
        return Translation(content)
    architecture = str(config.get("model_type"))
    new: dict[str, Any] = {}
    faults: list[str] = []
    if isinstance(config.get(PARAMETERS), Mapping):
        rotary = translate_rotary(config, version)
        del content[PARAMETERS]
        new |= rotary.keys
        faults += rotary.faults
    for key, newer in _RENAMED.get(architecture, {}).items():
        if newer in config and (key not in config or key == "tie_word_embeddings"):
            new[key] = config[newer]
    if architecture == "longt5" and new.get("tie_word_embeddings") is False and version < (4, 57):
        faults.append("does not scale what the decoder gives (`scale_decoder_outputs: False`)")
    if architecture in _TIED_WITHOUT_SCALING and _saved_by_5(config) and config.get("tie_word_embeddings") is True:
        new["tie_word_embeddings"] = False
    layers = _layers(config, architecture, version)
    new |= layers.content
    faults += layers.faults
    faults += _unknown(config, architecture)
    if "dtype" in content and "torch_dtype" not in content and version < (4, 56):
        content["torch_dtype"] = content.pop("dtype")  # bears on no result: all is loaded in float32
    changed = {key: value for key, value in new.items() if key not in config or config[key] != value}
    written = [f"{key}: {value}" for key, value in changed.items()]
    content |= changed
    for key, part in config.items():
        if key.endswith("_config") and isinstance(part, Mapping) and "model_type" in part:
            inner = translate_configuration(part, version)
            content[key] = inner.content
            written += [f"{key}.{each}" for each in inner.written]
            faults += [f"{each}, in `{key}`" for each in inner.faults]
    return Translation(content, tuple(written), tuple(faults))


def _saved_by_5(config: Mapping[str, Any]) -> bool:
    version = parsed_version(str(config.get("transformers_version")))
    return version is not None and version[0] >= 5


def _unknown(config: Mapping[str, Any], architecture: str) -> Iterator[str]:
    for key, values in _NEUTRAL.get(architecture, {}).items():
        if key in config and config[key] not in values:
            yield f"sets `{key}: {config[key]}`"


def _layers(config: Mapping[str, Any], architecture: str, version: Version) -> Translation:
    """Which layers look at all tokens: a list in version 5, and in version 4 a pattern of the architecture's own."""
    types = config.get("layer_types")
    if not isinstance(types, list) or not types:
        return Translation({})
    refused = Translation({}, faults=("sets which layers look at all tokens (`layer_types`) as it cannot",))
    full = [each == "full_attention" for each in types]
    if architecture == "modernbert" and version == (4, 57):
        every = next((n for n in range(1, len(full) + 1) if all(f == (i % n == 0) for i, f in enumerate(full))), None)
        return refused if every is None else Translation({"global_attn_every_n_layers": every})
    if architecture == "gemma2" and version == (4, 45):
        return Translation({}) if all(f == (i % 2 == 1) for i, f in enumerate(full)) else refused
    if architecture in ("qwen2", "qwen2_moe") and (version == (4, 45) or architecture == "qwen2_moe"):
        return Translation({}) if all(full) else refused
    return Translation({})
