"""Prints the types of operators that the installed ONNX Runtime quantizes."""

import json

from onnxruntime.quantization.registry import IntegerOpsRegistry, QDQRegistry, QLinearOpsRegistry

print(json.dumps({"dynamic": sorted(IntegerOpsRegistry), "static": sorted({*QDQRegistry, *QLinearOpsRegistry})}))
