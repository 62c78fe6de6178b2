"""The code that loads an artifact from the Hub, as a card prints it."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.onnx_files import onnx_files
from cardgen.catalog.task_code import EXAMPLE_INPUTS, TASK_CODE, literal, python_code

_WITHOUT_CLASS = frozenset({("neural-compressor", "image-classification")})
"""Backends and tasks for whose models there is no class; figures of such may be reported all the same."""


def has_snippet(task: str, backend: str) -> bool:
    """Whether there is code to print that loads a backend's models of a task."""
    return backend in BACKENDS and task in TASK_CODE and (backend, task) not in _WITHOUT_CLASS


def lacks_class(task: str, backend: str) -> bool:
    """Whether a backend's models of a task cannot be loaded by the library that loads its others."""
    return (backend, task) in _WITHOUT_CLASS


def loading_snippet(
    backend: str,
    task: str,
    repo_id: str,
    subfolder: str,
    roles: tuple[str, ...],
    *,
    quantized: bool,
    trust_remote_code: bool,
    own_layout: bool = True,
    prefix: str = "",
    languages: tuple[str | None, str | None] = (None, None),
) -> str:
    """Code that loads one variant and puts one input through it.

    Args:
        backend: the variant's backend.
        task: one for which :func:`has_snippet` holds, with that backend.
        repo_id: where the artifact is published.
        subfolder: the variant's folder there; empty for the root.
        roles: the columns of the evaluation, such as ``text`` and ``text_pair``.
        quantized: whether it is INT8, else an FP32 export.
        trust_remote_code: whether the model runs code of its repository.
        own_layout: whether cardgen laid the files out; else none of their places is named, and the library looks.
        prefix: what stands before a text.
        languages: that of a text, and that which is written, where the tokenizer is told.
    """
    subfolder = subfolder if own_layout else ""
    location = f", subfolder={literal(subfolder)}" if subfolder else ""
    if trust_remote_code:
        location += ", trust_remote_code=True"
    onnx = backend == "onnxruntime"
    given = [EXAMPLE_INPUTS[role] for role in ("text", "text_pair") if role in roles] or [EXAMPLE_INPUTS["text"]]
    if prefix:
        given[0] = f"{literal(prefix)} + {given[0]}"
    told = zip(("src_lang", "tgt_lang"), languages, strict=True)
    return python_code(
        task,
        "optimum.onnxruntime" if onnx else "optimum.intel",
        "ORTModel" if onnx else "INCModel",
        repo_id,
        location=location + "".join(f", {name}={literal(code)}" for name, code in told if code),
        arguments=_arguments(location, onnx_files(task, quantized=quantized) if onnx and own_layout else {}),
        example_inputs=tuple(given),
        headless=not onnx,  # optimum-intel's class for a model without a head
    )


def _arguments(location: str, files: Mapping[str, str]) -> str:
    """What ``from_pretrained`` is called with: in a line, or where several files are named, in a line each."""
    arguments = [f"model_id{location}", *(f"{argument}={literal(file)}" for argument, file in files.items())]
    return ", ".join(arguments) if len(files) < 2 else "".join(f"\n    {argument}," for argument in arguments) + "\n"
