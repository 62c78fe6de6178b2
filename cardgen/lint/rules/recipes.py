"""Can the calibration that a card's code shows be that which it asks for, and which the text tells of?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cardgen.inherit.facts.model import CalibrationClaim
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.python_code import Python, read_python
from cardgen.patterns import regex

_ASKED = frozenset({"num_calibration_samples", "num_samples", "calibration_sampling_size", "subset_size"})
_SLICED = regex(r"(?P<split>[a-z_]{1,40})\[:(?P<count>\d{1,7})\]")
_SPLIT = frozenset({"dataset_split", "calibration_split"})
_RECIPE = regex(r"oneshot\(|get_calibration_dataset|Quantizer|quantize\(|quantization\.fit|calibrat")
_SPLIT_NAMES = {"val": "validation", "valid": "validation", "dev": "validation", "training": "train"}


def _recipes(subject: Subject) -> Iterator[Python]:
    return (python for python in read_python(subject.document) if python.nodes and _RECIPE.search(python.block.code))


def _constants(python: Python) -> dict[str, ast.expr]:
    """What each name is bound to that is bound once."""
    bound: dict[str, list[ast.expr]] = {}
    for node in python.nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                bound.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in bound.items() if len(values) == 1}


def _number(constants: dict[str, ast.expr], node: ast.expr) -> int | None:
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
        node = node.elts[0]
    if isinstance(node, ast.Name):
        node = constants.get(node.id, node)
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _asked(python: Python) -> Iterator[tuple[int, ast.keyword]]:
    constants = _constants(python)
    for call in python.calls:
        for keyword in call.keywords:
            if keyword.arg in _ASKED and (count := _number(constants, keyword.value)):
                yield count, keyword


def _given(python: Python) -> list[int]:
    """How many rows the code leaves of its data: ``train[:512]``, ``select(range(512))``."""
    found = []
    constants = _constants(python)
    for node in python.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = _SLICED.fullmatch(node.value)
            found += [int(match["count"])] if match else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "select":
            rows = node.args[0] if node.args else None
            if isinstance(rows, ast.Call) and _is(rows.func, "range") and len(rows.args) == 1:
                count = _number(constants, rows.args[0])
                found += [count] if count else []
    return found


def _too_few(subject: Subject) -> Iterator[Found]:
    for python in _recipes(subject):
        given = _given(python)
        for asked, keyword in _asked(python):
            if len(given) == 1 and given[0] < asked:
                message = f"calibration asks for {asked} samples of {given[0]} that the code leaves"
                yield Found(python.place(keyword.lineno, str(keyword.arg)), message, "give both the same number")
                break


def _not_as_told(subject: Subject) -> Iterator[Found]:
    claims = [claim for claim in subject.facts.calibrations if claim.asked or claim.seen]
    asked = [(count, keyword, python) for python in _recipes(subject) for count, keyword in _asked(python)]
    told = {number for claim in claims for number in (claim.asked, claim.seen) if number}
    if told and asked and not any(count in told for count, _keyword, _python in asked):
        count, keyword, python = asked[0]
        message = f"the code calibrates on {count} samples, and the text says {_listing(claims)}"
        yield Found(python.place(keyword.lineno, str(keyword.arg)), message, "find out which is right")
    splits = {_plain(claim.split) for claim in subject.facts.calibrations if claim.split}
    used = [
        (text, keyword, python)
        for python in _recipes(subject)
        for call in python.calls
        for keyword in call.keywords
        if keyword.arg in _SPLIT and (text := python.string(keyword.value))
    ]
    if splits and used and not any(_plain(text) in splits or "eval" in splits for text, _keyword, _python in used):
        text, keyword, python = used[0]
        message = f"the code calibrates on the {text} split, and the text says {' or '.join(sorted(splits))}"
        yield Found(python.place(keyword.lineno, str(keyword.arg)), message, "find out which is right")


def _plain(split: str) -> str:
    lower = split.lower().partition("[")[0].strip()
    return _SPLIT_NAMES.get(lower, lower)


def _listing(claims: list[CalibrationClaim]) -> str:
    return " or ".join(dict.fromkeys(str(claim.asked or claim.seen) for claim in claims))


RULES: tuple[Rule, ...] = (
    Rule("calibration-code", "warning", "Calibration in code that is not what the text tells.", _not_as_told),
    Rule("calibration-samples", "warning", "A recipe that asks for more samples than it leaves.", _too_few),
)
