"""Components of a bill of materials: models, files, datasets, libraries, and how they are named.

Names of packages: package URLs (purl), whose type ``huggingface`` has the owner as namespace and a commit as version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from cardgen.card.words.wording import HUB
from cardgen.catalog.environments import normalised
from cardgen.catalog.licenses import LICENSES, SPDX
from cardgen.export.model import Data, ModelFile, ModelId, Subject
from cardgen.export.sources import given
from cardgen.patterns import regex

_REFERENCE = regex(r"[^\s<>\"{}|\\^`]+")
"""What a URL or a path is made of; anything else would be no reference."""


def properties(told: Mapping[str, str]) -> list[dict[str, str]]:
    """What has no field of its own, under names of cardgen's."""
    return [{"name": f"cardgen:{name}", "value": value} for name, value in told.items()]


def purl(kind: str, name: str, version: str | None = None) -> str:
    """A package URL.

    Args:
        kind: ``huggingface`` or ``pypi``.
        name: with its owner, where it has one.
        version: or commit, where it is known.
    """
    return f"pkg:{kind}/{quote(name, safe='/')}" + (f"@{quote(version, safe='')}" if version else "")


def model_name(model: ModelId) -> dict[str, Any]:
    """What names a model."""
    owner, _slash, name = (model.id or "not named").rpartition("/")
    told: dict[str, Any] = {
        "group": owner,
        "name": name,
        "version": model.revision,
        "purl": purl("huggingface", model.id, model.revision) if model.id and model.on_hub else None,
    }
    if model.id and model.on_hub:
        told["externalReferences"] = [{"type": "distribution", "url": f"{HUB}/{model.id}"}]
    return given(told)


def licenses(name: str | None, title: str | None, url: str | None) -> list[dict[str, Any]]:
    """A licence by its SPDX id, where the Hub's name is one; else by its name.

    Args:
        name: as the Hub has it; ``None`` where nobody says.
        title: of another licence, ``license_name``.
        url: where it can be read.
    """
    if name in (None, "unknown"):
        return []
    identified = {"id": SPDX[name]} if name in SPDX else {"name": title or LICENSES.get(name, name)}
    return [{"license": given({**identified, "url": url if url and _REFERENCE.fullmatch(url) else None})}]


def file_component(key: str, file: ModelFile) -> dict[str, Any]:
    """A file of a model, by its path in the repository.

    Args:
        key: of the model.
        file: one of its files.
    """
    told = {
        "type": "file",
        "bom-ref": f"file:{key}:{file.path}",
        "name": file.path,
        "hashes": [{"alg": "SHA-256", "content": file.sha256}] if file.sha256 else None,
        "properties": properties({"bytes": str(file.bytes)}),
    }
    return given(told)


def data_ref(data: Data) -> str:
    """By what a dataset is referred to."""
    return "data:" + ":".join(
        part for part in (data.hub_id or data.name, data.config, data.split, data.revision or data.sha256) if part
    )


def data_component(data: Data) -> dict[str, Any]:
    """A dataset that a model was calibrated or scored on."""
    told = {"split": data.split, "config": data.config, "rows": None if data.rows is None else str(data.rows)}
    contents = {
        "url": f"{HUB}/datasets/{data.hub_id}" if data.hub_id else None,
        "properties": properties({name: value for name, value in told.items() if value is not None}),
    }
    component = {
        "type": "data",
        "bom-ref": data_ref(data),
        "name": data.name,
        "version": data.revision,
        "hashes": [{"alg": "SHA-256", "content": data.sha256}] if data.sha256 else None,
        "data": [given({"type": "dataset", "name": data.name, "contents": given(contents)})],
    }
    return given(component)


def library_ref(package: str, version: str) -> str:
    """By what a library is referred to: its package URL."""
    return purl("pypi", normalised(package), version)


def library_components(subjects: Iterable[Subject]) -> list[dict[str, Any]]:
    """The libraries that made and ran the models, each version once, in the order of their names."""
    found = {(normalised(name), version) for subject in subjects for name, version in subject.versions.items()}
    return [
        {
            "type": "library",
            "bom-ref": library_ref(name, version),
            "name": name,
            "version": version,
            "purl": library_ref(name, version),
        }
        for name, version in sorted(found)
    ]
