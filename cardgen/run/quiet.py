"""Switches by which libraries are kept from telling their makers that they are used, and how."""

from __future__ import annotations

from collections.abc import Mapping

OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_EVALUATE_OFFLINE")
"""Variables that keep Hugging Face's libraries off the network."""

QUIET: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",  # of huggingface_hub's older releases, and of others
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",  # `evaluate` counts the metrics that are loaded, on a server of its maker
    # Read when it is imported. Its own `disable_telemetry_events` does not keep it from looking up, some seconds later,
    # the collector that it would send to.
    "ORT_DISABLE_TELEMETRY": "1",
}
"""Environment variables. Whatever imports a library of the field has them from its start."""
