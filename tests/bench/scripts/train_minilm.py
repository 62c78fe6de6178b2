"""Fine-tunes MiniLM to tell a character's category by its name: ``ENCODER FOLDER SAMPLES``.

Writes ``calibration.csv`` (that many rows of the training), ``test.csv`` and ``model/`` into ``FOLDER``; and
``outliers/``, the same model but for outliers in its attention, as large models have them. The embeddings stay as they
are, and the rows are few: the model is to be good, not perfect, so that one sees what quantization costs.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from cardgen.demo.train import character_names, split, write_rows

SEED = 0
TRAINING = 6000
TEST = 2000
EPOCHS = 2
BATCH = 32
MAX_TOKENS = 32
LEARNING_RATE = 3e-4
OUTLIER = 100.0
LAYERS_WITH_OUTLIERS = 3


def main(encoder: str, folder: Path, samples: int) -> None:
    """Train and save."""
    training, test = (rows[:count] for rows, count in zip(split(character_names()), (TRAINING, TEST), strict=True))
    folder.mkdir(parents=True)
    write_rows(folder / "calibration.csv", training[:samples])
    write_rows(folder / "test.csv", test)
    labels = sorted({category for _name, category in training + test})
    torch.manual_seed(SEED)
    tokenizer = AutoTokenizer.from_pretrained(encoder, model_max_length=MAX_TOKENS)
    model = AutoModelForSequenceClassification.from_pretrained(
        encoder, id2label=dict(enumerate(labels)), label2id={label: index for index, label in enumerate(labels)}
    )
    model.bert.embeddings.requires_grad_(requires_grad=False)
    tokens = tokenizer([name for name, _category in training], truncation=True)["input_ids"]
    steps = EPOCHS * -(-len(training) // BATCH)
    optimizer = torch.optim.AdamW([part for part in model.parameters() if part.requires_grad], lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, steps)
    chance = random.Random(SEED)
    model.train()
    for _epoch in range(EPOCHS):
        order = sorted(range(len(training)), key=lambda row: len(tokens[row]) + chance.random() * 4)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            inputs = tokenizer.pad({"input_ids": [tokens[row] for row in batch]}, return_tensors="pt")
            targets = torch.tensor([model.config.label2id[training[row][1]] for row in batch])
            model(**inputs, labels=targets).loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    model.eval()
    model.save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    add_outliers(model)
    model.save_pretrained(folder / "outliers")
    tokenizer.save_pretrained(folder / "outliers")


def add_outliers(model: Any) -> None:
    """Make one channel of some layers large, and small again behind it: the same in FP32, and worse in INT8."""
    with torch.no_grad():
        for layer in model.bert.encoder.layer[:LAYERS_WITH_OUTLIERS]:
            value, dense = layer.attention.self.value, layer.attention.output.dense
            value.weight[0] *= OUTLIER
            value.bias[0] *= OUTLIER
            dense.weight[:, 0] /= OUTLIER


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
