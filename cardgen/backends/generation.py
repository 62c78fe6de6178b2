"""How a model generates text."""

from __future__ import annotations

from typing import Any


def generation_settings(config: Any) -> dict[str, str | int | float | bool]:
    """What is not transformers' default in a ``transformers.GenerationConfig``, apart from the ids of its tokens."""
    settings = {} if config is None else config.to_diff_dict()
    return {
        name: value
        for name, value in sorted(settings.items())
        if isinstance(value, str | int | float)
        and not (name.startswith("_") or name.endswith("_token_id") or name == "transformers_version")
    }
