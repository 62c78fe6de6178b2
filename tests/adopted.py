"""Projects whose models somebody else made: real files, written by the tools themselves (tests/weights/inspect)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from cardgen.card.assemble import card_place
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.build import build
from cardgen.records.evidence import Evidence

MODELS = Path(__file__).parent / "weights" / "inspect"

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


def project(root: Path, variants: dict[str, object], base: Mapping[str, object] | None = None) -> Path:
    """A project with real files in ``models`` and a manifest that names some of them."""
    (root / ".git").mkdir(exist_ok=True)
    manifest = root / "gull.yaml"
    content = {
        "version": 1,
        "repo_id": "acme/gull-quantized",
        "card": "quantized",
        "title": "Gull, quantized",
        "task": "text-generation",
        "base_model": base or {"id": "acme/tiny-base", "precision": "BF16"},
        "metadata": {"license": "apache-2.0"},
        "variants": {name: {"made": made} for name, made in variants.items()},
    }
    manifest.write_text(yaml.safe_dump(content, sort_keys=False))
    return manifest


def gguf_set(root: Path) -> Path:
    """Two files of one folder."""
    shutil.copytree(MODELS / "gguf" / "models", root / "models")
    return project(root, {f"q{n}": {"path": "models", "file": f"Q{n}_K{m}.gguf"} for n, m in ((4, "_M"), (2, ""))})


def built(manifest: Path) -> tuple[LoadedManifest, Evidence, str]:
    """The manifest, its evidence and its card."""
    loaded = load_manifest(manifest)
    build(loaded)
    place = card_place(loaded)
    return loaded, place.read_evidence(), place.readme.read_text()


def copied(root: Path, *names: str) -> Path:
    """Real folders of safetensors under ``models``, each a variant."""
    for name in names:
        shutil.copytree(MODELS / "models" / name, root / "models" / name)
    return project(root, {name.replace(".", "-"): {"path": f"models/{name}"} for name in names})
