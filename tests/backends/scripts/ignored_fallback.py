"""Quantizes an export as one might who does not know how Neural Compressor renames layers, then checks the artifact.

``ignored_fallback.py EXPORT ARTIFACT``; prints what cardgen's check of the saved artifact says.
"""

import json
import shutil
import sys
from pathlib import Path

from neural_compressor import PostTrainingQuantConfig
from neural_compressor.quantization import fit

from cardgen.backends.checkpoint import load_weights, module_names
from cardgen.backends.modules import check_artifact
from cardgen.backends.neural_compressor import quantize
from cardgen.backends.neural_compressor.runner import load_artifact
from cardgen.errors import StepError

export, artifact = map(Path, sys.argv[1:])
shutil.copytree(export, artifact, ignore=shutil.ignore_patterns("*.safetensors"))
model, _ = load_weights(export, "text-classification", None, trust_remote_code=False)
names = module_names(model)
fp32 = {"weight": {"dtype": ["fp32"]}, "activation": {"dtype": ["fp32"]}}
config = PostTrainingQuantConfig(approach="dynamic", op_name_dict={"classifier": fp32}, excluded_precisions=["bf16"])
quantize.write_files(quantize.Fitted(fit(model, conf=config), config), model.config, artifact)
int8, _ = quantize.read_precisions(load_artifact(artifact, "text-classification", trust_remote_code=False), names)
try:
    check_artifact(("classifier",), int8.all, empty=False)
except StepError as error:
    print(json.dumps(error.message))
else:
    print(json.dumps("nothing"))
