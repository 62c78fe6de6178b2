"""Where each variant's files lie in the published repository."""

from __future__ import annotations

from collections.abc import Mapping

ONNX_FOLDER = "onnx"
"""The Hub's convention for ONNX weights beside others."""

ASSETS = "assets"
"""The folder of a card's pictures."""

_TAKEN = frozenset({ONNX_FOLDER, ASSETS, "exports"})


def variant_folder(runtimes: Mapping[str, str]) -> dict[str, str]:
    """The folder of each variant in the repository: '' for its root, else a POSIX path.

    A single PyTorch variant lies at the root, where ``from_pretrained`` looks; several lie each under its own name.
    The first ONNX variant lies in ``onnx``, any further one in ``onnx/<variant>``, so that adding one moves none.

    What others made lies where they put it, and its card is at the root.

    Args:
        runtimes: variant name to its backend's runtime, in the manifest's order.
    """
    pytorch = [name for name, runtime in runtimes.items() if runtime == "pytorch"]
    onnx = [name for name, runtime in runtimes.items() if runtime == "onnx"]
    folders = {pytorch[0]: ""} if len(pytorch) == 1 else {name: free_folder(name, pytorch) for name in pytorch}
    folders |= {name: f"{ONNX_FOLDER}/{name}" if later else ONNX_FOLDER for later, name in enumerate(onnx)}
    folders |= {name: "" for name in runtimes if name not in folders}
    return {name: folders[name] for name in runtimes}


def free_folder(name: str, siblings: list[str]) -> str:
    """``name``, or the nearest that neither ``onnx``, ``assets``, ``exports`` nor another variant's name takes."""
    folder = name
    while folder in _TAKEN or (folder != name and folder in siblings):
        folder = f"{folder}-pytorch"
    return folder
