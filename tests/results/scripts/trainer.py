"""What transformers' Trainer writes: ``python trainer.py FOLDER``. transformers 5.24.0, torch 2.13.0."""

from __future__ import annotations

import sys

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

torch.manual_seed(0)
config = BertConfig(
    vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=2
)
data = [{"input_ids": [n % 30, 1, 2], "labels": n % 2} for n in range(24)]
arguments = TrainingArguments(
    sys.argv[1], num_train_epochs=1, report_to=[], use_cpu=True, save_strategy="no", per_device_eval_batch_size=8
)
trainer = Trainer(
    BertForSequenceClassification(config),
    arguments,
    train_dataset=data,
    eval_dataset=data,
    compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
)
trained = trainer.train()
trainer.save_metrics("train", trained.metrics)
metrics = trainer.evaluate()
metrics["eval_samples"] = len(data)
trainer.save_metrics("eval", metrics)
