"""Copies an ONNX export and adds to one number in it: ``perturb.py EXPORT COPY WEIGHT ROW CHANGE``.

It is the first in that row of the weight; the rows of an embedding are the tokens.
"""

import json
import shutil
import sys
from pathlib import Path

import onnx
from onnx import numpy_helper

export, copy, weight, row, change = sys.argv[1:]
shutil.copytree(export, copy)
file = Path(copy) / "model.onnx"
model = onnx.load(file)
(stored,) = [tensor for tensor in model.graph.initializer if tensor.name == weight]
array = numpy_helper.to_array(stored).copy()
array.reshape(len(array), -1)[int(row), 0] += float(change)
stored.CopyFrom(numpy_helper.from_array(array, stored.name))
onnx.save(model, file)
print(json.dumps("perturbed"))
