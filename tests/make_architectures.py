"""Write the shapes of known base models anew: ``python -m tests.make_architectures``.

Reads ``tests/catalog/base_models.yaml``, makes each model in a managed environment without allocating its weights, and
writes ``cardgen/catalog/data/architectures.json``. Needed after a change of the list; a test makes them in every
environment and says where the data is not what comes out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from cardgen.run.environments import worker_environ
from tests.backends.fixtures import interpreter

DATA = Path(__file__).parent.parent / "cardgen" / "catalog" / "data" / "architectures.json"
MODELS = Path(__file__).parent / "catalog" / "base_models.yaml"
SCRIPT = Path(__file__).parent / "catalog" / "scripts" / "measure_models.py"

_NUMBER = re.compile(r"0|[1-9][0-9]*", re.ASCII)


def architectures(environment: str) -> str:
    """The data's text, from the models as an environment's transformers has them."""
    by_type = yaml.safe_load(MODELS.read_text(encoding="utf-8"))["models"]
    models = [{"model_type": name, "config": {}, **model} for name, listed in by_type.items() for model in listed]
    done = subprocess.run(
        [interpreter(environment), "-P", SCRIPT],
        env=worker_environ(offline=True, needs_token=False),
        input=json.dumps(models),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    written = [_written(model, shape) for model, shape in zip(models, json.loads(done.stdout), strict=True)]
    return "[\n" + ",\n".join(map(_text, written)) + "\n]\n"


def compressed(modules: Mapping[str, int]) -> dict[str, int]:
    """Patterns for names of modules, which :func:`cardgen.catalog.architectures.expanded` turns into them again."""
    patterns = {tuple(name.split(".")): value for name, value in modules.items()}
    for place in range(max(map(len, patterns), default=0)):
        groups: dict[tuple[int, tuple[str, ...], tuple[str, ...]], list[str]] = {}
        merged = {}
        for words, value in patterns.items():
            if place < len(words):
                groups.setdefault((value, words[:place], words[place + 1 :]), []).append(words[place])
            else:
                merged[words] = value
        for (value, before, after), found in groups.items():
            merged |= {(*before, joined, *after): value for joined in _joined(found)}
        patterns = merged
    return {".".join(words): value for words, value in patterns.items()}


def _joined(words: Sequence[str]) -> list[str]:
    """Words of one place: numbers that follow each other as ranges, the rest as choices."""
    numbers = sorted(int(word) for word in words if _NUMBER.fullmatch(word))
    plain = [word for word in words if not _NUMBER.fullmatch(word)]
    joined = ["{" + ",".join(plain) + "}"] if len(plain) > 1 else plain
    for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        first, *rest = [number for _, number in run]
        joined.append(f"{{{first}-{rest[-1]}}}" if rest else str(first))
    return joined


def _written(model: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {kind: compressed(shape[kind]) for kind in ("linear", "embeddings", "convolutions")}
    head = {"ids": model["ids"], "task": model["task"], "model_class": model["class"]}
    rest = {**kinds, "tied": shape["tied"]}
    return {**head, "parameters": shape["parameters"], **{key: value for key, value in rest.items() if value}}


def _text(written: Mapping[str, Any]) -> str:
    """JSON with a line for each key, and for each pattern."""
    parts = [f" {json.dumps(key)}: {_lines(value)}" for key, value in written.items()]
    return "{\n" + ",\n".join(parts) + "\n}"


def _lines(value: object) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {json.dumps(item)}" for key, item in value.items()) + "\n }"


def main() -> None:
    """Write the data."""
    text = architectures("neural-compressor")
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{DATA.name}: {len(json.loads(text))} shapes, {len(text)} bytes\n")


if __name__ == "__main__":
    main()
