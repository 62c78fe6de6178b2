"""Reads samples as steps do, many of them wrong in some way: ``read_all.py FOLDER``, which holds ``asked.json``.

Prints for each what a step is told to be wrong, or nothing where it is read, and all that a look before it tells.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from cardgen.data.needs import Need
from cardgen.errors import StepError
from cardgen.evaluation.answering.predict import read_samples
from cardgen.evaluation.look import look_at
from cardgen.evaluation.samples.calibration import calibration_samples
from cardgen.evaluation.task import ModelFiles
from cardgen.records.request import CalibrationRequest, PredictRequest

folder = Path(sys.argv[1])
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
words = Tokenizer(models.WordLevel({mark: at for at, mark in enumerate(MARKS)}, unk_token="[UNK]"))
words.pre_tokenizer = pre_tokenizers.Whitespace()
words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
words.save(str(folder / "words.json"))
PreTrainedTokenizerFast(
    tokenizer_file=str(folder / "words.json"), model_max_length=32, unk_token="[UNK]", cls_token="[CLS]",
    sep_token="[SEP]", pad_token="[PAD]",
).save_pretrained(folder)  # fmt: skip
model = ModelFiles(folder)


def told(asked: dict[str, Any]) -> str | None:
    path = folder / asked["file"]
    try:
        if "calibration" in asked:
            calibration_samples(CalibrationRequest.model_validate(asked["calibration"]), asked["task"], model, path)
        else:
            read_samples(PredictRequest.model_validate(asked["predict"]), model, path)
    except StepError as error:
        return error.message
    return None


def looked(asked: dict[str, Any]) -> list[str]:
    need = Need.model_validate(asked["need"])
    return [fault.message for fault in look_at(need, folder / asked["file"], model.labels)]


print(json.dumps([(told(asked), looked(asked)) for asked in json.loads((folder / "asked.json").read_text())]))
