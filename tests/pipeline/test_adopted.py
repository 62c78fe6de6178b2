"""Cards of models that somebody else made, whose files real tools wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from cardgen.card.assemble import card_place
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.build import build
from cardgen.records.evidence import Evidence
from cardgen.review.check.card import check

MODELS = Path(__file__).parent.parent / "weights" / "inspect"


def project(root: Path, variants: dict[str, object], base: dict[str, object] | None = None) -> Path:
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


def test_several_files_of_a_folder_are_variants_of_one_card(tmp_path: Path) -> None:
    loaded, evidence, card = built(gguf_set(tmp_path))
    assert [(record.variant, record.method, record.weight_files) for record in evidence.inspected] == [
        ("q4", "Q4_K_M", ("Q4_K_M.gguf",)),
        ("q2", "Q2_K", ("Q2_K.gguf",)),
    ]
    assert not evidence.records
    assert not evidence.reported
    sha256 = next(file.sha256 for record in evidence.inspected for file in record.files)
    assert f"| `q4` | `Q4_K_M.gguf` | Q4_K_M | 5.150 | 0.26 MB | `{sha256}` |" in card
    assert "hf download acme/gull-quantized Q4_K_M.gguf\n" in card
    assert not check(loaded).findings
