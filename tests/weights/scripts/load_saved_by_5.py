"""Loads tiny models as version 5 saves them, beside what version 4 makes of the same: ``load_saved_by_5.py … FOLDER``.

The first argument is a tokenizer's folder, the second the file of :mod:`save_with_5`. Both versions write the same
weights; their configurations differ.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import CONFIG_MAPPING, AutoTokenizer, ViTImageProcessor

from cardgen.backends.checkpoint import load_checkpoint
from cardgen.errors import StepError

tokenizer_folder, saved_file, folder = map(Path, sys.argv[1:])
cases = json.loads((Path(__file__).parent / "architectures.json").read_text())
saved = json.loads(saved_file.read_text())
here = ".".join(transformers.__version__.split(".")[:2])
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
torch.manual_seed(0)
ids = torch.randint(3, 60, (2, 40))
found: dict[str, dict[str, Any]] = {}
for name, case in cases.items():
    model = folder / name
    if here not in case["versions"]:
        model.mkdir(parents=True)
        (model / "config.json").write_text(json.dumps(saved["models"][name]))
    else:
        config = CONFIG_MAPPING[case["model_type"]](**case["sizes"], **case["in_4"])
        original = getattr(transformers, case["class"])(config).eval()
        for parameter in original.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
        original.save_pretrained(model)
        (model / "config.json").write_text(json.dumps(saved["models"][name]))
        if case["task"] == "image-classification":
            ViTImageProcessor(size={"height": 16, "width": 16}).save_pretrained(model)
        else:
            tokenizer.save_pretrained(model)
            (model / "tokenizer_config.json").write_text(json.dumps(saved["tokenizers"]["generic"]))
    try:
        base = load_checkpoint(model, case["task"], trust_remote_code=False)
    except StepError as error:
        found[name] = {"refused": error.message, "remedy": error.remedy}
        continue
    inputs = {"pixel_values": torch.randn(2, 3, 16, 16)} if case["model_type"] == "vit" else {"input_ids": ids}
    if base.model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = ids[:, :9]
    if case["task"] == "multiple-choice":
        inputs = {"input_ids": ids[None]}
    with torch.inference_mode():
        here_says, there_says = base.model(**inputs), original(**inputs)
    pairs = zip(here_says.to_tuple()[:2], there_says.to_tuple()[:2], strict=True)
    gaps = [float((a - b).abs().max()) for a, b in pairs if isinstance(a, torch.Tensor)]
    found[name] = {"gap": max(gaps), "written": base.written}
    base.model.config.save_pretrained(folder / "published")
    found[name]["published"] = "rope_parameters" in json.loads((folder / "published" / "config.json").read_text())
print(json.dumps({"version": here, "models": found}))
