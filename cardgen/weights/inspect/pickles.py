"""Models whose weights are pickles, which run code when they are opened: they stay shut, and other files tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.patterns import regex
from cardgen.records.inspection import Inspection, Maker
from cardgen.weights.inspect.files import ModelFiles, listed
from cardgen.weights.inspect.provenance import named_bases
from cardgen.weights.inspect.stated import number_of, object_of, text_of, texts_of
from cardgen.weights.inspect.tensors import read_json

SUFFIXES: Final = (".bin", ".pt", ".pth", ".pt2")
_WEIGHTS: Final = regex(r"(?:.+/)?(?:pytorch_model|best_model|model|quantized_weight)[\w.-]*\.(?:bin|pt|pth|pt2)")
_SETTINGS: Final = ("inc_config.json", "qconfig.json")
_MODULE: Final = regex(r"\('[^']+', 'Linear'\)")
"""A key of ``qconfig.json``: the name of a module and its class."""
_SHUT: Final = "its weights are pickles, which run code when they are opened: nothing of them was read"


def pickles_of(files: ModelFiles) -> list[str]:
    """The files of a model that are pickles of weights."""
    return [name for suffix in SUFFIXES for name in files.named(suffix) if files.chosen or _WEIGHTS.fullmatch(name)]


def inspect_pickles(files: ModelFiles) -> Inspection:
    """What the configurations beside pickles say.

    Raises:
        ModelFilesError: where one of these is damaged.
    """
    names = pickles_of(files)
    config, settings = read_json(files, "config.json"), read_json(files, _SETTINGS[0])
    quantization = object_of(settings.get("quantization"))
    by_neural_compressor = bool(settings) or _SETTINGS[1] in files.sizes
    return Inspection(
        format="pickle",
        method="neural-compressor" if by_neural_compressor else None,
        architecture=next(iter(texts_of(config.get("architectures"))), None),
        makers=tuple(_makers(settings, config, by_recipe=_SETTINGS[1] in files.sizes)),
        base_model=named_bases(files, config),
        calibration=_calibration(quantization),
        modules=(),
        parameters=None,
        size_bytes=sum(files.sizes[name] for name in names),
        files=listed(files, names),
        findings=(_SHUT, *_stated(quantization), *_recipes(read_json(files, _SETTINGS[1]))),
    )


def _makers(settings: Mapping[str, Any], config: Mapping[str, Any], *, by_recipe: bool) -> Iterator[Maker]:
    for key, name in (("neural_compressor_version", "neural-compressor"), ("optimum_version", "optimum")):
        if version := text_of(settings.get(key)):
            yield Maker(name=name, version=version, file=_SETTINGS[0])
    if by_recipe and not settings:
        yield Maker(name="neural-compressor", version=None, file=_SETTINGS[1])
    if version := text_of(config.get("transformers_version")):
        yield Maker(name="transformers", version=version, file="config.json")


def _calibration(quantization: Mapping[str, Any]) -> str | None:
    samples = number_of(quantization.get("dataset_num_samples"))
    return f"{samples} samples" if samples else None


def _stated(quantization: Mapping[str, Any]) -> Iterator[str]:
    static = quantization.get("is_static")
    if isinstance(static, bool):
        yield f"inc_config.json says {'static' if static else 'dynamic'} quantization"


def _recipes(recipes: Mapping[str, Any]) -> Iterator[str]:
    """What Neural Compressor 3 was asked to make of each module, told together for those that were asked alike."""
    found: Counter[str] = Counter()
    for module, by_algorithm in recipes.items():
        if _MODULE.fullmatch(module):
            for algorithm, asked in object_of(by_algorithm).items():
                found[_recipe(algorithm, object_of(asked))] += 1
    if found:
        told = "; ".join(
            f"{count} Linear module{'' if count == 1 else 's'} {recipe}" for recipe, count in found.most_common()
        )
        yield f"qconfig.json asks for {told}"


def _recipe(algorithm: str, asked: Mapping[str, Any]) -> str:
    kind, bits, size = text_of(asked.get("dtype")), number_of(asked.get("bits")), number_of(asked.get("group_size"))
    if kind is None or kind.startswith(("fp32", "fp16", "bf16")):
        return f"in {kind.upper() if kind else 'no type that it names'}"
    name = f"{kind.upper()}{bits}" if kind == "int" and bits else kind.upper()
    symmetric = asked.get("use_sym")
    shared = f"groups of {size}" if size and size > 0 else "channels" if size else ""
    signs = {True: "symmetric", False: "asymmetric"}.get(symmetric, "") if isinstance(symmetric, bool) else ""
    return ", ".join(filter(None, (f"in {name} by {algorithm}", shared and f"in {shared}", signs)))
