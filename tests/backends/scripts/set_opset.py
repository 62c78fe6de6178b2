"""Makes an export say that it was made for another opset: ``set_opset.py MODEL OPSET``; it need not run."""

import json
import sys

import onnx

model = onnx.load(sys.argv[1])
model.opset_import[0].version = int(sys.argv[2])
onnx.save(model, sys.argv[1])
print(json.dumps("set"))
