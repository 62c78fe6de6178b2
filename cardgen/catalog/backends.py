"""The backends that exist, described without importing any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

_EVALUATION_PACKAGES = (
    "datasets",
    "numpy",
    "rouge-score",
    "sacrebleu",
    "scikit-learn",
    "scipy",
    "seqeval",
    "tokenizers",
    "torch",
    "transformers",
)


@dataclass(frozen=True)
class BackendInfo:
    """What the core needs to know of a backend before, and without, running it."""

    name: str
    title: str
    """The library that quantizes, as a card names it."""
    url: str
    package: str
    """Its distribution, whose version a card names."""
    runtime: str
    """What loads its artifacts: ``pytorch`` or ``onnx``."""
    runtime_title: str
    library: str
    """Whose classes load its artifacts, by the name that the Hub knows libraries by."""
    environments: tuple[str, ...]
    """Managed environments that can run it, the one made for it first."""
    tasks: tuple[str, ...]
    options: tuple[str, ...]
    """The keys of a variant's ``options`` that apply."""
    decisive_packages: tuple[str, ...]
    """Distributions whose version can change a result: they are part of every fingerprint."""
    install: tuple[str, ...]
    """What a reader installs to load an artifact: distributions, with extras, from ``decisive_packages``."""
    tags: tuple[str, ...]
    """What a card is tagged with on the Hub."""
    pickled: bool
    """Whether the weights are a pickle, which can run code when it is opened."""
    export_tasks: tuple[str, ...]
    """Tasks for which its FP32 export can be published as it is (``approach: none``)."""


BACKENDS: Mapping[str, BackendInfo] = {
    info.name: info
    for info in (
        BackendInfo(
            name="neural-compressor",
            title="Intel Neural Compressor",
            url="https://github.com/intel/neural-compressor",
            package="neural-compressor",
            runtime="pytorch",
            runtime_title="PyTorch",
            library="optimum",
            environments=("neural-compressor",),
            tasks=(
                "text-classification",
                "multi-label-classification",
                "text-regression",
                "token-classification",
                "question-answering",
                "summarization",
                "translation",
                "fill-mask",
                "text-generation",
                "multiple-choice",
                "sentence-similarity",
            ),
            options=(),
            decisive_packages=("neural-compressor", "optimum", "optimum-intel", *_EVALUATION_PACKAGES),
            install=("torch", "neural-compressor[pt]", "optimum-intel", "optimum", "transformers", "numpy"),
            tags=("neural-compressor",),
            pickled=True,
            export_tasks=(),
        ),
        BackendInfo(
            name="onnxruntime",
            title="ONNX Runtime",
            url="https://onnxruntime.ai",
            package="onnxruntime",
            runtime="onnx",
            runtime_title="ONNX",
            library="optimum",
            environments=("onnxruntime", "neural-compressor"),
            tasks=(
                "text-classification",
                "multi-label-classification",
                "text-regression",
                "token-classification",
                "question-answering",
                "summarization",
                "translation",
                "fill-mask",
                "text-generation",
                "multiple-choice",
                "sentence-similarity",
                "image-classification",
            ),
            options=("per_channel", "reduce_range", "operators", "exclude_nodes", "opset"),
            decisive_packages=("onnx", "onnxruntime", "optimum", "optimum-onnx", "pillow", *_EVALUATION_PACKAGES),
            install=("optimum-onnx[onnxruntime]", "onnxruntime", "optimum", "transformers"),
            tags=("onnx", "onnxruntime"),
            pickled=False,
            export_tasks=(
                "text-classification",
                "multi-label-classification",
                "text-regression",
                "fill-mask",
                "feature-extraction",
                "question-answering",
                "token-classification",
                "summarization",
                "translation",
                "text-generation",
                "multiple-choice",
                "sentence-similarity",
                "image-classification",
            ),
        ),
    )
}

ELSEWHERE = BackendInfo(
    name="elsewhere",
    title="not stated",
    url="",
    package="",
    runtime="elsewhere",
    runtime_title="not stated",
    library="",
    environments=(),
    tasks=(),
    options=(),
    decisive_packages=(),
    install=(),
    tags=(),
    pickled=False,
    export_tasks=(),
)
"""Of a variant that others made with what no backend is: it is reported and never run."""

ADOPTED = replace(ELSEWHERE, name="adopted", runtime="adopted")
"""Of a variant that others made and whose files are read (``made``): no manifest names it."""


def backend_info(name: str) -> BackendInfo:
    """A backend by name, or :data:`ELSEWHERE`, or :data:`ADOPTED`.

    Raises:
        KeyError: there is none of that name.
    """
    return next((info for info in (ELSEWHERE, ADOPTED) if info.name == name), None) or BACKENDS[name]


RUNNABLE_TASKS = tuple(dict.fromkeys(task for info in BACKENDS.values() for task in info.tasks))
"""Tasks that some backend can measure."""
