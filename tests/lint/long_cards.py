"""Cards as long as one asks, each of one part again and again: what time and work grow with is told by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_HEAD = """---
license: mit
pipeline_tag: text-classification
base_model: distilbert-base-uncased
metrics: [accuracy]
{more}---
# gull-base-int8

The model is an INT8 version, made by post-training static quantization.

"""
_SCORES = "| | INT8 | FP32 |\n|---|---|---|\n"
_INDEX = "model-index:\n- name: gull\n  results:\n"


def _card(body: str, more: str = "") -> str:
    return _HEAD.format(more=more) + body


def _again(part: str, *, head: str = "", tail: str = "") -> Callable[[int], str]:
    """The part, where ``%d`` is the number of the time, in lines of its own."""
    return lambda count: _card(head + "".join(part.replace("%d", str(number)) for number in range(count)) + tail)


def _metadata(part: str, key: str = "", *, body: str = "") -> Callable[[int], str]:
    def made(count: int) -> str:
        again = [part.replace("%d", str(number)) for number in range(count)]
        row = body.partition("\n\n")
        rows = "".join(row[2].replace("%d", str(number)) for number in range(count)) if row[2] else ""
        return _card(row[0] + "\n" + rows if rows else "", key + "".join(again))

    return made


def _on_one_line(made: Callable[[int], str]) -> Callable[[int], str]:
    return lambda count: " ".join(made(count).split())


_RESULT = "  - task: {type: text-classification}\n    dataset: {name: d%d, type: d%d}\n    metrics:\n"
_VALUE = "    - {type: accuracy, value: 0.8%d}\n"
_OWN_TABLE = "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy %d | 0.9 | 0.91 |\n\n"
_SIZES = "| | INT8 | FP32 |\n|---|---|---|\n| Model size (MB) | 2%d | 9%d |\n\n"

LONG_CARDS: Mapping[str, Callable[[int], str]] = {
    "small tables": _again(_OWN_TABLE),
    "small tables of one measure": _again(_OWN_TABLE.replace(" %d", "").replace("0.9 ", "0.9%d ")),
    "tables of sizes": _again(_SIZES + "The module `a.b.c%d` stays in FP32.\n\n"),
    "rows": _again("| Accuracy %d | 0.9%d | 0.91 |\n", head=_SCORES),
    "rows of one measure": _again("| mnli | 0.9%d | 0.91 |\n", head="| Dataset | INT8 | FP32 |\n|---|---|---|\n"),
    "rows above 1": _again("| Accuracy | 1.2%d | 1.3%d |\n", head=_SCORES),
    "rows with a cell too many": _again("| Accuracy | 0.9%d | 0.9 | x |\n", head=_SCORES),
    "rows and text": lambda count: _card(
        "| | INT8 | FP32 |\n|---|---|---|\n"
        + "".join(f"| Accuracy | 0.9{number} | 0.91 |\n" for number in range(count))
        + "".join(
            f"\nThe accuracy is 0.8{number}, a relative loss of at most 1.{number} %.\n" for number in range(count)
        )
    ),
    "averages and text": lambda count: _card(
        "| Model | INT8 | FP32 |\n|---|---|---|\n"
        + "".join(f"| Average | 6{number}.0 | 6{number}.5 |\n" for number in range(count))
        + "".join(f"\nThe average score is 6{number}.0 compared to 7{number}.1.\n" for number in range(count))
    ),
    "results of others": _again("## Part %d\n\nThe results are of the base model.\n\n" + _OWN_TABLE),
    "results of an export": lambda count: (
        "---\nlicense: mit\ntags: [onnx]\n---\n# gull\n\n"
        + "".join(f"The accuracy is 0.8{number}.\n\nIt is what this one has.\n\n" for number in range(count))
    ),
    "files": _again("- `model-%d.onnx`\n", head="## Files\n\n"),
    "sizes and text": lambda count: _card(
        "| Model | Size (MB) |\n|---|---|\n"
        + "".join(f"| gull INT8 | 27{number} |\n" for number in range(count))
        + "".join(f"\nThe model size is 8{number} MB.\n" for number in range(count))
    ),
    "runs": _again(
        "| onnxruntime | %d | 0.1%d | 1.%d |\n| none | %d | 0.9%d | 2.%d |\n",
        head="| quantization | batch_size | accuracy | latency_ms |\n|---|---|---|---|\n",
    ),
    "tables of runs": _again("| framework | batch_size | latency_ms |\n|---|---|---|\n| None | %d | 1.%d |\n\n"),
    "variants": _again("| onnx-%d | 0.9%d | %d |\n", head="| Variant | Accuracy | Size (MB) |\n|---|---|---|\n"),
    "cells of one row": lambda count: _card(
        "".join(f"| Accuracy {number} " for number in range(count))
        + "|\n"
        + "|---" * count
        + "|\n"
        + "| 0.9 " * count
        + "|\n"
    ),
    "HTML tables": _again("<table><tr><th>F1</th></tr><tr><td>0.9%d</td></tr></table>\n\n"),
    "sections with code": _again(
        "## Part %d\n\n```python\nfrom transformers import AutoModel\n"
        "m%d = AutoModel.from_pretrained('acme/gull%d')\n```\n\n"
    ),
    "blocks of code": _again("```python\nx%d = y%d\n```\n\n"),
    "blocks of code in a list": _again("- text\n\n  ```python\n  x%d = 1\n  ```\n\n"),
    "imports that do not exist": _again("```python\nfrom transformers import Foo%d\n```\n\n"),
    "modules that do not exist": _again("```python\nfrom transformers.x%d import AutoModel\n```\n\n"),
    "ids in one block of code": _again("m = AutoModel.from_pretrained('a/b%d')\n", head="```python\n", tail="```\n"),
    "entries of one line": _again("@misc{k%d, title={t}} ", head="```bibtex\n", tail="\n```\n"),
    "headings": _again("## Part %d\n\n"),
    "numbered headings": _again("## %d. Results in FP32\n\n"),
    "titles": _again("# T%d\n\n"),
    "headings of variants": _again("## ONNX %d: static quantization\n\n### PyTorch\n\n"),
    "underlined headings": _again("Part %d\n------\n\nText of it.\n\n"),
    "paragraphs": _again("Calibrated with %d samples of the validation split; it has an accuracy of 0.9%d.\n\n"),
    "one paragraph": _again("It keeps one of its modules in FP32 and has an accuracy of 0.9%d.\n"),
    "list items": _again("- item %d has accuracy 0.9%d\n"),
    "nested lists": _again("- item %d\n  - more\n    - still more\n"),
    "listed modules": _again("- `encoder.%d.fc1`\n- `encoder.%d.fc1`\n", head="These modules stay in FP32:\n\n"),
    "modules that sound like claims": _again("- `x.fallback.fp32.modules%d`\n", head="These modules stay in FP32:\n\n"),
    "quotes": _again("> item %d\n\n"),
    "nested quotes": _again("> a %d\n> > b\n> > > c\n\n"),
    "tasks": _again("1. [x] item %d of it\n"),
    "emphasis": _again("It is *very %d* and **bold %d**, ***both***, ~~gone~~ and `code %d`.\n\n"),
    "open emphasis": _again("It is *very %d and **bold %d and _under%d score here.\n\n"),
    "brackets": _again("A [ b%d ] [ c [d\n\n"),
    "HTML": _again('<div align="center">\n<img src="x%d.png">\n</div>\n\nIt <b>is</b> H<sub>2</sub>O %d.\n\n'),
    "blank lines": _again("\n\n\n\nx%d\n"),
    "breaks": _again("text %d\n\n---\n\n"),
    "lines that end with CR and LF": lambda count: _again("## Part %d\n\nText of it.\n\n- item\n\n")(count).replace(
        "\n", "\r\n"
    ),
    "rows of numbers": _again(
        "| r%d | 0.1 | 0.2 | 0.3 | 12.5 | 99.1 | 0.%d |\n",
        head="| Model | Accuracy | F1 | Recall | Loss | BLEU | EM |\n|---|---|---|---|---|---|---|\n",
    ),
    "lines of code": _again("x%d = y%d + f(z)\n", head="```python\n", tail="```\n"),
    "links": _again("It is fine-tuned from [G%d](https://huggingface.co/acme/gull%d).\n\n"),
    "placeholders": _again("## S%d\n\n[More Information Needed]\n\n"),
    "disclosures": _again("It is so. <!-- cardgen:disclosed nothing%d -->\n\n"),
    "tags": _metadata("- quantizatoin-%d\n", "tags:\n"),
    "languages": _metadata("- l%d\n", "language:\n"),
    "keys": _metadata("licens%d: v\n"),
    "nested keys": _metadata("k%d:\n  a: {b: [1, 2, 3]}\n  c: text\n"),
    "results": _metadata(_RESULT + _VALUE, _INDEX, body="| Dataset | Accuracy |\n|---|---|\n\n| d%d | 0.9%d |\n"),
    "values of one result": _metadata(
        "    - {type: accuracy, name: 'Accuracy, onnx', value: 0.8%d}\n",
        _INDEX + _RESULT.replace("%d", ""),
        body=_SCORES + "\n| Accuracy | 0.9%d | 0.91 |\n",
    ),
    "models on one line": _on_one_line(_metadata("- name: gull%d\n  results:\n" + _RESULT + _VALUE, "model-index:\n")),
    "tables on one line": _on_one_line(_again("## Part %d\n\n" + _OWN_TABLE)),
    "code on one line": _on_one_line(_again("## Part %d\n\n```python\nx%d = 1\n```\n\n")),
}
"""What a card holds again and again, to the card that holds it so many times."""
