"""Trains a tiny ViT that tells the colour of a square: ``train_images.py FOLDER``.

Prints the logits that it has for each image of its test data, alone, and scikit-learn's scores of them.
"""

import io
import json
import random
import sys
from pathlib import Path

import pyarrow
import torch
from datasets import ClassLabel, Dataset, Features
from datasets import Image as ImageFeature
from PIL import Image, ImageOps
from pyarrow import parquet
from sklearn import metrics
from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

COLOURS = {
    "red": (220, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 220), "yellow": (230, 220, 40),
    "pink": (240, 120, 200), "white": (250, 250, 250), "black": (10, 10, 10),
}  # fmt: skip
NAMES = list(COLOURS)
folder = Path(sys.argv[1])
folder.mkdir()
rng = random.Random(0)
torch.manual_seed(0)
torch.set_num_threads(1)


def image() -> tuple[bytes, int]:
    label = rng.randrange(len(NAMES))
    size = rng.choice([(24, 24), (32, 20), (18, 40)])
    made = Image.new("RGB", size, tuple(rng.randint(60, 190) for _ in range(3)))
    shade = tuple(min(255, max(0, part + rng.randint(-60, 60))) for part in COLOURS[NAMES[label]])
    left, top = rng.randint(0, 8), rng.randint(0, 8)
    made.paste(shade, (left, top, left + 9, top + 9))
    mode = rng.choice(["RGB", "RGB", "RGBA", "P", "L"])
    turned = Image.Exif()
    turned[0x0112] = rng.choice([1, 6, 8])
    file = io.BytesIO()
    made.convert(mode).save(file, "PNG", exif=turned)
    return file.getvalue(), label


def opened(content: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")


rows = [image() for _ in range(640)]
processor = ViTImageProcessor(size={"height": 16, "width": 16})
model = ViTForImageClassification(
    ViTConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64, image_size=16, patch_size=4,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, id2label=dict(enumerate(NAMES)),
        label2id={name: number for number, name in enumerate(NAMES)},
    )
)  # fmt: skip
pixels = [processor(opened(content), return_tensors="pt")["pixel_values"] for content, _label in rows]
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
model.train()
for _ in range(3):
    for start in range(140, len(rows), 20):
        labels = torch.tensor([label for _content, label in rows[start : start + 20]])
        model(pixel_values=torch.cat(pixels[start : start + 20]), labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
model.eval().save_pretrained(folder)
processor.save_pretrained(folder)
tests = rows[:140]
contents, labels = [content for content, _label in tests], [label for _content, label in tests]
# As datasets writes one, and as other libraries do.
features = Features({"image": ImageFeature(), "label": ClassLabel(names=NAMES)})
held = [{"bytes": content, "path": "somewhere.png"} for content in contents]
Dataset.from_dict({"image": held, "label": labels}, features=features).to_parquet(folder / "test.parquet")
plain = pyarrow.table({"image": contents, "label": [NAMES[label] for label in labels]})
parquet.write_table(plain, folder / "plain.parquet")
trained_on = pyarrow.table({"image": [content for content, _label in rows[140:200]]})
parquet.write_table(trained_on, folder / "train.parquet")
with torch.no_grad():
    logits = torch.cat([model(pixel_values=each).logits for each in pixels[:140]])
found = logits.argmax(-1).tolist()
print(json.dumps({
    "logits": logits.tolist(),
    "labels": labels,
    "scores": {
        "accuracy": metrics.accuracy_score(labels, found),
        "top_5_accuracy": metrics.top_k_accuracy_score(labels, logits.numpy(), k=5, labels=range(len(NAMES))),
        "f1": metrics.f1_score(labels, found, average="macro"),
        "matthews_correlation": metrics.matthews_corrcoef(labels, found),
    },
}))  # fmt: skip
