"""A model's configurations and card from the Hub, without its weights."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

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

_WANTED = ("config.json", "README.md")


def model_texts(repo_id: str) -> tuple[str, dict[str, str]]:
    """The commit that a model's default branch is at, and the text of its config.json and README.md.

    Raises:
        ResolveError: where there is no such model, it is no transformers model with PyTorch weights, or it cannot be
            had.
    """
    from huggingface_hub import HfApi, hf_hub_download

    api = HfApi(endpoint=endpoint())
    with explained("model", repo_id, None):
        info = api.model_info(repo_id, timeout=TIMEOUT_S)
    commit = checked_commit(repo_id, info.sha)
    names = [file.rfilename for file in info.siblings or ()]
    files_of_model(repo_id, names)
    texts = {}
    with explained("model", repo_id, commit), no_bars():
        for name in _WANTED:
            if name in names:
                found = hf_hub_download(repo_id, name, revision=commit, endpoint=endpoint())
                texts[name] = Path(found).read_text(encoding="utf-8-sig", errors="replace")
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
