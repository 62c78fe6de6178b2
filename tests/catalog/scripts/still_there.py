"""Reads names by module as JSON, and writes those that can be imported: lazy modules have more than they list."""

from __future__ import annotations

import importlib
import json
import sys


def there(module: str, name: str) -> bool:
    """Whether a module gives something under a name, be it a stand-in for what is not installed."""
    try:
        return hasattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:  # the module is there, and an optional library is not
        return error.name is not None and not module.startswith(error.name)


if __name__ == "__main__":
    asked: dict[str, list[str]] = json.load(sys.stdin)
    json.dump({module: [name for name in names if there(module, name)] for module, names in asked.items()}, sys.stdout)
