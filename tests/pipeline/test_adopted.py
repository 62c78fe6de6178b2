"""Cards of models that somebody else made, whose files real tools wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.card.assemble import card_place
from cardgen.errors import EvidenceError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.render import render
from cardgen.records.evidence_file import dump_evidence
from cardgen.review.check.card import check
from tests.adopted import MODELS, POINTER, built, copied, gguf_set, project
from tests.weights.inspect.gguf.test_header import gguf


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


def told(loaded: LoadedManifest) -> list[str]:
    return [finding.told for finding in check(loaded).findings]


def test_a_changed_file_is_stale(tmp_path: Path) -> None:
    loaded, _evidence, _card = built(copied(tmp_path, "ct-w4a16-g32"))
    folder = tmp_path / "models" / "ct-w4a16-g32"
    config = (folder / "config.json").read_text()
    assert told(loaded) == []
    (folder / "config.json").write_text(config + "\n")
    assert told(loaded) == ["models/ct-w4a16-g32/config.json has changed since it was read"]
    (folder / "config.json").write_text(config)
    (folder / "tokenizer.json").write_text("{}")
    assert told(loaded) == ["models/ct-w4a16-g32/tokenizer.json has changed since it was read"]
    (folder / "tokenizer.json").unlink()
    (folder / "README.md").write_text("---\nbase_model: acme/another\n---\n")
    assert told(loaded) == [
        "what lies beside the weights in models/ct-w4a16-g32 says something else of them than was read"
    ]


def test_another_file_is_stale_until_it_is_read(tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    built(manifest)
    manifest.write_text(manifest.read_text().replace("Q4_K_M", "IQ4_XS"))
    loaded = load_manifest(manifest)
    assert told(loaded) == [
        "variants.q4.made: what was read is models, Q4_K_M.gguf, and the manifest names models, IQ4_XS.gguf"
    ]
    with pytest.raises(EvidenceError, match="inspect q4: no record fits"):
        render(loaded)
    _loaded, evidence, _card = built(manifest)
    assert [record.method for record in evidence.inspected] == ["IQ4_XS", "Q2_K"]


@pytest.mark.parametrize("how", ["gone", "pointer"])
def test_files_that_are_not_here_are_not_verified(how: str, tmp_path: Path) -> None:
    loaded, _evidence, card = built(gguf_set(tmp_path))
    file = tmp_path / "models" / "Q2_K.gguf"
    file.unlink()
    if how == "pointer":
        file.write_text(POINTER)
    report = check(loaded)
    assert not report.findings
    assert report.unverified == ("models/Q2_K.gguf",)
    assert render(loaded).readme.read_text() == card


def test_nothing_is_kept_of_a_variant_that_is_gone(tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    built(manifest)
    manifest.write_text(manifest.read_text().partition("  q2:")[0])
    loaded = load_manifest(manifest)
    assert told(loaded) == ["the evidence holds what the files of `q2` show, which the manifest does not ask for"]
    _loaded, evidence, _card = built(manifest)
    assert [record.variant for record in evidence.inspected] == ["q4"]


def test_evidence_of_another_reading_is_not_used(tmp_path: Path) -> None:
    loaded, evidence, _card = built(gguf_set(tmp_path))
    old = evidence.inspected[0].model_copy(update={"fingerprint": "0" * 64})
    place = card_place(loaded)
    place.evidence.write_text(
        dump_evidence(evidence.model_copy(update={"inspected": (old, *evidence.inspected[1:])})), encoding="utf-8"
    )
    assert told(loaded) == [
        "variants.q4.made: another version of cardgen read its files, and this one may read more in them"
    ]


def test_evidence_of_files_is_not_edited(tmp_path: Path) -> None:
    loaded, _evidence, _card = built(gguf_set(tmp_path))
    place = card_place(loaded)
    place.evidence.write_text(place.evidence.read_text().replace('"method": "Q4_K_M"', '"method": "Q8_0"'))
    with pytest.raises(EvidenceError, match=r"inspected.inspect q4: was edited"):
        place.read_evidence()


def test_all_parts_of_a_split_file_are_taken_by_any_of_them(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    names = [f"gull-0000{number}-of-00002.gguf" for number in (1, 2)]
    shutil.copy(MODELS / "gguf" / "models" / "Q2_K.gguf", tmp_path / "models" / names[0])
    (tmp_path / "models" / names[1]).write_bytes(gguf({"split.no": 1}, {"blk.1.ffn_up.weight": (4, 4)}))
    _loaded, evidence, card = built(project(tmp_path, {"q2": {"path": "models", "file": names[1]}}))
    assert evidence.inspected[0].weight_files == tuple(names)
    assert f"hf download acme/gull-quantized {' '.join(names)}\n" in card
    assert "The 2 files of `q2` are one model: all of them are needed." in card
