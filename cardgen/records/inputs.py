"""What a step reads: models and datasets, by commit or content, and what a name in the manifest meant."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class Source(Frozen):
    """Where a model or dataset came from, exactly: a commit on the Hub, or the content of local files."""

    origin: Literal["hub", "local"]
    id: str | None = None
    """Hub id; in the resolution of a local base model, the id that the manifest gives it, if any."""
    commit: str | None = None
    """40 hex digits, for ``hub``."""
    sha256: str | None = None
    """Hash of the content (see ``cardgen.run.resolve``), for ``local``."""


class DatasetSlice(Frozen):
    """The rows of one dataset that a step reads, before sampling."""

    source: Source
    config: str | None = None
    split: str | None = None
    format: Literal["csv", "json", "parquet"] | None = None
    """File format, for ``local``."""


class ModelGeneration(Frozen):
    """What a base model's own files say of how it writes text, beside what transformers itself makes use of."""

    model_type: str = ""
    tokenizer: str = ""
    """Class, without ``Fast``."""
    prefix: str = ""
    """What config.json has to stand before each text."""
    task_specific_params: dict[str, dict[str, str | int | float | bool]] = {}
    """Of config.json: a task such as ``translation_en_to_de`` to what goes before the rest for it."""
    src_lang: str | None = None
    tgt_lang: str | None = None
    """The languages of tokenizer_config.json."""
    starts: tuple[str, ...] = ()
    """Which of ``forced_bos_token_id`` and ``decoder_start_token_id`` are set, of which one may name the language that
    is written."""


class Resolution(Frozen):
    """What a name in the manifest meant."""

    what: Literal["model", "dataset"]
    path: str | None = None
    """As the manifest writes it, for a local input."""
    requested_revision: str | None = None
    source: Source
    size_bytes: int | None = None
    license: str | None = None
    """As the base model's own card gives it."""
    generation: ModelGeneration | None = None
    """Of a base model that writes text."""
