"""Figures in running text.

A number counts where only words of a known few stand between it and the name of a quantity: what is not surely a
figure is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from cardgen.inherit.facts.model import Figure, Subject
from cardgen.inherit.facts.numbers import decimal_of
from cardgen.inherit.facts.scope import Prose, Scope
from cardgen.inherit.facts.words import METRIC_NAMES, baseline_word, is_baseline, last_named, quantity_of, runtime_of
from cardgen.patterns import regex

_LONGEST = 10_000
_WINDOW = 300
_GAP = 90
_MOST = 60
"""Figures in one piece of text: more are no sentence."""

_NOT_IN_PROSE = frozenset({"em", "map", "acc", "exact", "cer", "mae"})
_METRIC = (
    r"(?<![A-Za-z0-9])(?:"
    + "|".join(
        sorted(
            (re.escape(name).replace(r"\ ", r"[ _-]") for name in METRIC_NAMES if name not in _NOT_IN_PROSE),
            key=len,
            reverse=True,
        )
    )
    + r")(?![A-Za-z0-9])"
)
_SIZE = (
    r"\b(?:(?:model|file|disk|weights?|checkpoint)[ _]size"
    r"|size of the (?:\w{1,20} )?(?:model|weights|file|checkpoint)|weighs)\b|^size(?=\s?:)"
)
_LOSS = r"^(?:eval_|eval |validation )?loss(?=\s?:)"
_MENTION = regex(rf"(?P<metric>{_METRIC}|{_LOSS})|(?P<size>{_SIZE})", re.IGNORECASE)
_NUMBER = regex(
    r"(?P<value>\d(?<![\w.,/-]\d)(?:(?<=[1-9])\d{0,2}(?:,\d{3})+|\d{0,11})(?:\.\d{1,12})?)"
    r"(?:\s?(?P<unit>%|[KMG]i?B|M(?![\w-])))?(?![\w/-]|[.,]\d)"
)
_FIGURE = regex(r"[0-9](?:\.[0-9]|\s?(?:%|[KMG]i?B|M))")
"""A number with decimals or a unit: a text without any holds no figure."""
_SENTENCE = regex(r"[.!?](?<!vs.)(?<!e\.g.)(?<!i\.e.)\s+(?=[A-Z`(])|;\s")
_WORD = regex(r"[A-Za-z][\w'’-]*|[^\sA-Za-z]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILLERS = _words(
    """a about achieved achieves an and approximately are around at by dev eval evaluation for gets has in is its just
    model model's models now obtains of on only our reached reaches roughly scored scores score set still test the this
    to validation value was were weights which with int8 fp32 float32 quantized quantised original baseline pytorch onnx
    file disk s macro micro weighted full precision static dynamic version variant it evaluated split dataset
    eval-accuracy eval-f1 : = ( ) ~ ≈ ` ' " * ’"""
)
_CHANGES = _words(
    """drops dropped drop decreases decreased goes went falls fell changes changed reduced shrinks shrank shrunk reduces
    increases increased improves improved rises moves moved cut down up"""
)
_COMPARING = _words("against versus vs compared instead than")
_JOINING = _words("while whereas but , .")
_NO_LOSS = regex(
    r"\s{0,3}(?:loss|drop|degradation|difference|decrease|change|gap|points?|recovery|retention|retained|recovered"
    r"|preserved|preservation)\b",
    re.IGNORECASE,
)
_BOUND = regex(r"(?:less than|within|under|below|at most|up to|more than|over|above|about|by|<|>)\s*$", re.IGNORECASE)
_BASELINE_BEHIND = regex(
    r"\s{0,3}\(?(?:in|for|of|with|by|from)?\s{0,3}(?:the\s)?"
    r"(?:fp32|float32|full[ -]precision|original|baseline|base model)\b(?!\s{0,3}[:=]?\s{0,3}\d)",
    re.IGNORECASE,
)
_QUANTIZED_BEHIND = regex(
    r"\s{0,3}\(?(?:in|for|of|with|by)?\s{0,3}(?:the\s)?(?:int8|quanti[sz]ed)\b(?!\s{0,3}[:=]?\s{0,3}\d)", re.IGNORECASE
)
_ONE_OF_MANY = regex(r"\s(?:in|for|on|with)\s(?:one|some|a few|the best|the worst|each|every)\b", re.IGNORECASE)
_MEMORY = regex(r"\b(?:memory|v?ram|gpu|download)\b", re.IGNORECASE)
_OTHER_MODEL = regex(
    r"(?<![\w/-])[A-Za-z][\w.-]*-(?:base|large|small|tiny|mini|medium|xl|[0-9]+[bm])(?:-[\w.]+)*(?![\w/-])"
)
_LEADING_NAME = regex(r"(?P<name>[\w.-]{1,60})\s?:\s")


class _Found(NamedTuple):
    quantity: str
    label: str
    number: re.Match[str]
    baseline: bool
    word: str | None
    """What names the baseline, where it is one."""


def figures_in_prose(scope: Scope, prose: Prose) -> Iterator[Figure]:
    """The figures of one piece of running text."""
    text = prose.text[:_LONGEST]
    if not _FIGURE.search(text):
        return
    subject, offset = _subject(scope, prose, text)
    count, start = 0, offset
    for stop in (*_SENTENCE.finditer(text, offset), None):
        end = stop.start() + 1 if stop else len(text)
        for found in _in_sentence(scope, text, start, end):
            number = found.number
            span = scope.places.find(prose.span, prose.text, number.start("value"), number.end("value"))
            named = subject
            if found.baseline:
                label = subject.label if subject.label in scope.variants else found.word or "baseline"
                named = Subject(label, True, subject.runtime)
            value = decimal_of(number["value"])
            yield Figure(found.quantity, found.label, named, value, number["unit"] or "", "prose", span)
            count += 1
            if count >= _MOST:
                return
        start = stop.end() if stop else len(text)


def _subject(scope: Scope, prose: Prose, text: str) -> tuple[Subject, int]:
    """The model that a text is about, and where what it says of it starts: ``pytorch: accuracy 0.93 …``."""
    found = _LEADING_NAME.match(text)
    if found and (found["name"] in scope.variants or runtime_of(found["name"])) and not quantity_of(found["name"]):
        name = found["name"]
        return Subject(name, is_baseline(name), scope.variants.get(name) or runtime_of(name)), found.end()
    return scope.subject_of(prose), 0


def _in_sentence(scope: Scope, text: str, start: int, end: int) -> Iterator[_Found]:
    numbers = list(_NUMBER.finditer(text, start, end))
    if not any(number["unit"] or "." in number["value"] for number in numbers):
        return
    mentions = list(_MENTION.finditer(text, start, end))
    sized = "size" in text[start:end].lower()
    if not mentions and not sized:
        return
    taken: set[int] = set()
    for mention in mentions:
        first = _number_of(text, mention, numbers, start)
        if first is None or first in taken:
            continue
        quantity = "size" if mention["size"] else quantity_of(mention[0])
        if quantity is None or not _of_all(text, numbers[first]) or _other_model(text, start, numbers[first].start()):
            continue
        taken.add(first)
        before = text[max(start, numbers[first].start() - _WINDOW) : numbers[first].start()]
        yield from _with_comparison(scope, text, before, quantity, mention[0], numbers, first, taken, end)
    if sized and not _MEMORY.search(text, start, end):
        for index in range(len(numbers) - 1):
            if index not in taken and index + 1 not in taken and _compares(text, numbers, index):
                taken |= {index, index + 1}
                yield from _with_comparison(scope, text, "", "size", "size", numbers, index, taken, end)


def _number_of(text: str, mention: re.Match[str], numbers: list[re.Match[str]], start: int) -> int | None:
    """Which number a mention is of: the one behind it, or the one right before it."""
    if _NO_LOSS.match(text, mention.end()):
        return None
    behind = bisect_left(numbers, mention.start(), key=re.Match.start)
    for index in range(max(0, behind - 1), min(behind + 1, len(numbers))):
        number = numbers[index]
        if number.start() < mention.start():
            between = text[number.end() : mention.start()]
            if not mention["size"] and between in ("", " ") and _is_value(number, mention):
                return None if _BOUND.search(text[max(start, number.start() - 20) : number.start()]) else index
        elif number.start() - mention.end() > _GAP:
            return None
        else:
            words = _WORD.findall(text[mention.end() : number.start()].lower())
            changed = words[-1:] == ["from"] and bool(_CHANGES.intersection(words))
            allowed = _FILLERS | _CHANGES | {"from"} if changed else _FILLERS
            return index if _is_value(number, mention) and allowed.issuperset(words) else None
    return None


def _of_all(text: str, number: re.Match[str]) -> bool:
    """Whether a number is not of one run or sample among others."""
    return _ONE_OF_MANY.match(text, number.end()) is None


def _is_value(number: re.Match[str], mention: re.Match[str]) -> bool:
    unit = number["unit"] or ""
    if mention["size"]:
        return unit not in ("", "%")
    return unit == "%" or (unit == "" and "." in number["value"])


def _compares(text: str, numbers: list[re.Match[str]], index: int) -> bool:
    one, other = numbers[index], numbers[index + 1]
    between = text[one.end() : other.start()].strip().lower()
    known = between in ("against", "versus", "vs", "vs.", "instead of", "compared to", "compared with", "to")
    if between == "to":
        known = text[max(0, one.start() - 6) : one.start()].rstrip().lower().endswith("from")
    return known and all((number["unit"] or "%") != "%" for number in (one, other))


def _with_comparison(
    scope: Scope,
    text: str,
    before: str,
    quantity: str,
    label: str,
    numbers: list[re.Match[str]],
    first: int,
    taken: set[int],
    end: int,
) -> Iterator[_Found]:
    """A number, and the one that it is compared with."""
    number = numbers[first]
    second = numbers[first + 1] if first + 1 < len(numbers) else None
    told = _told(text, number, before)
    pair = _pair(text, number, second, end) if second is not None else None
    if pair == "from-to" and text[: number.start()].rstrip().lower().endswith("from"):
        if scope.quantized:
            yield _Found(quantity, label, number, True, baseline_word(before) or "baseline")
        assert second is not None
        taken.add(first + 1)
        yield _Found(quantity, label, second, False, None)
        return
    yield _Found(quantity, label, number, bool(told), baseline_word(before) if told else None)
    if second is None or pair not in ("comparing", "joining"):
        return
    between = text[number.end() : second.start()]
    other = _told(text, second, between)
    if other is None:
        if pair == "joining" or not scope.quantized:
            return
        other = not told
    taken.add(first + 1)
    behind = text[second.end() : second.end() + 30]
    word = baseline_word(between) or baseline_word(behind)
    yield _Found(quantity, label, second, other, word if other else None)


def _told(text: str, number: re.Match[str], before: str) -> bool | None:
    """Whether the words around a number say that it is the baseline's; ``None`` where they do not say."""
    behind = number.end()
    if _BASELINE_BEHIND.match(text, behind):
        return True
    if _QUANTIZED_BEHIND.match(text, behind):
        return False
    return last_named(before)


def _pair(text: str, number: re.Match[str], second: re.Match[str], end: int) -> str | None:
    """How two numbers in a row belong together, if they do."""
    if (
        second.start() - number.end() > _GAP
        or second.end() > end
        or ((number["unit"] or "") == "%") != ((second["unit"] or "") == "%")
    ):
        return None
    words = _WORD.findall(text[number.end() : second.start()].lower())
    if words == ["to"]:
        return "from-to"
    if (number["unit"] or "") != (second["unit"] or "") and "" in (number["unit"] or "", second["unit"] or ""):
        return None
    if not (_FILLERS | _COMPARING | _JOINING).issuperset(words):
        return None
    if _COMPARING.intersection(words):
        return "comparing"
    return "joining" if words else None


def _other_model(text: str, start: int, at: int) -> bool:
    """Whether the words before a number speak of another model, by its name."""
    return _OTHER_MODEL.search(text, max(start, at - _GAP), at) is not None
