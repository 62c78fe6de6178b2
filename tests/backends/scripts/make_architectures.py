"""Writes tiny untrained classifiers of several architectures: ``make_architectures.py FOLDER``."""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
)

folder = Path(sys.argv[1])
torch.manual_seed(0)
words = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "short", "long", "text"])}
core = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
core.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]", model_max_length=40)
size = {
    "vocab_size": len(words),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 40,
    "num_labels": 3,
    "pad_token_id": 0,
}
for name, model in {
    "bert": BertForSequenceClassification(BertConfig(**size)),
    "roberta": RobertaForSequenceClassification(RobertaConfig(**size, type_vocab_size=1)),
}.items():
    for parameter in model.parameters():
        # Fresh biases are all zero, and the exporter merges equal tensors, which trained models do not have.
        torch.nn.init.normal_(parameter, std=0.05)
    model.save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
print(json.dumps("made"))
