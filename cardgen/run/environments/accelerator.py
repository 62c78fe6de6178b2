"""Whether a machine can use CUDA packages, and which packages those are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

CUDA_PACKAGE = re.compile(r"(nvidia-|cuda-|(pytorch-)?triton$)")
"""Normalised names of what PyTorch's CUDA build for Linux asks for."""

DEVICES = (Path("/dev/nvidia0"),)


def has_nvidia_gpu() -> bool:
    """Whether the machine has an NVIDIA GPU that its driver can see."""
    if any(device.exists() for device in DEVICES):
        return True
    try:
        # Under WSL there is no device file, but the tool answers.
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and "GPU" in listed.stdout
