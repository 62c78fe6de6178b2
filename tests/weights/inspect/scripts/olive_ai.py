"""Olive's dynamic quantization, with the release that it notes: ``python olive_ai.py MODEL.onnx FOLDER``.

olive-ai 0.13.0, onnxruntime 1.31.1, onnx 1.23.2.
"""

from __future__ import annotations

import shutil
import sys

from olive.hardware import DEFAULT_CPU_ACCELERATOR
from olive.model import ONNXModelHandler
from olive.passes.olive_pass import create_pass_from_dict
from olive.passes.onnx.quantization import OnnxDynamicQuantization

model, folder = sys.argv[1:]
recipe = create_pass_from_dict(
    OnnxDynamicQuantization, {}, disable_search=True, accelerator_spec=DEFAULT_CPU_ACCELERATOR
)
made = recipe.run(ONNXModelHandler(model), f"{folder}/olive")
shutil.move(made.model_path, f"{folder}/olive-dynamic.onnx")
