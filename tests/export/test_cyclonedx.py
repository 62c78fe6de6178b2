from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema._res import SPDX_JSON
from packageurl import PackageURL

from cardgen.catalog.licenses import LICENSES, SPDX
from cardgen.export.cyclonedx.components import purl
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import variant_folders
from tests.export.asked import check_cyclonedx, exported
from tests.factory import COMMIT, load, make_evidence, make_manifest


def bill(manifest: Manifest, tmp_path: Path) -> dict[str, Any]:
    (document,) = exported(load(manifest, tmp_path), make_evidence(manifest), "cyclonedx").documents
    assert document.name == "bom.cdx.json"
    return document.content


def component(content: dict[str, Any], ref: str) -> dict[str, Any]:
    (found,) = [each for each in content["components"] if each["bom-ref"] == ref]
    return dict(found)


def named(properties: list[dict[str, str]]) -> dict[str, str]:
    return {each["name"].removeprefix("cardgen:"): each["value"] for each in properties}


def test_the_schema_refuses_what_is_no_bill() -> None:
    with pytest.raises(AssertionError):
        check_cyclonedx({"bomFormat": "CycloneDX", "specVersion": "1.7", "components": [{"type": "model"}]})


def test_models_go_by_their_package_url(tmp_path: Path) -> None:
    content = bill(make_manifest(), tmp_path)
    assert content["metadata"]["component"]["purl"] == "pkg:huggingface/owner/model-int8"
    base = component(content, "base-model")
    assert base["purl"] == f"pkg:huggingface/owner/model@{COMMIT}"
    assert (base["group"], base["name"], base["version"]) == ("owner", "model", COMMIT)
    variant = component(content, "variant:onnx")
    assert variant["pedigree"]["ancestors"][0]["purl"] == base["purl"]
    assert variant["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    depends = {each["ref"]: each["dependsOn"] for each in content["dependencies"]}
    assert depends["model"] == ["variant:pytorch", "variant:onnx"]
    assert depends["variant:onnx"][0] == "base-model"
    assert "pkg:pypi/onnxruntime@1.0" in depends["variant:onnx"]


def test_metrics_have_their_confidence_intervals(tmp_path: Path) -> None:
    card = component(bill(make_manifest(), tmp_path), "variant:onnx")["modelCard"]
    accuracy, macro, *fidelity = card["quantitativeAnalysis"]["performanceMetrics"]
    assert accuracy["type"] == "accuracy"
    assert accuracy["value"] == "0.9401"
    assert accuracy["slice"] == "owner/data, configuration main, split validation"
    assert float(accuracy["confidenceInterval"]["lowerBound"]) == pytest.approx(0.9301)
    assert macro["type"] == "f1 (average=macro)"
    assert fidelity[0]["type"] == "agreement"
    told = named(card["properties"])
    assert told["metric:0:samples"] == "872"
    assert told["metric:0:origin"] == "measured"
    assert told["metric:0:interval"] == "95 %, wilson"
    assert told["measured:weight_bytes"] == "74660000"
    assert card["modelParameters"]["datasets"] == [{"ref": f"data:owner/data:main:validation:{COMMIT}"}]


def test_calibration_data_are_a_component(tmp_path: Path) -> None:
    content = bill(make_manifest(), tmp_path)
    card = component(content, "variant:pytorch")["modelCard"]
    refs = [each["ref"] for each in card["modelParameters"]["datasets"]]
    assert refs == [f"data:owner/data:main:{split}:{COMMIT}" for split in ("validation", "train")]
    data = component(content, refs[1])
    assert data["type"] == "data"
    assert data["data"][0]["contents"]["url"] == "https://huggingface.co/datasets/owner/data"


def test_files_have_hashes_under_their_paths_in_the_repository(tmp_path: Path) -> None:
    manifest = make_manifest()
    variant = component(bill(manifest, tmp_path), "variant:onnx")
    (file,) = variant["components"]
    assert file["name"] == f"{variant_folders(manifest)['onnx']}/model.bin"
    assert file["hashes"] == [{"alg": "SHA-256", "content": "cd" * 32}]


def test_the_hash_of_a_file_that_publishing_may_rewrite_is_left_out(tmp_path: Path) -> None:
    manifest = make_manifest()
    evidence = make_evidence(manifest)
    records = tuple(
        record.model_copy(
            update={"artifact": tuple(file.model_copy(update={"path": "config.json"}) for file in record.artifact)}
        )
        for record in evidence.records
    )
    export = exported(load(manifest, tmp_path), evidence.model_copy(update={"records": records}), "cyclonedx")
    (document,) = export.documents
    (file,) = component(document.content, "variant:onnx")["components"]
    assert "hashes" not in file
    assert any("config.json" in each.what for each in export.left_out)


def test_a_person_s_words_stand_where_the_format_has_room(tmp_path: Path) -> None:
    manifest = make_manifest(
        prose={"summary": "It reads.", "limitations": "Not for writing.", "notes": "More."},
        details={
            "authors": "A person",
            "version": "2",
            "caveats": "None.",
            "intended_use": {"primary_uses": "Reading", "primary_users": "Readers", "out_of_scope": "Writing"},
            "factors": {"groups": "Film reviewers"},
            "ethical_considerations": {"risks_and_harms": "Some", "mitigations": "Few", "data": "Reviews"},
        },
        citation={"key": "a", "fields": {"title": "T"}},
    )
    content = bill(manifest, tmp_path)
    model = content["metadata"]["component"]
    assert (model["description"], model["version"]) == ("It reads.", "2")
    assert model["authors"] == [{"name": "A person"}]
    assert model["purl"] == "pkg:huggingface/owner/model-int8"
    considered = model["modelCard"]["considerations"]
    assert considered["useCases"] == ["Reading"]
    assert considered["users"] == ["Readers"]
    assert considered["technicalLimitations"] == ["Writing", "Not for writing.", "None."]
    assert considered["ethicalConsiderations"] == [{"name": "Some", "mitigationStrategy": "Few"}]
    told = named(model["modelCard"]["properties"])
    assert told["details:factors:groups"] == "Film reviewers"
    assert told["details:ethical_considerations:data"] == "Reviews"
    own = named(model["properties"])
    assert own["prose:notes"] == "More."
    assert "title = {T}" in own["citation"]


def test_a_bill_of_what_others_report_has_no_time_and_says_who(tmp_path: Path) -> None:
    entry = {"metric": "accuracy", "value": "0.9", "baseline": "0.91", "source": {"name": "Somebody"}}
    manifest = make_manifest(reported=[{**entry, "variant": "onnx"}, {**entry, "variant": "pytorch"}])
    content = bill(manifest, tmp_path)
    assert "timestamp" not in content["metadata"]
    told = named(component(content, "variant:onnx")["modelCard"]["properties"])
    assert (told["metric:0:origin"], told["metric:0:source"]) == ("reported", "Somebody")
    (base,) = component(content, "base-model")["components"]
    assert base["modelCard"]["quantitativeAnalysis"]["performanceMetrics"][0]["value"] == "0.91"


def test_runs_of_a_sweep_are_metrics_of_the_whole(tmp_path: Path) -> None:
    manifest = make_manifest(variants={}, benchmark={"grid": {}, "input_lengths": [16]})
    metrics = bill(manifest, tmp_path)["metadata"]["component"]["modelCard"]["quantitativeAnalysis"][
        "performanceMetrics"
    ]
    assert [metric["type"] for metric in metrics].count("latency_ms") == 2
    assert metrics[2]["slice"].endswith("random token ids; batch_size 1; input_length 16")


def test_every_licence_of_spdx_is_one_that_the_schema_knows() -> None:
    known = set(json.loads(Path(SPDX_JSON).read_text(encoding="utf-8"))["enum"])
    assert set(SPDX.values()) <= known
    assert SPDX.keys() <= LICENSES.keys()


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"license": "gpl-3.0"}, [{"license": {"name": "GNU General Public License 3.0"}}]),
        (
            {"license": "other", "license_name": "mine", "license_link": "LICENSE"},
            [{"license": {"name": "mine", "url": "LICENSE"}}],
        ),
        ({"license": "unknown"}, None),
        ({"license": "other", "license_link": "see the file"}, [{"license": {"name": LICENSES["other"]}}]),
    ],
)
def test_other_licences_go_by_their_names(metadata: dict[str, str], told: object, tmp_path: Path) -> None:
    content = bill(make_manifest(metadata=metadata), tmp_path)
    assert component(content, "variant:onnx").get("licenses") == told


@pytest.mark.parametrize(("revision", "version"), [("main", None), ("refs/pr/3", None), (COMMIT, COMMIT)])
def test_a_branch_is_no_version_of_a_model(revision: str, version: str | None, tmp_path: Path) -> None:
    entry = {"metric": "accuracy", "value": "0.9", "source": {"name": "Somebody"}}
    reported = [{**entry, "variant": name} for name in ("onnx", "pytorch")]
    base = component(
        bill(make_manifest(base_model={"id": "o/m", "revision": revision}, reported=reported), tmp_path), "base-model"
    )
    assert base.get("version") == version
    assert base["purl"] == "pkg:huggingface/o/m" + (f"@{version}" if version else "")


@pytest.mark.parametrize(
    ("kind", "name", "version"),
    [
        ("pypi", "torch", "2.13.0+cpu"),
        ("pypi", "a-b", "1!2.0"),
        ("huggingface", "o/m_x.y", COMMIT),
        ("huggingface", "m", None),
    ],
)
def test_a_package_url_is_the_canonical_one(kind: str, name: str, version: str | None) -> None:
    owner, _slash, last = name.rpartition("/")
    assert purl(kind, name, version) == PackageURL(kind, owner or None, last, version).to_string()
