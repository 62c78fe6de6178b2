"""Loads variations of a model, most of them broken: ``broken_checkpoints.py MODEL FOLDER``."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    GPT2Config,
    GPT2ForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from cardgen.backends.checkpoint import load_checkpoint
from cardgen.errors import StepError

base, folder = map(Path, sys.argv[1:])


def remove(*patterns: str) -> Callable[[Path], None]:
    def change(model: Path) -> None:
        for pattern in patterns:
            for file in model.glob(pattern):
                file.unlink()

    return change


def configure(**values: object) -> Callable[[Path], None]:
    def change(model: Path) -> None:
        file = model / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **values}))

    return change


def without_head(model: Path) -> None:
    AutoModelForMaskedLM.from_pretrained(base).save_pretrained(model)


def in_half(model: Path) -> None:
    AutoModelForSequenceClassification.from_pretrained(base, torch_dtype=torch.float16).save_pretrained(model)


def endless(model: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.model_max_length = 10**30
    tokenizer.save_pretrained(model)


def roberta(model: Path) -> None:
    config = RobertaConfig(
        vocab_size=200, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=40, pad_token_id=1, num_labels=2,
    )  # fmt: skip
    RobertaForSequenceClassification(config).save_pretrained(model)
    endless(model)


def unpadded(model: Path) -> None:
    config = GPT2Config(
        vocab_size=len(AutoTokenizer.from_pretrained(base)), n_embd=16, n_layer=1, n_head=2, n_positions=40,
        num_labels=3, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    GPT2ForSequenceClassification(config).save_pretrained(model)


def garble(model: Path) -> None:
    (model / "config.json").write_text("{")


CASES: dict[str, Callable[[Path], None]] = {
    "no_config": remove("config.json"),
    "no_weights": remove("*.safetensors"),
    "no_tokenizer": remove("tokenizer*", "special*", "vocab*"),
    "no_head": without_head,
    "other_head": configure(architectures=["DistilBertForTokenClassification"]),
    "other_shapes": configure(dim=32),
    "regression": configure(problem_type="regression"),
    "multi_label": configure(problem_type="multi_label_classification"),
    "twin_labels": configure(id2label={"0": "good", "1": "good", "2": "plain"}),
    "unknown_architecture": configure(model_type="no-such-architecture"),
    "remote_code": configure(model_type="mine", auto_map={"AutoConfig": "configuration_mine.MineConfig"}),
    "quantized": configure(torch_dtype="int8"),
    "not_json": garble,
    "half": in_half,
    "endless_tokenizer": endless,
    "offset_positions": roberta,
    "one_output": configure(id2label={"0": "score"}),
    "unpadded": unpadded,
}
outcomes: dict[str, object] = {}
for name, change in CASES.items():
    model = folder / name
    shutil.copytree(base, model)
    change(model)
    try:
        loaded = load_checkpoint(model, "text-classification", trust_remote_code=False)
    except StepError as error:
        outcomes[name] = {"message": error.message, "remedy": error.remedy}
        continue
    if name == "half":
        stored = AutoModelForSequenceClassification.from_pretrained(model, torch_dtype="auto").dtype
        dtypes = sorted({str(parameter.dtype) for parameter in loaded.model.parameters()})
        outcomes[name] = {"dtypes": dtypes, "stored": str(stored)}
    elif name == "unpadded":
        tokenizer = loaded.tokenizer
        texts = ["a short text", "text"]
        with torch.inference_mode():
            both = loaded.model(**tokenizer(texts, padding=True, return_tensors="pt")).logits.argmax(-1).tolist()
            alone = [loaded.model(**tokenizer(text, return_tensors="pt")).logits.argmax(-1).item() for text in texts]
        outcomes[name] = {
            "configured": loaded.model.config.pad_token_id,
            "padding": loaded.padding,
            "tokenizers": tokenizer.pad_token_id,
            "batch": both,
            "alone": alone,
        }
    else:
        tokenizer = loaded.tokenizer
        outcomes[name] = {"model_max_length": tokenizer.model_max_length, "inputs": tokenizer.model_input_names}
print(json.dumps(outcomes))
