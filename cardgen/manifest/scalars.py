"""Plain scalars of YAML: read by the core schema of YAML 1.2, where YAML 1.1 agrees.

Half of the YAML readers in use follow version 1.1, where ``no`` is false, ``010`` is 8 and ``12:30`` is 750. A manifest
is read by more programs than cardgen, so whatever the two versions read differently is a problem, not a guess.

The core schema: https://yaml.org/spec/1.2.2/#103-core-schema. YAML 1.1 is what PyYAML implements.
"""

from __future__ import annotations

import datetime
import math
from functools import lru_cache

import yaml

from cardgen.patterns import regex

Scalar = str | int | float | bool | None


class Written(float):
    """A number with a point or an exponent that keeps its digits: ``0.490`` stays ``0.490``."""

    def __new__(cls, text: str) -> Written:
        """Read ``text``, a number as Python's ``float`` takes it."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str
    """As the file writes it."""

    def __reduce__(self) -> tuple[type[Written], tuple[str]]:
        return Written, (self.text,)


_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = regex(r"[-+]?[0-9]+")
_OCTAL = regex(r"0o[0-7]+")
_HEXADECIMAL = regex(r"0x[0-9a-fA-F]+")
_FLOAT = regex(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = regex(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")
_MOST_DIGITS = 18
_EXPONENT_DIGITS = 4
"""Too many: written out, as evidence has it, such a number would fill the memory."""
_LONGEST_NUMBER = 400
"""Characters; Python refuses to print integers of more than 4,300 digits."""

_resolver = yaml.resolver.Resolver()
_constructor = yaml.constructor.SafeConstructor()


class ScalarError(Exception):
    """A plain scalar that does not mean one thing."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@lru_cache(maxsize=1024)
def read_scalar(text: str) -> Scalar:
    """What a plain (unquoted) scalar means.

    Raises:
        ScalarError: where YAML 1.1 and 1.2 read it differently, or it is a number that a manifest cannot hold.
    """
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError(f"`{text}` is not a finite number", f"write a number, or {quoted(text)} for the text")
    if len(text) > _MOST_DIGITS and any(form.fullmatch(text) for form in (_INTEGER, _OCTAL, _HEXADECIMAL)):
        raise ScalarError("is a number of too many digits", f"write {quoted(text)} for the text")
    new = _read_core(text)
    if isinstance(new, float) and not math.isfinite(new):
        raise ScalarError(f"`{text}` is too large a number", f"write {quoted(text)} for the text")
    if isinstance(new, Written) and len(_exponent(text)) >= _EXPONENT_DIGITS:  # beyond what a float tells from 0
        raise ScalarError(f"`{text}` has an exponent out of range", f"write {quoted(text)} for the text")
    if text == "<<":
        raise ScalarError("`<<` merges mappings in YAML 1.1, which a manifest does not use", "write the keys out")
    old = _read_old(text)
    if (type(old) is type(new) or (type(old) is float and isinstance(new, Written))) and old == new:
        return new
    remedy = f"write {quoted(text)} for the text"
    meant = new if isinstance(new, int | float) else old
    if isinstance(meant, int | float):
        remedy += f", or {_plain(meant)} for the {'truth value' if isinstance(meant, bool) else 'number'}"
    message = f"`{text}` is {_say(old)} to readers of YAML 1.1 and {_say(new)} to readers of YAML 1.2"
    raise ScalarError(message, remedy)


def quoted(text: str) -> str:
    """The text as a quoted scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _exponent(text: str) -> str:
    """The digits of a number's exponent that count."""
    return text.lower().partition("e")[2].lstrip("+-0")


def _read_core(text: str) -> Scalar:
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)  # the same prefix in Python
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return Written(text)
    return text


def _read_old(text: str) -> object:
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    if tag == "tag:yaml.org,2002:str":
        return text
    if len(text) > _LONGEST_NUMBER:
        return ...
    try:
        return _constructor.construct_object(yaml.ScalarNode(tag, text))
    except (ValueError, OverflowError, yaml.YAMLError):
        return ...


def _say(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {_plain(value)}"
    if isinstance(value, datetime.date):
        return "a date"
    if isinstance(value, str):
        return "text"
    return "something else"


def _plain(value: float) -> str:
    """A number as both versions of YAML read it: PyYAML wants a point and a signed exponent."""
    if isinstance(value, bool):
        return str(value).lower()
    shown = repr(value)
    if "e" not in shown:
        return shown
    mantissa, exponent = shown.split("e")
    sign = "" if exponent[0] in "+-" else "+"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{sign}{exponent}"
