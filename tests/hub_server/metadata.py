"""What the Hub refuses of a card's front matter, in its words: a path in quotes, then what is wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS

RELATIONS = ("adapter", "merge", "quantized", "finetune")


def faults(content: str) -> list[str]:
    """Messages about the front matter of a README; none where it has none."""
    lines = content.splitlines()
    if lines[:1] != ["---"] or "---" not in lines[1:]:
        return []
    try:
        data = yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)]))
    except yaml.YAMLError as error:
        return [f"Invalid metadata in README.md: {error}"]
    if data is None:
        return []
    return list(_faults(data)) if isinstance(data, dict) else ["Invalid metadata in README.md: no mapping"]


def _faults(data: dict[str, Any]) -> Iterator[str]:
    license_id = data.get("license", "mit")
    for name in license_id if isinstance(license_id, list) else [license_id]:
        if name not in LICENSES:
            yield f'"license" must be one of [{", ".join(sorted(LICENSES))}]'
    for key in ("language", "tags", "datasets", "metrics"):
        values = data.get(key, [])
        for index, value in enumerate(values if isinstance(values, list) else [values]):
            if not isinstance(value, str):
                yield f'"{key}[{index}]" must be a string'
    for index, value in enumerate(_listed(data.get("language", []))):
        if isinstance(value, str) and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?|code|multilingual", value):
            yield f'"language[{index}]" must only contain lowercase characters, as an ISO 639 code'
    if data.get("base_model_relation", "quantized") not in RELATIONS:
        yield f'"base_model_relation" must be one of [{", ".join(RELATIONS)}]'
    if data.get("pipeline_tag", "other") not in PIPELINE_TAGS:
        yield '"pipeline_tag" must be a pipeline tag'
    for number, model in enumerate(_listed(data.get("model-index", []))):
        for place, result in enumerate(model.get("results", ())):
            for metric_place, metric in enumerate(result.get("metrics", ())):
                if "value" not in metric:
                    yield f'"model-index[{number}].results[{place}].metrics[{metric_place}].value" is required'


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
