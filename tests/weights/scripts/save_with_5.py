"""Writes what transformers 5 writes of tiny models: ``save_with_5.py FILE``, in an environment that has it and PyTorch.

`tests/weights/saved_by_5.json` was written by it with transformers 5.24.0.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models
from transformers import CONFIG_MAPPING, PreTrainedTokenizerFast, T5Tokenizer

HERE = Path(__file__).parent
cases = json.loads((HERE / "architectures.json").read_text())
saved: dict[str, Any] = {"transformers": transformers.__version__, "models": {}, "tokenizers": {}}
with tempfile.TemporaryDirectory() as folder:
    for name, case in cases.items():
        config = CONFIG_MAPPING[case["model_type"]](**case["sizes"], **case["in_5"])
        model = getattr(transformers, case["class"])(config)
        torch.manual_seed(0)
        model.save_pretrained(Path(folder) / name)
        saved["models"][name] = json.loads((Path(folder) / name / "config.json").read_text())
    core = Tokenizer(models.WordLevel({"[PAD]": 0, "[UNK]": 1, "[X]": 2, "text": 3}, unk_token="[UNK]"))
    for name, tokenizer in {
        "generic": PreTrainedTokenizerFast(tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]"),
        "extra": PreTrainedTokenizerFast(tokenizer_object=core, pad_token="[PAD]", extra_special_tokens=["[X]"]),
        "t5": T5Tokenizer(vocab=[("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)], extra_ids=2),
    }.items():
        tokenizer.save_pretrained(Path(folder) / name)
        saved["tokenizers"][name] = json.loads((Path(folder) / name / "tokenizer_config.json").read_text())
Path(sys.argv[1]).write_text(json.dumps(saved, indent=1, sort_keys=True) + "\n")
