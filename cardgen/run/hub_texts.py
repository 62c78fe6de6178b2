"""A model's configurations and card from the Hub, without its weights."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cardgen.errors import ResolveError
from cardgen.run.hub_files import (
    TIMEOUT_S,
    cached_model,
    checked_commit,
    endpoint,
    explained,
    files_of_model,
    has_weights,
    no_bars,
)
from cardgen.weights.adapter import ADAPTER_CONFIG
from cardgen.weights.look import look_at_files

_WANTED = ("config.json", "README.md")


def model_texts(repo_id: str) -> tuple[str, dict[str, str]]:
    """The commit that a model's default branch is at, and the text of its config.json and README.md.

    Raises:
        ResolveError: where there is no such model, it is no transformers model with PyTorch weights, what is read of it
            is not its content, or it cannot be had.
    """
    from huggingface_hub import HfApi, hf_hub_download

    api = HfApi(endpoint=endpoint())
    with explained("model", repo_id, None):
        info = api.model_info(repo_id, timeout=TIMEOUT_S)
    commit = checked_commit(repo_id, info.sha)
    names = [file.rfilename for file in info.siblings or ()]
    files_of_model(repo_id, names)
    with explained("model", repo_id, commit), no_bars():
        wanted = [name for name in (*_WANTED, ADAPTER_CONFIG) if name in names]
        found = {name: Path(hf_hub_download(repo_id, name, revision=commit, endpoint=endpoint())) for name in wanted}
    for fault in look_at_files(found["config.json"].parent):
        raise ResolveError(fault.message, remedy=fault.remedy)
    texts = {name: found[name].read_text(encoding="utf-8-sig", errors="replace") for name in _WANTED if name in found}
    return commit, texts


def model_files(repo_id: str, commit: str, wanted: Collection[str]) -> Path:
    """A folder of the cache with those of ``wanted`` that the model has, config.json at the least.

    Nothing is asked of the Hub where the cache holds the model.

    Raises:
        ResolveError: where it is no transformers model, or it cannot be had.
    """
    from huggingface_hub import HfApi, hf_hub_download

    folder = cached_model(repo_id, commit)
    if folder is not None and has_weights(folder):
        return folder
    with explained("model", repo_id, commit), no_bars():
        info = HfApi(endpoint=endpoint()).model_info(repo_id, revision=commit, timeout=TIMEOUT_S)
        names = [file.rfilename for file in info.siblings or ()]
        files_of_model(repo_id, names)
        found = [
            hf_hub_download(repo_id, name, revision=commit, endpoint=endpoint()) for name in wanted if name in names
        ]
    return Path(found[0]).parent
