"""Cards to import, as long as one asks: each of one part again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cardgen.inherit.importer.make import Overrides

_HEAD = "---\nlicense: mit\nbase_model: acme/gull\n---\n# INT8 gull\n\nOf PyTorch.\n\n"
GIVEN = Overrides("shop/gull-int8", None, "text-classification", "static")

_BODIES: dict[str, tuple[str, Callable[[int], str]]] = {
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
    "lists": ("", "1. Item {} of it.\n   - More\n".format),
    "nested quotes": ("", "> a {}\n> > b\n> > > c\n\n".format),
    "emphasis": ("", "It is *very {0}* and **bold {0}**, ***both***, ~~gone~~ and `code {0}`.\n\n".format),
    "HTML": ("", '<div align="center">\n<img src="x{0}.png">\n</div>\n\nIt <b>is</b> so {0}.\n\n'.format),
    "breaks": ("", "Text {}.\n\n---\n\n".format),
    "links": ("", "See [one {0}](https://example.com/{0}) and acme/gull{0}.\n\n".format),
    "rows of numbers": (
        "| Model | Accuracy | F1 | Recall | Loss | BLEU | EM |\n|---|---|---|---|---|---|---|\n",
        "| r{0} | 0.1 | 0.2 | 0.3 | 12.5 | 99.1 | 0.{0} |\n".format,
    ),
    "misread": ("", "Acme{}Â® here\n".format),
}
_HEADS: dict[str, tuple[str, Callable[[int], str]]] = {
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


def _body(lead: str, part: Callable[[int], str]) -> Callable[[int], str]:
    return lambda parts: _HEAD + lead + "".join(map(part, range(parts)))


def _head(lead: str, part: Callable[[int], str]) -> Callable[[int], str]:
    return lambda parts: _HEAD.replace("---\n#", lead + "".join(map(part, range(parts))) + "---\n#")


def _collapsed(parts: int) -> str:
    """On one line, as pages are copied."""
    return " ".join(_HEAD.split()) + "".join(f" ## Heading {at} This is text {at}." for at in range(parts))


def _columns(parts: int) -> str:
    """A table of one row."""
    titles, rule, row = ["".join(f" {text.format(at)} |" for at in range(parts)) for text in ("INT8 {}", "---", "0.{}")]
    return f"{_HEAD}| |{titles}\n|---|{rule}\n| Accuracy |{row}\n"


LONG_CARDS: Mapping[str, Callable[[int], str]] = {
    **{name: _body(*given) for name, given in _BODIES.items()},
    **{name: _head(*given) for name, given in _HEADS.items()},
    "collapsed": _collapsed,
    "columns": _columns,
}
"""What a card holds again and again, to the card that holds it so many times."""
