"""How long an import takes grows with the length of a card, and not faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardgen.inherit.facts.find import read_facts
from cardgen.inherit.importer.make import Overrides, import_card
from cardgen.lint.reading.mojibake import find_misread
from cardgen.manifest.prose_faults import _with_card_below
from tests.growth import assert_linear

HEAD = "---\nlicense: mit\nbase_model: acme/gull\n---\n# INT8 gull\n\nOf PyTorch.\n\n"
GIVEN = Overrides("shop/gull-int8", None, "text-classification", "static")

BODIES: dict[str, tuple[str, Callable[[int], str]]] = {
    "numbered headings": ("", "## {0}. Heading {0}\n\n".format),
    "sections": ("", "## Heading {0}\n\nSome words {0}.\n\n".format),
    "code": ("", "```python\nx = {}\n```\n\n".format),
    "sections with code": ("", "## Use {0}\n\n```python\nmodel = M.from_pretrained('a/b{0}')\n```\n\n".format),
    "rows": ("| | INT8 | FP32 |\n|---|---|---|\n", "| Accuracy {0} | 0.{0} | 0.9{0} |\n".format),
    "datasets": ("| Task | INT8 | FP32 |\n|---|---|---|\n", "| task{0} accuracy | 0.{0} | 0.9{0} |\n".format),
    "runs": ("| batch size | latency_ms | accuracy |\n|---|---|---|\n", "| {0} | {0}.5 | 0.{0} |\n".format),
    "tables": ("", "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy {0} | 0.{0} | 0.9{0} |\n\n".format),
    "claims": ("", "It was calibrated on {} samples of the train split.\n\n".format),
    "modules": ("The modules fall back to FP32: ", "`a.b.c{}`, ".format),
    "origins": ("", "It was quantized from [{}](https://huggingface.co/acme/gull).\n\n".format),
    "figures": ("", "The accuracy is 0.{}.\n\n".format),
    "citations": ("", "```bibtex\n@misc{{k{},\n title={{T}},\n}}\n```\n\n".format),
    "misread": ("", "Acme{}Â® here\n".format),
}
HEADS: dict[str, tuple[str, Callable[[int], str]]] = {
    "tags": ("tags:\n", "- tag-number-{}\n".format),
    "keys": ("", "key{0}: {0}\n".format),
    "base models": ("base_model:\n", "- acme/gull{}\n".format),
    "results": (
        "model-index:\n- name: gull-int8\n  results:\n",
        "  - dataset: {{type: a/d{0}, name: D{0}}}\n    metrics: [{{type: accuracy, value: 0.{0}}}]\n".format,
    ),
    "metrics": (
        "model-index:\n- name: gull-int8\n  results:\n  - dataset: {type: a/d}\n    metrics:\n",
        "    - {{type: accuracy, name: n{0}, value: 0.{0}}}\n".format,
    ),
}


def importing(card: str) -> Callable[[], object]:
    read_facts.cache_clear()  # each time is that of a card which was not read before
    _with_card_below.cache_clear()
    return lambda: import_card(card, "card", "card", GIVEN, misread=find_misread)


@pytest.mark.parametrize("name", [*BODIES, *HEADS, "collapsed", "columns"])
def test_time_grows_with_length(name: str) -> None:
    def card(parts: int) -> str:
        if name == "collapsed":
            return " ".join(HEAD.split()) + "".join(f" ## Heading {at} This is text {at}." for at in range(parts))
        if name == "columns":
            cells = ["".join(f" {text.format(at)} |" for at in range(parts)) for text in ("INT8 {}", "---", "0.{}")]
            return f"{HEAD}| |{cells[0]}\n|---|{cells[1]}\n| Accuracy |{cells[2]}\n"
        lead, part = (BODIES | HEADS)[name]
        middle = lead + "".join(map(part, range(parts)))
        return HEAD + middle if name in BODIES else HEAD.replace("---\n#", f"{middle}---\n#")

    assert_linear(lambda parts: importing(card(parts)), few=200)
