"""A model whose weights are in safetensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cardgen.records.inspection import Activations, Inspection, Module
from cardgen.weights.inspect.files import ModelFiles, listed
from cardgen.weights.inspect.formats import bitsandbytes, hqq, mlx, packed, scaled, torchao
from cardgen.weights.inspect.modules import UNSTATED, Parts, floating, modules_of
from cardgen.weights.inspect.provenance import LoggedModule, calibration_of, makers_of, named_bases, quantization_log
from cardgen.weights.inspect.recipe import ignored_but_quantized
from cardgen.weights.inspect.stated import Stated, number_of, object_of, text_of, texts_of
from cardgen.weights.inspect.tensors import Headers, read_headers, read_json

Reader = Callable[[str, Parts, Stated], Module | None]

READERS: Final[tuple[Reader, ...]] = (
    scaled.read,
    packed.read,
    bitsandbytes.read,
    torchao.read,
    mlx.read,
    hqq.read,
)
_EXCEPTIONS: Final = ("extra_config", "dynamic")
"""Where AutoRound and GPTQModel write what single modules have otherwise than the top level says."""
_IN_GROUPS: Final = "compressed-tensors"
"""The method whose ``config_groups`` say what is done to activations."""
_CACHE_SCALES: Final = frozenset({"k_scale", "v_scale", "q_scale", "prob_scale"})
"""Scales of what attention keeps, which belong to no module's weights."""


def inspect_safetensors(files: ModelFiles) -> Inspection:
    """Read what a folder of safetensors files is.

    Raises:
        ModelFilesError: where a file is damaged, or is not there.
    """
    headers, config = read_headers(files), read_json(files, "config.json")
    quantization = object_of(config.get("quantization_config")) or object_of(config.get("quantization"))
    if not quantization:
        quantization = object_of(object_of(config.get("text_config")).get("quantization_config"))
    stated = Stated(quantization, headers.metadata)
    modules, cache = _modules(headers, stated)
    quantized = [module for module in modules if module.storage.quantized]
    unknown = any(module.storage.type == UNSTATED for module in modules)
    return Inspection(
        format="safetensors",
        method=_method(stated, config) if quantized or quantization else None,
        architecture=next(iter(texts_of(config.get("architectures"))), None),
        makers=makers_of(files, config, stated),
        base_model=named_bases(files, config),
        calibration=calibration_of(files, stated),
        kv_cache=_kv_cache(stated),
        modules=modules,
        parameters=None if unknown else sum(module.parameters for module in modules),
        size_bytes=sum(files.sizes[name] for name in headers.files),
        files=listed(files, headers.files),
        findings=(
            *_contradictions(modules, stated),
            *_not_stated(modules, stated, cache=cache),
            *_rounded(quantization_log(files)),
            *ignored_but_quantized(files, modules),
        ),
    )


def _modules(headers: Headers, stated: Stated) -> tuple[tuple[Module, ...], bool]:
    """The modules, and whether there are scales of a KV cache."""
    found, cache = [], False
    for name, parts in modules_of(headers.tensors).items():
        own = {part: tensor for part, tensor in parts.items() if part not in _CACHE_SCALES}
        cache = cache or len(own) < len(parts)
        if own:
            read = (reader(name, own, stated) for reader in READERS)
            found.append(next((module for module in read if module is not None), None) or floating(name, own))
    return tuple(found), cache


def _method(stated: Stated, config: Mapping[str, Any]) -> str | None:
    return stated.method or ("mlx" if "quantization" in config else None)


def _kv_cache(stated: Stated) -> Activations | None:
    told = stated.config.get("kv_cache_scheme")
    return scaled.activations_of(told) if isinstance(told, dict) else None


