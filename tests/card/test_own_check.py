"""Cards of cardgen's own pass cardgen's own check, also where names and counts are unusual."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen.lint.engine import lint
from tests.card.test_hostile_cards import PLAIN, int8, render


def rules(card: str) -> list[str]:
    return [finding.rule for finding in lint(card, "README.md").findings]


@pytest.mark.parametrize(
    "names",
    [
        ["linear"],
        ["Linear", "conv"],
        ["GullModel", "Conv2d"],
        ["encoder.out.net"],
        ["model.io", "x.py"],
        ["a.b", "a.b2", "linear"],
        ["a b"],
        ["0.1"],
        ["x[0].y", "m(1)"],
        ["\u00e9.\u00fc"],
        ["all"],
        ["/MatMul", "/x/y"],
        ["a:b"],
        ["fp32", "int8"],
        [f"layer.{number}.net" for number in range(60)],
    ],
)
def test_modules_of_any_name_are_as_many_as_said(names: list[str]) -> None:
    usual = rules(render(int8(PLAIN), PLAIN, modules=("encoder.fc1",)))
    assert [rule for rule in rules(render(int8(PLAIN), PLAIN, modules=tuple(names))) if rule not in usual] == []


def _many(count: int, **base: Any) -> dict[str, Any]:
    data = int8(PLAIN)
    told = data["reported"][0]
    backends = ("neural-compressor", "onnxruntime")
    data["variants"] = {f"v{at}": {"backend": backends[at % 2], "approach": "static"} for at in range(count)}
    data["reported"] = [{**told, "variant": f"v{at}"} for at in range(count)]
    data["base_model"] |= base
    return data


@pytest.mark.parametrize("base", [{}, {"trust_remote_code": True}])
@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_what_holds_for_many_variants_is_said_once(count: int, base: dict[str, Any]) -> None:
    card = render(_many(count, **base), PLAIN)
    assert "text-repeated" not in rules(card)
    assert card.count("pickle") == 1
    assert card.count("read that code first") == len(base)
