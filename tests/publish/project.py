"""A project whose card is built: manifest, evidence, card and stored artifacts, as a build leaves them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import yaml

from cardgen.card.assemble import card_place
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.write import write_card
from cardgen.records.record import ArtifactFile, DoneRecord
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.sealed_text import read_seal
from cardgen.records.store import Store
from tests.factory import make_evidence

PYTORCH: dict[str, object] = {"backend": "neural-compressor", "approach": "dynamic"}
ONNX: dict[str, object] = {"backend": "onnxruntime", "approach": "dynamic"}


class Project:
    """One manifest in a folder of its own, and the means to build it anew with other outcomes."""

    def __init__(
        self,
        root: Path,
        *,
        repo_id: str = "tester/names-int8",
        variants: dict[str, dict[str, object]] | None = None,
        name: str = "names",
        publish: dict[str, object] | None = None,
    ) -> None:
        self.root = root
        self.repo_id = repo_id
        self.variants = variants or {"pytorch": PYTORCH, "onnx": ONNX}
        self.publish = publish or {}
        self.store = Store(root)
        self.manifest = root / f"{name}.yaml"
        (root / ".git").mkdir(parents=True, exist_ok=True)
        self.build()

    def build(
        self, *, accuracy: float = 0.912109375, title: str = "INT8 names", weights: bytes | int = b"\x80weights"
    ) -> None:
        """Write everything, with this title, accuracy of the variants, and content of their weight files.

        Weights of so many bytes are zeros that take no room on the disk.
        """
        manifest = json.loads(json.dumps(self._manifest(title)))  # without shared parts, which YAML would alias
        self.manifest.write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
        loaded = self.loaded
        evidence = make_evidence(loaded.manifest, dict.fromkeys(self.variants, accuracy))
        records = tuple(self._with_files(record, weights) for record in evidence.records)
        evidence = evidence.model_copy(update={"records": records})
        place = card_place(loaded)
        files = card_files(loaded, evidence, place)
        write_card(loaded, place, files, evidence, overwrite=True, log=lambda _line: None)

    @property
    def loaded(self) -> LoadedManifest:
        return load_manifest(self.manifest)

    @property
    def card(self) -> Path:
        return self.root / "cards" / self.manifest.stem

    @property
    def readme(self) -> str:
        """The card as it is published: without its hash."""
        return read_seal((self.card / "README.md").read_text(encoding="utf-8"))[0]

    def _manifest(self, title: str) -> dict[str, object]:
        return {
            "version": 1,
            "repo_id": self.repo_id,
            "publish": self.publish,
            "title": title,
            "task": "text-classification",
            "base_model": {"id": "someone/names", "revision": "1" * 40},
            "metadata": {"license": "apache-2.0", "language": ["en"]},
            "variants": self.variants,
            "evaluation": {
                "dataset": {"id": "someone/names-data", "split": "test", "revision": "2" * 40},
                "columns": {"text": "name", "label": "category"},
                "metrics": ["accuracy"],
            },
        }

    def _with_files(self, record: DoneRecord, weights: bytes | int) -> DoneRecord:
        """The same outcome with files in the store; those of a variant are what its backend leaves."""
        result = record.result
        files: dict[str, bytes | int] = {"made.bin": b"\x00"}
        if isinstance(result, QuantizeResult):
            name = "model_quantized.onnx" if record.request.backend == "onnxruntime" else "pytorch_model.bin"
            config = {"_name_or_path": "/home/somebody/model", "architectures": ["BertForSequenceClassification"]}
            files = {name: weights, "config.json": json.dumps(config).encode(), "vocab.txt": b"[PAD]\n"}
            result = result.model_copy(update={"weight_bytes": weights if isinstance(weights, int) else len(weights)})
        artifact = self._keep(record.fingerprint, files)
        return record.model_copy(update={"result": result, "artifact": artifact})

    def _keep(self, fingerprint: str, files: dict[str, bytes | int]) -> tuple[ArtifactFile, ...]:
        with self.store.scratch(fingerprint) as scratch:
            made = scratch / "artifact"
            made.mkdir()
            for path, content in files.items():
                (made / path).write_bytes(b"" if isinstance(content, int) else content)
                if isinstance(content, int):
                    os.truncate(made / path, content)
            return self.store.keep_artifact(fingerprint, made)
