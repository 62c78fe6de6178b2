"""The staging folder: exactly what will be published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cardgen.card.assemble import CardPlace
from cardgen.card.copies import results_copies
from cardgen.card.facts.gather import plan_from_evidence
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.card.plots.build import plot_paths
from cardgen.catalog.backends import backend_info
from cardgen.catalog.layout import ASSETS, ONNX_FOLDER
from cardgen.errors import FindingsError
from cardgen.export.beside import published_beside
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.copies import is_copy
from cardgen.plan.layout import variant_folders
from cardgen.publish.adopted import adopted_files
from cardgen.publish.content import describe, portable_config
from cardgen.publish.marker import MARKER, RENDERED, Marker, PushedFile, dump_marker
from cardgen.publish.plan import README, LocalFile
from cardgen.reading import CARD_BYTES, read_text
from cardgen.records.record import DoneRecord
from cardgen.records.sealed_text import read_seal

ArtifactSource = Callable[[DoneRecord], Path | None]
"""Gives the verified folder of a record's artifact, such as :meth:`cardgen.records.store.Store.artifact`."""

_ORT_CONFIG = "ort_config.json"
"""How Optimum quantized: it belongs to the graph beside it."""


def stage(loaded: LoadedManifest, place: CardPlace, artifact: ArtifactSource, target: Path) -> tuple[LocalFile, ...]:
    """Lay out card, evidence and the variants' files as they will lie in the repository.

    Large files are hard links where the file system has them: read them, do not write.

    Args:
        loaded: the manifest.
        place: where the card is; pictures in its folder's ``assets`` belong to it.
        artifact: where the artifacts are.
        target: an empty folder.

    Raises:
        EvidenceError: where the evidence cannot be read, or does not fit the manifest.
        FindingsError: where the card, a record or an artifact is missing.
    """
    variants = _variant_files(loaded, place, artifact)
    at_root = _at_root(loaded, variants)
    paths = at_root | _card_files(loaded, place) | variants
    sealed = {README, *_plots(loaded, place)}
    for path, source in paths.items():
        staged = target / path
        staged.parent.mkdir(parents=True, exist_ok=True)
        if path in sealed or path.startswith(f"{EVAL_RESULTS}/"):
            text, _seal = read_seal(source.read_text(encoding="utf-8"))  # the marker holds the hashes of what is there
            staged.write_bytes(text.encode())
        elif staged.name == "config.json" and (path in at_root or path in variants):
            staged.write_bytes(portable_config(source.read_bytes(), loaded.manifest.base_model.id))
        else:
            _link(source, staged)
    files = tuple(describe(path, target / path) for path in sorted(paths))
    files = (*files, *adopted_files(loaded, place.read_evidence(), target))
    return (*files, stage_marker(target, loaded, files))


def stage_marker(target: Path, loaded: LoadedManifest, files: Sequence[LocalFile]) -> LocalFile:
    """Write the marker of all other files into a staging folder."""
    pushed = {file.path: PushedFile(sha256=file.sha256, blob=file.blob) for file in files}
    marker = Marker(format=2 if RENDERED in pushed else 1, manifest=loaded.name, files=pushed)
    if loaded.variant is not None:
        repositories = {part.variant: part.repo_id for part in loaded.parts if part.variant is not None}
        marker = marker.model_copy(update={"format": 3, "variant": loaded.variant, "repositories": repositories})
    return stage_text(target, MARKER, dump_marker(marker))


def stage_text(target: Path, path: str, text: str) -> LocalFile:
    """Write a text into a staging folder, in place of what lies there under this name."""
    staged = target / path
    staged.unlink(missing_ok=True)  # it may be a link to the user's own file
    staged.write_bytes(text.encode())
    return describe(path, staged)


