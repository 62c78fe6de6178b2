"""Does a card name the tool that quantized its model, and the format, as the files do? Only where they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Paragraph, Span
from cardgen.inherit.importer.makers import quantizer_called, quantizers_said, sentences
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, title_of
from cardgen.patterns import regex

_FORMAT = regex(r"(?<![A-Za-z])(?:GGUF|ONNX|OpenVINO|MLX)(?![A-Za-z])", re.IGNORECASE)
_ENDINGS = {"gguf": ".gguf", "onnx": ".onnx", "openvino": ".xml"}


def _makers(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    inspection = subject.weights.inspection
    named = [*(maker.name for maker in inspection.makers), inspection.method or ""]
    held = dict.fromkeys(title for name in named if (title := quantizer_called(name)))
    for block in subject.document.blocks if held else ():
        if not isinstance(block, Paragraph):
            continue
        for start, sentence in sentences(subject.document.slice(block.span)):
            said = quantizers_said(sentence)
            if not said or any(name in held for name, _start, _end in said):
                continue
            name, first, end = said[0]
            place = Span(block.span.start + start + first, block.span.start + start + end)
            message = f"the card says that {name} quantized the model, and the files name {', '.join(held)}"
            yield Found(place, message, "name what the files name", fault=name)


def _formats(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    title, inspection = title_of(subject.document), subject.weights.inspection
    told = [(tag, front_place(subject.document, *path)) for tag, path in listed(subject.document, "tags")]
    held = {inspection.format, inspection.method, *(maker.name.lower() for maker in inspection.makers)}
    told += [(title.title, title.span)] if title is not None else []
    for text, place in told:
        names = {found[0].lower() for found in _FORMAT.finditer(text)} if isinstance(text, str) else set()
        for name in sorted(names):
            ending = _ENDINGS.get(name)
            there = any(file.endswith(ending) for file in subject.weights.files) if ending else False
            if not there and name not in held:
                message = f"the card calls the model {name}, and its files are {inspection.format}"
                yield Found(place, message, "name the format of the files", fault=name)


RULES: tuple[Rule, ...] = (
    Rule(
        "weights-maker",
        "warning",
        "Another tool that quantized than those that the files name (with `--weights`).",
        _makers,
    ),
    Rule(
        "weights-format",
        "error",
        "A title or a tag with a format of which there is no file (with `--weights`).",
        _formats,
    ),
)
