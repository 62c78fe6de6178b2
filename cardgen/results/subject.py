"""Of which model a results file is, held against the model that a manifest names it for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from cardgen.manifest.model import Manifest
from cardgen.patterns import regex
from cardgen.records.results_file import ResultsFile
from cardgen.results import llama_cpp

_COMMIT = regex(r"[0-9a-f]{7,64}")
_FREE_NAMES = frozenset({llama_cpp.TOOL})
"""Tools that print a model's title, which is no id and which quantizing it does not change."""


class Fault(NamedTuple):
    """Why a file is not of a model, and what to do about it."""

    message: str
    remedy: str


@dataclass(frozen=True)
class Subject:
    """A variant or the base model, and what a results file may call it."""

    key: str
    """Where the manifest describes it: ``base_model``, ``variants.q4``."""
    ids: tuple[str, ...]
    """Ids on the Hub, and folders as the manifest names them."""
    revision: str | None
    """Its commit, where one is known."""
    file: str | None = None
    """Of its files, the one that is meant, where the manifest names one."""

    def is_called(self, name: str) -> bool:
        """Whether a name is one of its ids, or of one of them what follows the owner."""
        bare = _bare(name)
        known = {_bare(one) for one in self.ids}
        return bare in known or ("/" not in bare and bare in {one.rpartition("/")[2] for one in known})


def subject_of(manifest: Manifest, variant: str | None, commit: str | None) -> Subject:
    """A variant, or with ``None`` the base model.

    Args:
        manifest: a valid one.
        variant: its name.
        commit: what its revision meant, where that was resolved.
    """
    if variant is None:
        base = manifest.base_model
        return Subject("base_model", _ids(base.id, base.path), commit or base.revision)
    ids = [manifest.repository(variant), manifest.repo_id]
    made = manifest.variants[variant].made
    if made is None:
        return Subject(f"variants.{variant}", _ids(*ids), None)
    if made.file is not None:
        ids += [made.file, PurePosixPath(made.file).stem, *([f"{made.path}/{made.file}"] if made.path else [])]
    return Subject(f"variants.{variant}", _ids(made.id, made.path, *ids), commit or made.revision, made.file)


def subject_fault(
    results: ResultsFile, meant: Subject, others: tuple[Subject, ...], stated: str | None
) -> Fault | None:
    """Why a file is of another model than the manifest says; ``None`` where it is not, or names no model.

    Args:
        results: what it says.
        meant: the model that it is named for.
        others: the other models of the manifest.
        stated: what the manifest says that the file calls the model.
    """
    model = results.model
    if stated is not None:
        if model is not None and _bare(model) == _bare(stated):
            return _state_fault(results, meant)
        called = f"says `{model}`" if model else "names no model"
        return Fault(f"{called}, and `model` beside it says `{stated}`", "write what the file says, or leave it out")
    if model is None or results.tool in _FREE_NAMES:
        return None
    if meant.is_called(model):
        return _state_fault(results, meant)
    other = next((one for one in others if one.is_called(model)), None)
    if other is not None:
        return Fault(f"is of `{model}`, which is `{other.key}`", f"name it under `{other.key}.results`")
    known = " or ".join(f"`{one}`" for one in meant.ids)
    return Fault(
        f"is of another model: it says `{model}`, and {meant.key} is {known or 'not named'}",
        f"name a file that is of it; or, where it was measured under that name, write {{path: …, model: {model}}}",
    )


def _state_fault(results: ResultsFile, meant: Subject) -> Fault | None:
    """Why a file is of another file or commit of a model, where both are named."""
    if results.model_file and meant.file and _last(results.model_file) != _last(meant.file):
        return Fault(
            f"is of another file of the model: it says `{results.model_file}`, and {meant.key} is `{meant.file}`",
            "name it under the variant of that file",
        )
    measured, named = results.revision, meant.revision
    if not (measured and named and _COMMIT.fullmatch(measured) and _COMMIT.fullmatch(named)):
        return None  # a branch means another commit from day to day
    if measured.startswith(named) or named.startswith(measured):
        return None
    return Fault(
        f"is of another state of the model: it says commit {measured}, and {meant.key} is {named}",
        "name the revision that was measured, or a file that is of this one",
    )


def _last(path: str) -> str:
    return PurePosixPath(path).name.casefold()


def _ids(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _bare(name: str) -> str:
    """A name without a tag, or what comes before it in inspect_ai's names of models: ``hf/owner/name``."""
    text = name.casefold().partition(":")[0].removeprefix("./").strip("/")
    return "/".join(text.split("/")[-2:])
