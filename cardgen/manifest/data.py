"""The data that a manifest names: to score on, to calibrate with."""

from __future__ import annotations

from pydantic import Field

from cardgen.manifest.base import DEFAULT_SEED, Count, Section, Seed


class DatasetRef(Section):
    """A dataset on the Hub, or a local CSV, JSON (lines) or Parquet file."""

    id: str | None = Field(None, description="Hub id.")
    path: str | None = Field(None, description="A .csv, .json, .jsonl or .parquet file, relative to the manifest.")
    name: str | None = Field(None, description="Name that the card prints; by default the id or the file's name.")
    config: str | None = Field(None, description="The dataset's configuration, for one with several.")
    split: str | None = Field(None, description="Such as validation. For a local file it only names the split.")
    revision: str | None = Field(None, description="40 hex digits, or a branch or tag name, which is resolved.")


class Calibration(Section):
    """The samples that a static quantization looks at."""

    dataset: DatasetRef | None = Field(None, description="By default the evaluation's dataset.")
    split: str | None = Field(None, description="By default `train`, for a dataset on the Hub.")
    samples: Count = Field(100, description="How many samples to ask for. The card also says how many were seen.")
    batch_size: Count = Field(8, description="Samples that pass through the model together.")
    seed: Seed = Field(DEFAULT_SEED, description="Decides which samples are drawn.")
