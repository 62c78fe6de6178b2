from __future__ import annotations

import pytest

from cardgen.card.metadata.index_shape import DATASET, METRIC, SOURCE, TASK
from cardgen.card.metadata.manifest_keys import EVIDENCE, manifest_key
from cardgen.manifest.places import show_path
from cardgen.manifest.sections import annotation_at

RESULT = "model-index[0].results[0]"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("license", "metadata.license"),
        ("license_link", "metadata.license_link"),
        ("language[1]", "metadata.language[1]"),
        ("tags[7]", "metadata.tags"),
        ("widget[0].text", "metadata.widget[0].text"),
        ("pipeline_tag", "task"),
        ("metrics[1]", "evaluation.metrics"),
        ("base_model", "base_model.id"),
        ("base_model_relation", "variants"),
        ("model-index", "evaluation"),
        ("model-index[0].name", "repo_id"),
        (RESULT, "evaluation"),
        (f"{RESULT}.task.type", "task"),
        (f"{RESULT}.dataset.type", "evaluation.dataset.id"),
        (f"{RESULT}.dataset.name", "evaluation.dataset.name"),
        (f"{RESULT}.dataset.config", "evaluation.dataset.config"),
        (f"{RESULT}.dataset.split", "evaluation.dataset.split"),
        ("model-index[0].results[12].dataset.revision", "evaluation.dataset.revision"),
        (f"{RESULT}.dataset", "evaluation.dataset"),
        (f"{RESULT}.metrics[3].value", EVIDENCE),
        (f"{RESULT}.metrics[3].name", "variants"),
        (f"{RESULT}.metrics[3].args.average", "evaluation.metrics"),
        (f"{RESULT}.source.url", "repo_id"),
        ("", None),
    ],
)
def test_a_place_leads_to_what_decides_it(path: str, key: str | None) -> None:
    assert manifest_key(path) == key


def test_keys_do_as_well_as_a_path() -> None:
    keys = ("model-index", 0, "results", 0, "dataset", "split")
    assert manifest_key(keys) == manifest_key(show_path(keys)) == "evaluation.dataset.split"


@pytest.mark.parametrize(
    "path",
    [
        *("license", "language", "pipeline_tag", "tags", "datasets", "metrics", "base_model", "base_model_relation"),
        *("license_name", "license_link", "model-index[0].name", "model-index[0].results"),
        *(f"{RESULT}.task.{key}" for key in TASK),
        *(f"{RESULT}.dataset.{key}" for key in DATASET),
        *(f"{RESULT}.source.{key}" for key in SOURCE),
        *(f"{RESULT}.metrics[0].{key}" for key in METRIC if key != "value"),
    ],
)
def test_every_key_is_one_of_the_manifest(path: str) -> None:
    key = manifest_key(path)
    assert key is not None
    assert annotation_at(tuple(key.split("."))) is not None
