"""Reading from the Hub: which commit a name means, and a model's files. Both majors of huggingface_hub will do.

huggingface_hub is imported where it is used: a build whose names are all known needs none of it.
"""

from __future__ import annotations

import errno
import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cardgen.catalog.hub_names import is_commit
from cardgen.errors import ResolveError
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.retry import read_again
from cardgen.run.base_card import card_license, single_license
from cardgen.run.progress import Report
from cardgen.weights.files import loaded_files, not_a_model

TIMEOUT_S = 20.0


class OutOfReachError(ResolveError):
    """The Hub could not be reached, or was asked not to be."""


class NoAnswerError(OutOfReachError):
    """The Hub was asked and did not answer: it may when it is asked again."""


def look_up(
    what: Literal["model", "dataset"], repo_id: str, revision: str | None, say: Callable[[str], None]
) -> tuple[str, str | None]:
    """The commit that a revision means now, and the licence that a model's card gives.

    A commit needs no network where a model is in the cache; where the Hub is out of reach, a dataset's is believed,
    and the step that loads it finds out. ``say`` hears where the Hub is asked again.

    Raises:
        ResolveError: where there is no such repository or revision, or it cannot be read.
        OutOfReachError: where the Hub did not answer.
    """
    from huggingface_hub import HfApi

    if what == "model" and revision is not None and is_commit(revision):
        folder = cached_model(repo_id, revision)
        if folder is not None and (folder / "README.md").is_file():
            return revision, card_license(folder / "README.md")
    api = HfApi(endpoint=endpoint())

    def ask() -> tuple[str | None, str | None]:
        with explained(what, repo_id, revision):
            if what == "dataset":
                return api.dataset_info(repo_id, revision=revision, timeout=TIMEOUT_S).sha, None
            info = api.model_info(repo_id, revision=revision, timeout=TIMEOUT_S)
            return info.sha, single_license(getattr(info.card_data, "license", None))

    try:
        commit, license_id = read_again(ask, lost=NoAnswerError, say=say)
    except OutOfReachError:
        if revision is not None and is_commit(revision) and (what == "dataset" or cached_model(repo_id, revision)):
            return revision, None
        raise
    return checked_commit(repo_id, commit), license_id


def download_model(
    repo_id: str, commit: str, report: Report, say: Callable[[str], None], look: Callable[[Path], None]
) -> Path:
    """The folder with a model's configuration, tokenizer and PyTorch weights, in huggingface_hub's own cache.

    Safetensors are preferred to pickles. Nothing that is in the cache is downloaded again.

    Args:
        repo_id: the model's.
        commit: 40 hex digits.
        report: told how far it is.
        say: hears where the Hub is asked again.
        look: told the folder before the weights are fetched, and may refuse the model.

    Raises:
        ResolveError: where the files cannot be had, or are no transformers model with PyTorch weights.
    """
    from huggingface_hub import HfApi, hf_hub_download

    def list_files() -> list[str]:
        with explained("model", repo_id, commit):
            # Not list_repo_files(): where the Hub is out of reach, 2.x tries that again for 23 seconds.
            info = HfApi(endpoint=endpoint()).model_info(repo_id, revision=commit, timeout=TIMEOUT_S)
            return [file.rfilename for file in info.siblings or ()]

    def fetch(name: str) -> Path:
        with explained("model", repo_id, commit):
            return Path(hf_hub_download(repo_id, name, revision=commit, endpoint=endpoint()))

    try:
        names = read_again(list_files, lost=NoAnswerError, say=say)
    except OutOfReachError:
        folder = cached_model(repo_id, commit)
        if folder is None or not has_weights(folder):
            raise
        look(folder)
        return folder
    wanted = files_of_model(repo_id, names)
    first_of_weights = len(wanted) - len(loaded_files(wanted).weights)
    folder = Path()
    with no_bars():
        for done, name in enumerate(wanted):
            if done == first_of_weights:
                look(folder)
            report("downloading", done, len(wanted))
            found = read_again(functools.partial(fetch, name), lost=NoAnswerError, say=say)
            folder = found.parents[name.count("/")]
    report("downloading", len(wanted), len(wanted))
    return folder


def files_of_model(repo_id: str, names: Sequence[str]) -> list[str]:
    """Of a repository's files, those that loading the model in PyTorch takes, and its card; the weights come last.

    Raises:
        ResolveError: where they make no transformers model with PyTorch weights.
    """
    fault = not_a_model(names, f"the model {repo_id}")
    if fault is not None:
        raise ResolveError(fault.message, remedy=fault.remedy)
    small, weights = loaded_files(names)
    if not weights:
        others = sorted({Path(name).suffix for name in names} & {".h5", ".msgpack", ".onnx", ".gguf", ".pt", ".ot"})
        holds = f"it holds {', '.join(others)} files" if others else "it holds no weights at all"
        raise ResolveError(
            f"the model {repo_id} has no PyTorch weights: {holds}",
            remedy="name a repository with model.safetensors or pytorch_model.bin",
        )
    card = ["README.md"] if "README.md" in names else []
    return [*sorted([*card, *small]), *weights]


