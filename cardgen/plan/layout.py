"""What follows from a manifest before anything is resolved: datasets, folders, and the code that a card prints."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from cardgen.catalog.backends import BACKENDS, backend_info
from cardgen.catalog.layout import free_folder, variant_folder
from cardgen.catalog.loading import PublishedModel
from cardgen.catalog.snippets import loading_snippet
from cardgen.manifest.data import Calibration, DatasetRef
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import Evaluation, Fallback, Manifest
from cardgen.plan.generation import generation_request
from cardgen.records.inputs import Resolution
from cardgen.records.inspected import InspectedRecord
from cardgen.records.request import GenerationRequest


def dataset_refs(manifest: Manifest, variants: Collection[str]) -> dict[str, tuple[DatasetRef, str | None]]:
    """Every dataset that running some variants takes: resolution name to the reference and the split that is read."""
    if not variants:
        return {}
    evaluation = manifest.scoring.data
    refs = {"evaluation": (evaluation, evaluation.split)}
    for name, variant in manifest.variants.items():
        if variant.approach == "static" and name in variants:
            refs[f"calibration.{name}"] = calibration_data(manifest.scoring, variant.calibration or Calibration())
        other = tuning_data(manifest.scoring, variant.fallback) if name in variants else None
        if other is not None:
            refs[f"fallback.{name}"] = other
    benchmark = manifest.benchmark
    if GRID in variants and benchmark and benchmark.grid and benchmark.grid.is_static:
        refs[f"calibration.{GRID}"] = calibration_data(manifest.scoring, benchmark.calibration or Calibration())
    return refs


def files_repository(manifest: Manifest, name: str) -> str:
    """The repository that a variant's files are fetched from: the adopted one's, where it is not the card's."""
    made = manifest.variants[name].made
    return made.id if made is not None and made.id is not None else manifest.repository(name)


def published_model(
    manifest: Manifest, name: str, record: InspectedRecord, repo_id: str | None = None
) -> PublishedModel:
    """An adopted variant's model as it lies in the repository that it is fetched from.

    Args:
        manifest: the manifest.
        name: the variant's.
        record: what its files show.
        repo_id: of another repository than that.
    """
    folder = variant_folders(manifest)[name]
    return PublishedModel(
        repo_id=repo_id or files_repository(manifest, name),
        format=record.format,
        method=record.method if record.quantized else None,
        weights=tuple(f"{folder}/{path}" if folder else path for path in record.weight_files),
        others=frozenset(file.path for file in record.files),
        folder=folder,
        columns=tuple(manifest.evaluation.columns) if manifest.evaluation else (),
        trust_remote_code=manifest.base_model.trust_remote_code,
    )


def variant_folders(manifest: Manifest) -> dict[str, str]:
    """Where each variant lies in the repository that it is published in."""
    runtimes = {name: backend_info(variant.backend).runtime for name, variant in manifest.variants.items()}
    if manifest.publish.repositories == "one":
        return {**variant_folder(runtimes), **_adopted_folders(manifest)}
    return {name: variant_folder({name: runtime})[name] for name, runtime in runtimes.items()}


def _adopted_folders(manifest: Manifest) -> dict[str, str]:
    """The folders of adopted variants: of files from one folder, the root; of others, each its own name.

    Those whose files are adopted by an id stay where they are.
    """
    local = {
        name: variant.made.path for name, variant in manifest.variants.items() if variant.made and variant.made.path
    }
    beside = [variant for variant in manifest.variants.values() if variant.backend in BACKENDS]
    if beside or len({PurePosixPath(path) for path in local.values()}) > 1:
        return {name: free_folder(name, list(manifest.variants)) for name in local}
    return {}


def printed_snippet(
    manifest: Manifest, name: str, base: Resolution | None, repo_id: str | None = None, *, own_layout: bool = True
) -> str:
    """The loading code that the card prints for a variant.

    Args:
        manifest: the manifest.
        name: the variant's.
        base: what the base model's name meant, where it was resolved.
        repo_id: of another repository than the manifest's.
        own_layout: whether the files lie there as cardgen lays them out, which only a variant's run can tell.
    """
    variant = manifest.variants[name]
    generation = generation_request(manifest, base) or GenerationRequest()
    return loading_snippet(
        variant.backend,
        manifest.task,
        repo_id or manifest.repository(name),
        variant_folders(manifest)[name],
        tuple(manifest.evaluation.columns) if manifest.evaluation else (),
        quantized=variant.approach != "none",
        trust_remote_code=manifest.base_model.trust_remote_code,
        own_layout=own_layout,
        prefix=generation.prefix,
        languages=generation.told_languages,
    )


def calibration_data(evaluation: Evaluation, calibration: Calibration) -> tuple[DatasetRef, str | None]:
    """The dataset and split that calibrate: the evaluation's dataset unless another is named.

    On the Hub the split is ``train`` unless another is named; a local file has none unless it is given one.
    """
    ref = calibration.dataset or evaluation.data
    named = calibration.split or (calibration.dataset.split if calibration.dataset else None)
    return ref, named or (None if ref.path else "train")


def tuning_data(evaluation: Evaluation, fallback: Fallback | None) -> tuple[DatasetRef, str | None] | None:
    """The dataset and split that a fallback is chosen on; ``None`` where nothing is, or on the evaluation's samples."""
    if fallback is None or (fallback.dataset is None and fallback.split is None):
        return None
    ref = fallback.dataset or evaluation.data
    split = fallback.split or ref.split
    return ref.model_copy(update={"split": split}), split