def _card_files(loaded: LoadedManifest, place: CardPlace) -> dict[str, Path]:
    def missing(path: Path) -> FindingsError:
        return FindingsError(f"{path} is missing.", remedy=f"Build the card: cardgen build {loaded.path}")

    for path in (place.readme, place.evidence):
        if not path.is_file():
            raise missing(path)
    own = {README: place.readme}
    for name in _plots(loaded, place):
        own[name] = place.card_folder / name
        if not own[name].is_file():
            raise missing(own[name])
    pictures = [path for path in (place.folder / ASSETS).rglob("*") if path.is_file() and not _is_plot(path)]
    for name in published_beside(loaded, place.read_evidence(), place):
        beside = place.card_folder / name
        if not beside.is_file():
            raise missing(beside)
        own[name] = beside
    for name, sha256 in results_copies(loaded, place.read_evidence()).items():
        copy = place.card_folder / name
        if not copy.is_file():
            raise missing(copy)
        if not is_copy(copy, sha256):
            raise FindingsError(
                f"{copy} is not the results file that the evidence tells of.",
                remedy=f"Build the card anew: cardgen build {loaded.path}",
            )
        own[name] = copy
    files = {path.relative_to(place.folder).as_posix(): path for path in (place.evidence, *pictures)}
    return {loaded.path.name: loaded.path, **files, **own}


def _plots(loaded: LoadedManifest, place: CardPlace) -> tuple[str, ...]:
    """The plots that the card shows, relative to it."""
    text = read_text(place.readme, CARD_BYTES, errors="replace")
    return tuple(path for path in plot_paths(loaded.manifest, loaded.variant) if path in text)


def _is_plot(path: Path) -> bool:
    """Whether a picture is a plot of cardgen's, which belongs to one card alone; a person's belong to all."""
    if path.suffix != ".svg" or path.stat().st_size > CARD_BYTES:
        return False
    return read_seal(read_text(path, CARD_BYTES, errors="replace"))[1] != "absent"


def _variant_files(loaded: LoadedManifest, place: CardPlace, artifact: ArtifactSource) -> dict[str, Path]:
    evidence = place.read_evidence()
    records = {record.fingerprint: record for record in evidence.records}
    plan = plan_from_evidence(loaded.manifest, evidence, str(place.evidence))
    folders = variant_folders(loaded.manifest)
    paths: dict[str, Path] = {}
    for name, steps in plan.variants.items():
        if loaded.variant not in (None, name) or steps.adopt is not None:
            continue  # what others made is sent from where it lies
        record = records.get(steps.made.fingerprint)
        if record is None:
            raise FindingsError(
                f"The evidence does not say how variant {name} was made: the manifest has changed since.",
                remedy=f"Build the card anew: cardgen build {loaded.path}",
            )
        folder = artifact(record)
        if folder is None:
            raise FindingsError(
                f"The files of variant {name} are not on this machine, or are damaged.",
                remedy=f"Make them: cardgen build --force {loaded.path}",
            )
        prefix = f"{folders[name]}/" if folders[name] else ""
        paths |= {prefix + file.path: folder / file.path for file in record.artifact}
    return paths


def _at_root(loaded: LoadedManifest, variants: Mapping[str, Path]) -> dict[str, Path]:
    """Of a repository of ONNX alone, what stands at its root as well: the first variant's files but for its graphs.

    transformers.js reads configuration and tokenizer there and the graphs in ``onnx``, and the Hub counts a model's
    downloads by its ``config.json``.
    """
    here = [variant for name, variant in loaded.manifest.variants.items() if loaded.variant in (None, name)]
    if any(backend_info(variant.backend).runtime != "onnx" for variant in here):
        return {}
    inside = {path.removeprefix(f"{ONNX_FOLDER}/"): source for path, source in variants.items()}
    return {
        path: source
        for path, source in inside.items()
        if "/" not in path and ".onnx" not in path and path != _ORT_CONFIG
    }


def _link(source: Path, place: Path) -> None:
    real = source.resolve()  # what is published is the content, never a link
    try:
        os.link(real, place)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(real, place)
