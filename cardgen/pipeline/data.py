"""Looks at a manifest's data before anything is made of them: what is wrong is an error of the manifest.

Only what a step that is still to run will read is looked at, and nothing twice: that data were fit for their use is
kept in the store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cardgen.data.fault import Fault
from cardgen.data.labels import label_names
from cardgen.data.look import LOOK_VERSION, look_at_file
from cardgen.data.needs import Need
from cardgen.errors import ManifestError
from cardgen.manifest.load import later_findings
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.places import Path as Key
from cardgen.plan.model import Step
from cardgen.plan.needs import data_needs
from cardgen.plan.resolved import key_of
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.records.canonical import fingerprint
from cardgen.records.inputs import Resolution
from cardgen.records.states import LocalInput
from cardgen.records.store import Store
from cardgen.run.hub_files import cached_model
from cardgen.run.look import DataLook
from cardgen.run.workers.protocol import LookResult

EVALUATION = "evaluation"


class Wrong(NamedTuple):
    """What is wrong with a manifest, because of what its data hold."""

    key: Key
    message: str
    remedy: str


def look_at_data(
    loaded: LoadedManifest,
    steps: Iterable[Step],
    resolutions: Mapping[str, Resolution],
    inputs: Mapping[str, LocalInput],
    store: Store,
) -> tuple[Need, ...]:
    """Look at the local files that some steps read, as far as that can be done without a library.

    Args:
        loaded: the manifest.
        steps: those that are to run.
        resolutions: what each name in the manifest meant.
        inputs: those that are local, by resolution name.
        store: knows what was looked at before.

    Returns:
        What a worker has to look at: datasets of the Hub, Parquet, and what could not be told for certain.

    Raises:
        ManifestError: with everything that is wrong.
    """
    wrong = list(_same_content(resolutions))
    left = []
    labels: tuple[str, ...] | None = None
    for need in data_needs(steps):
        digest = look_digest(need, resolutions)
        if store.was_seen(digest):
            continue
        if need.name not in inputs:
            left.append(need)
            continue
        if need.labelled and labels is None:
            labels = model_labels(loaded, _model_folder(resolutions, inputs))
        seen = look_at_file(need, inputs[need.name].path, labels)
        wrong += wrongs(need, seen.faults)
        if not seen.whole:
            left.append(need)
        elif not seen.faults and _unchanged(need, inputs):
            store.keep_seen(digest)
    refuse_data(loaded, wrong)
    return tuple(left)


def look_of_worker(
    loaded: LoadedManifest,
    needs: tuple[Need, ...],
    resolutions: Mapping[str, Resolution],
    inputs: Mapping[str, LocalInput],
    files: Callable[[str], Path | None],
    store: Store,
) -> DataLook | None:
    """What a worker is to look at, if anything: :func:`look_at_data` left it. What is wrong raises ManifestError.

    Args:
        loaded: the manifest.
        needs: what is left.
        resolutions: what each name in the manifest meant.
        inputs: those that are local, by resolution name.
        files: from a resolution's name to its local files, which may have to be fetched.
        store: keeps what was found to be fit.
    """

    def found(result: LookResult) -> None:
        seen = list(zip(needs, result.faults, strict=True))
        for need, faults in seen:
            if not faults and _unchanged(need, inputs):
                store.keep_seen(look_digest(need, resolutions))
        refuse_data(loaded, [wrong for need, faults in seen for wrong in wrongs(need, faults)])

    return DataLook(needs, lambda: model_labels(loaded, files("base_model")), found) if needs else None


def look_digest(need: Need, resolutions: Mapping[str, Resolution]) -> str:
    """By what it is known that data are fit for a use, with a model whose labels they have."""
    use = need.model_dump(mode="json", exclude={"name"})
    model = resolutions["base_model"].source.model_dump(mode="json") if need.labelled else None
    return fingerprint({"code": LOOK_VERSION, "need": use, "model": model})


def model_labels(loaded: LoadedManifest, folder: Path | None) -> tuple[str, ...] | None:
    """The labels of the base model in a folder; ``None`` where they are not known for certain."""
    try:
        config = json.loads(read_bytes(folder / "config.json", CONFIG_BYTES)) if folder else None
    except (OSError, ValueError, RecursionError):
        return None  # which the export tells
    if loaded.manifest.base_model.trust_remote_code and not (isinstance(config, dict) and config.get("id2label")):
        return None  # its own code may name them
    return label_names(config)


def wrongs(need: Need, faults: Iterable[Fault]) -> Iterator[Wrong]:
    """Faults of a dataset, as what they are of the manifest that uses it so."""
    use, _, variant = need.name.partition(".")
    for fault in faults:
        key: Key = (use, *fault.key)
        if variant:  # the columns are the evaluation's: they are told there where they are wrong in both
            own = fault.key[-1] if fault.key[-1] in ("samples", "split") else "dataset"
            key = (*key_of(need.name).split("."), own)
        yield Wrong(key, _phrase(fault.message), _phrase(fault.remedy).replace("\n", "\n    "))


def refuse_data(loaded: LoadedManifest, wrong: Iterable[Wrong]) -> None:
    """Tell everything that is wrong, if anything is; what is wrong with the evaluation is not told of calibrations too.

    Raises:
        ManifestError: if something is.
    """
    found = list(dict.fromkeys(wrong))
    if not found:
        return
    scored = {each.message for each in found if each.key[0] == EVALUATION}
    findings = later_findings(loaded)
    for key, message, remedy in found:
        if key[0] == EVALUATION or message not in scored:
            findings.add_at(findings.place(key, "value"), key, message, remedy)
    raise ManifestError(tuple(findings))


def _phrase(text: str) -> str:
    """A sentence as what follows a key."""
    return text[:1].lower() + text[1:].removesuffix(".")


def _unchanged(need: Need, inputs: Mapping[str, LocalInput]) -> bool:
    """Whether what was looked at is what was hashed: the data, and the model whose labels they have."""
    names = (need.name, "base_model") if need.labelled else (need.name,)
    return all(inputs[name].change(hash_again=False) is None for name in names if name in inputs)


def _model_folder(resolutions: Mapping[str, Resolution], inputs: Mapping[str, LocalInput]) -> Path | None:
    source = resolutions["base_model"].source
    if source.origin == "local":
        return inputs["base_model"].path
    return cached_model(source.id, source.commit) if source.id and source.commit else None


def _same_content(resolutions: Mapping[str, Resolution]) -> Iterator[Wrong]:
    """Files of the same content under two names; the manifest's own rules see only names."""
    hashes = {name: resolution.source.sha256 for name, resolution in resolutions.items()}
    for name, digest in hashes.items():
        use, _, variant = name.partition(".")
        if not variant or digest is None:
            continue
        why = ""
        if digest == hashes.get(EVALUATION):
            why = "has the same content as the evaluation's file, so that the score would flatter the model"
        elif use == "fallback" and digest == hashes.get(f"calibration.{variant}"):
            why = "has the same content as the file that calibrates the model, on which INT8 looks better than it is"
        if why:
            yield Wrong((*key_of(name).split("."), "dataset"), why, "name other data")
