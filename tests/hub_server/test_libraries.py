"""datasets and transformers, in the backend environments, load what the loopback Hub holds."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cardgen.run.environments import ensure_environment
from tests.hub_server import HubServer

MAKE = """
import sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
from transformers import DistilBertConfig, DistilBertForSequenceClassification, DistilBertTokenizerFast

out = Path(sys.argv[1])
for config, rows in {"en": 3, "de": 5}.items():
    (out / "data" / config).mkdir(parents=True)
    names = pa.table({"name": [f"{config} {n}" for n in range(rows)], "category": list(range(rows))})
    pq.write_table(names, out / "data" / config / "test.parquet")
(out / "vocab.txt").write_text("\\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]))
DistilBertTokenizerFast(str(out / "vocab.txt")).save_pretrained(out / "model")
config = DistilBertConfig(vocab_size=7, dim=8, n_layers=1, n_heads=1, hidden_dim=8, max_position_embeddings=8)
DistilBertForSequenceClassification(config).save_pretrained(out / "model")
"""

LOAD = """
import json, sys
import datasets, transformers
from huggingface_hub import snapshot_download

commit = sys.argv[1]
found = {
    config: datasets.load_dataset("tester/names", config, split="test", revision=commit)[0]["name"]
    for config in ("en", "de")
}
found["csv"] = datasets.load_dataset("tester/plain", split="train")[0]["text"]
found["tokens"] = transformers.AutoTokenizer.from_pretrained("tester/model")("a b")["input_ids"]
model = transformers.AutoModelForSequenceClassification.from_pretrained("tester/model")
found["labels"] = model.config.num_labels
found["snapshot"] = snapshot_download("tester/model").rsplit("/", 1)[1]
print(json.dumps(found))
"""

CARD = b"""---
configs:
- config_name: en
  data_files:
  - {split: test, path: en/test.parquet}
- config_name: de
  data_files:
  - {split: test, path: de/test.parquet}
---
"""


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["neural-compressor", "onnxruntime"])
def test_datasets_and_models_load(name: str, tmp_path: Path) -> None:
    python = ensure_environment(name)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "PYTHON"))}
    subprocess.run([python, "-c", MAKE, tmp_path], check=True, env=inherited, cwd=tmp_path)
    with HubServer() as hub:
        data = hub.add("tester/names", {"README.md": CARD, **files_in(tmp_path / "data")}, repo_type="dataset")
        hub.add("tester/plain", {"train.csv": b"text,label\nhello,1\n"}, repo_type="dataset")
        model = hub.add("tester/model", files_in(tmp_path / "model"), private=True)
        hub_variables = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, "HF_HOME": str(tmp_path / "hf")}
        ran = subprocess.run(
            [python, "-c", LOAD, data.resolve("main").oid],
            env=inherited | hub_variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout.splitlines()[-1]) == {
            "en": "en 0",
            "de": "de 0",
            "csv": "hello",
            "tokens": [2, 5, 6, 3],
            "labels": 2,
            "snapshot": model.resolve("main").oid,
        }