def _not_stated(modules: tuple[Module, ...], stated: Stated, *, cache: bool) -> Iterator[str]:
    """What tensors show and no file says."""
    count = sum(module.storage.type == UNSTATED for module in modules)
    if count:
        yield f"of {count} quantized modules no file states the scheme: their words are counted, and not their weights"
    groups = object_of(stated.config.get("config_groups"))
    silent = stated.method == _IN_GROUPS and not groups if stated.config else not stated.metadata.keys() - {"format"}
    integers = sum(module.activations is None and module.storage.type in ("INT8", "FP8") for module in modules)
    if integers and silent:
        yield f"of {integers} quantized modules no file states whether their activations are quantized too"
    told = [object_of(group).get("input_activations") for group in groups.values()]
    for key, value in (
        *(("input_activations", one) for one in told),
        ("kv_cache_scheme", stated.config.get("kv_cache_scheme")),
    ):
        if value is not None and scaled.activations_of(object_of(value)) is None:
            yield f"config.json says of {key} what makes no sense, and is not told"
    if cache and not isinstance(stated.config.get("kv_cache_scheme"), dict):
        yield "there are scales of a KV cache, and no file states its type"


def _rounded(log: tuple[LoggedModule, ...]) -> Iterator[str]:
    """Modules that calibration did not reach, as its log says."""
    rounded = [row for row in log if row.rounded]
    if rounded:
        first = f"{rounded[0].layer} {rounded[0].module}".strip()
        yield f"quant_log.csv says that {len(rounded)} of {len(log)} modules were rounded without calibration: {first}"


def _contradictions(modules: tuple[Module, ...], stated: Stated) -> Iterator[str]:
    """Where the configuration says one thing of all modules, and the tensors another."""
    if not stated.config:
        return
    quantized = [module for module in modules if module.storage.quantized]
    if not quantized:
        types = ", ".join(sorted({module.storage.type for module in modules}))
        method = stated.method or "its configuration"
        yield f"config.json says quantized ({method}), and every tensor is stored in {types}"
        return
    yield from _of_groups(quantized, stated)
    bits, group_size = number_of(stated.config.get("bits")), number_of(stated.config.get("group_size"))
    by_name = any(module.name in stated.config for module in quantized)  # as MLX writes mixed recipes
    apart = by_name or any(object_of(stated.config.get(key)) for key in _EXCEPTIONS)
    other_bits = [module for module in quantized if bits and not apart and module.storage.bits != bits]
    if other_bits:
        found = Counter(f"{module.storage.bits:g}" for module in other_bits)
        told = ", ".join(f"{count} of {width} bits" for width, count in sorted(found.items()))
        yield f"config.json says {bits} bits, and of {len(quantized)} quantized modules there are {told}"
    sizes = {module.storage.group_size for module in quantized if module.storage.group_size}
    if group_size and group_size > 0 and sizes and not apart and group_size not in sizes:
        yield f"config.json says groups of {group_size}, and the tensors have {', '.join(map(str, sorted(sizes)))}"
    if text_of(stated.config.get("quantization_status")) == "decompressed":
        yield "config.json says decompressed: the weights were written out in floating point again"


def _of_groups(quantized: list[Module], stated: Stated) -> Iterator[str]:
    """The same of ``config_groups``, each of which tells of the modules that it names."""
    groups = [object_of(group) for group in object_of(stated.config.get("config_groups")).values()]
    weights = [each for group in groups if (each := object_of(group.get("weights")))]
    told = [scaled.bits_of(each) for each in weights]
    bits = {width for width in told if width is not None}
    others = [module for module in quantized if module.storage.bits not in bits]
    if bits and None not in told and others:
        widths = {module.storage.bits for module in others}
        said, found = (", ".join(f"{width:g}" for width in sorted(each)) for each in (bits, widths))
        yield f"config.json says {said} bits, and of {len(quantized)} quantized modules {len(others)} have {found}"
    sizes = {size for each in weights if (size := number_of(each.get("group_size"))) is not None}
    apart = {module.storage.group_size for module in quantized if module.storage.group_size} - sizes
    if sizes and apart:
        said, found = (", ".join(str(size) for size in sorted(filter(None, each))) for each in (sizes, apart))
        yield f"config.json says groups of {said}, and there are some of {found}"
