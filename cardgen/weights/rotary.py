"""Rotary position embeddings: ``rope_parameters`` of transformers 5 → the keys that transformers 4 reads.

Version 5 holds the base, the share of a head that is turned and how long inputs are scaled in one mapping, or in one
for each type of attention layer (``modeling_rope_utils.RotaryEmbeddingConfigMixin``). Version 4 has a key for each, by
names that depend on the architecture, and an architecture that does not read one computes with its default and says
nothing. What each reads is therefore listed here: an architecture comes in when models of it, saved by 5.24.0 with a
base of their own, gave the same logits in the version that is named. What is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

PARAMETERS = "rope_parameters"

Version = tuple[int, int]


class Rotary(NamedTuple):
    """What the parameters come to in version 4."""

    keys: dict[str, Any]
    faults: tuple[str, ...] = ()
    """What it would not compute, each as what follows "config.json": ``sets rope_type yarn``."""


class _Scaling(NamedTuple):
    """Which ways of scaling an architecture computes."""

    types: frozenset[str]
    yarn_keys: frozenset[str]
    """Of ``yarn``, beside its factor."""


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_NAMES: Mapping[str, tuple[str, str]] = dict.fromkeys(
    ("gpt_neox", "gpt_neox_japanese"), ("rotary_emb_base", "rotary_pct")
)
"""Architecture to its own names of the base, and of the share that is turned."""
_USUAL_NAMES = ("rope_theta", "partial_rotary_factor")

_TURN_A_PART: Mapping[Version, frozenset[str]] = {
    (4, 45): _named("gpt_neox gpt_neox_japanese nemotron persimmon phi recurrent_gemma stablelm"),
    (4, 57): _named(
        "glm glm4 gpt_neox gpt_neox_japanese nemotron persimmon phi phi3 qwen3_next recurrent_gemma stablelm"
    ),
}

_BOTH = _named(
    "cohere falcon gemma gemma2 gpt_neox gpt_neox_japanese granite granitemoe jetmoe llama mistral mixtral nemotron "
    "olmo olmoe persimmon phi phi3 qwen2 qwen2_moe recurrent_gemma stablelm starcoder2"
)
_NEWER = _named(
    "arcee bitnet cohere2 diffllama ernie4_5 ernie4_5_moe exaone4 flex_olmo glm glm4 granitemoeshared helium "
    "hunyuan_v1_dense hunyuan_v1_moe lfm2 minimax ministral olmo2 phimoe qwen3 qwen3_moe qwen3_next seed_oss "
    "smollm3 vaultgemma"
)
_READ_THE_BASE: Mapping[Version, frozenset[str]] = {(4, 45): _BOTH, (4, 57): _BOTH | _NEWER}

_TYPES = frozenset({"linear", "dynamic", "yarn", "llama3"})
_SCALE: Mapping[Version, tuple[frozenset[str], _Scaling]] = {
    (4, 45): (
        _named(
            "cohere falcon gpt_neox granite granitemoe llama olmoe persimmon phi qwen2 qwen2_moe stablelm starcoder2"
        ),
        _Scaling(_TYPES, frozenset({"attention_factor", "beta_fast", "beta_slow"})),
    ),
    (4, 57): (
        _named(
            "arcee cohere cohere2 ernie4_5 falcon gemma gemma2 glm gpt_neox granite granitemoe helium llama mistral "
            "mixtral olmoe persimmon phi qwen2 qwen2_moe qwen3 seed_oss smollm3 stablelm starcoder2"
        ),
        _Scaling(
            _TYPES,
            frozenset({"attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate"}),
        ),
    ),
}
_YARN = frozenset({"rope_type", "factor", "original_max_position_embeddings"})

_BY_LAYER: Mapping[str, Mapping[str, str]] = {
    "modernbert": {"full_attention": "global_rope_theta", "sliding_attention": "local_rope_theta"},
    "gemma3_text": {"full_attention": "rope_theta", "sliding_attention": "rope_local_base_freq"},
}
"""Architecture of 4.57 to the base of each type of layer; what they scale, they scale in layers of full attention."""
_LAYERS_SCALE = {"gemma3_text": frozenset({"linear"})}


def translate_rotary(config: Mapping[str, Any], version: Version) -> Rotary:
    """What a configuration's ``rope_parameters`` come to.

    Args:
        config: of one architecture.
        version: major and minor, of the transformers that is to compute it.
    """
    architecture, given = str(config.get("model_type")), config[PARAMETERS]
    by_layer = {name: each for name, each in given.items() if isinstance(each, Mapping)}
    if by_layer:
        return _by_layer(architecture, by_layer, version)
    if architecture not in _READ_THE_BASE.get(version, ()):
        return Rotary({}, (f"holds `{PARAMETERS}`, which it does not read for models of the type `{architecture}`",))
    base, share = _NAMES.get(architecture, _USUAL_NAMES)
    keys: dict[str, Any] = {base: given["rope_theta"]} if "rope_theta" in given else {}
    part = given.get("partial_rotary_factor")
    if architecture in _TURN_A_PART[version]:
        keys |= {share: part} if part is not None else {}
    elif part not in (None, 1, 1.0):
        return Rotary({}, (f"turns a part of each head alone (`partial_rotary_factor: {part}`)",))
    known, scaling = _SCALE[version]
    fault = _scaling_fault(config, given, scaling if architecture in known else None)
    if fault:
        return Rotary({}, (fault,))
    return Rotary(keys | _scaling_keys(given))


def _by_layer(architecture: str, given: Mapping[str, Mapping[str, Any]], version: Version) -> Rotary:
    names = _BY_LAYER.get(architecture, {}) if version == (4, 57) else {}
    if not names or set(given) - set(names):
        types = ", ".join(sorted(given))
        return Rotary({}, (f"holds `{PARAMETERS}` for each type of layer ({types}), which it does not read",))
    keys: dict[str, Any] = {}
    faults = []
    for layer, each in given.items():
        if "rope_theta" in each:
            keys[names[layer]] = each["rope_theta"]
        kind = each.get("rope_type", "default")
        if kind == "default":
            continue
        if layer == "full_attention" and kind in _LAYERS_SCALE.get(architecture, ()):
            keys |= _scaling_keys(each)
        else:
            faults.append(f"scales long inputs as `{kind}` in its layers of {layer}")
    return Rotary({} if faults else keys, tuple(faults))


def _scaling_keys(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("rope_type", "default") == "default":
        return {}
    return {"rope_scaling": {key: value for key, value in given.items() if key not in _USUAL_NAMES}}


def _scaling_fault(config: Mapping[str, Any], given: Mapping[str, Any], scaling: _Scaling | None) -> str:
    kind = given.get("rope_type", "default")
    if kind == "default":
        return ""
    if scaling is None or kind not in scaling.types:
        return f"scales long inputs as `{kind}` (`{PARAMETERS}`)"
    if kind == "yarn":
        unread = _unread(given, scaling.yarn_keys)
        longest = config.get("max_position_embeddings")
        if "mscale" not in scaling.yarn_keys and given.get("original_max_position_embeddings", longest) != longest:
            unread = ["original_max_position_embeddings", *unread]
        if unread:
            named = ", ".join(f"`{key}: {given[key]}`" for key in unread)
            return f"scales long inputs as `yarn` with {named}"
    return ""


def _unread(given: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    neutral = {*_YARN, *_USUAL_NAMES, *known}
    return [key for key, value in given.items() if key not in neutral and value is not None]