def cached_model(repo_id: str, commit: str) -> Path | None:
    """The folder of the cache with a model's files, if it holds the configuration."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo_id, "config.json", revision=commit)
    return Path(found).parent if isinstance(found, str) else None


def endpoint() -> str | None:
    """The Hub to ask; ``None`` is the client's own choice."""
    return os.environ.get("HF_ENDPOINT") or None


def checked_commit(repo_id: str, sha: str | None) -> str:
    """The commit that the Hub gave.

    Raises:
        ResolveError: where it gave none.
    """
    if not is_commit(sha):
        raise ResolveError(f"the Hub did not say which commit {repo_id} is at", remedy="try again later")
    assert sha is not None
    return sha


def has_weights(folder: Path) -> bool:
    """Whether a folder of the cache holds a model's weights, which are fetched after all else."""
    for index in ("model.safetensors.index.json", "pytorch_model.bin.index.json"):
        if (folder / index).is_file():
            shards = json.loads(read_bytes(folder / index, CONFIG_BYTES))["weight_map"].values()
            return all((folder / shard).is_file() for shard in shards)
    return any((folder / name).is_file() for name in ("model.safetensors", "pytorch_model.bin"))


@contextmanager
def no_bars() -> Iterator[None]:
    """Keep the client from printing bars; the reporter tells how far it is."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    shown = not are_progress_bars_disabled()
    if shown:
        disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            enable_progress_bars()


@contextmanager
def explained(what: str, repo_id: str, revision: str | None) -> Iterator[None]:
    """Turn the client's errors into ours. None of the client's own text is shown: it may hold a signed address."""
    from huggingface_hub import constants, errors
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    # The HTTP library's own base class: of requests in 0.36, whose transport errors are also OSErrors, and of httpx
    # in 2.x, whose are not.
    transport: type[Exception] = HfHubHTTPError.__bases__[0]
    # Known since 1.x; a plain Exception.
    no_identity: type[Exception] = getattr(errors, "OIDCError", RepositoryNotFoundError)
    host = urlsplit(endpoint() or constants.ENDPOINT).hostname
    login = "log in with `hf auth login`, or set HF_TOKEN to a token that may read it"
    try:
        yield
    except GatedRepoError as error:
        raise ResolveError(
            f"the {what} {repo_id} is gated on {host}", remedy=f"accept its terms on its page, then {login}"
        ) from error
    except RepositoryNotFoundError as error:
        raise ResolveError(
            f"the {what} {repo_id} does not exist on {host}, or is private",
            remedy=f"check the id's spelling; if it is private, {login}",
        ) from error
    except no_identity as error:
        raise ResolveError(
            f"HF_OIDC_RESOURCE asks to exchange an identity for a token, and there is none to ask {host} with",
            remedy="give the job the permission `id-token: write`, set HF_OIDC_ID_TOKEN, or unset HF_OIDC_RESOURCE",
        ) from error
    except RevisionNotFoundError as error:
        raise ResolveError(
            f"the {what} {repo_id} has no revision `{revision or 'main'}`",
            remedy="give a branch, a tag or the 40 digits of a commit, as its page lists them",
        ) from error
    except OfflineModeIsEnabled as error:
        raise OutOfReachError(
            f"the {what} {repo_id} must be looked up on {host}, and HF_HUB_OFFLINE forbids it",
            remedy="unset HF_HUB_OFFLINE, or give the 40 digits of a commit that is in the cache",
        ) from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else None
        if status in (401, 403):
            raise ResolveError(f"{host} refused access to the {what} {repo_id} ({status})", remedy=login) from error
        if status == 429:
            raise OutOfReachError(
                f"{host} asks to wait before it serves the {what} {repo_id}", remedy="try again later"
            ) from error
        if status is None or status >= 500:
            raise NoAnswerError(
                f"{host} cannot serve the {what} {repo_id} now ({status or 'no answer'})", remedy="try again later"
            ) from error
        raise ResolveError(f"{host} answered {status} for the {what} {repo_id}", remedy="check the id") from error
    except (transport, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ResolveError(
                f"the disk is full: the {what} {repo_id} does not fit in the cache",
                remedy=f"free some space in {constants.HF_HUB_CACHE}, or set HF_HOME to a larger disk",
            ) from error
        if isinstance(error, PermissionError):
            raise ResolveError(
                f"the cache in {constants.HF_HUB_CACHE} cannot be written", remedy="look at its permissions"
            ) from error
        raise NoAnswerError(
            f"{host} is out of reach, and the {what} {repo_id} must be looked up there",
            remedy="check the connection and HF_ENDPOINT, or give the 40 digits of a commit that is in the cache",
        ) from error
