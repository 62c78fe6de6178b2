"""Code of a card that does nothing but load its model: the new card gets code of its own."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

from cardgen.inherit.importer.known import Known
from cardgen.inherit.importer.tokens import marks
from cardgen.patterns import regex

_IDS = ("model_id", "model_name", "model_name_or_path", "pretrained_model_name_or_path", "repo_id")
_OWN_NUMBER = regex(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")


def only_loads(code: str) -> bool:
    """Whether Python code only imports, and loads by an id alone; a remark or a setting of its own says more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # about somebody else's code
        try:
            body = ast.parse(code).body
            remarked = any(
                token.type == tokenize.COMMENT for token in tokenize.generate_tokens(io.StringIO(code).readline)
            )
        except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
            return False
    imports = (ast.Import, ast.ImportFrom)
    return bool(body) and not remarked and all(isinstance(part, imports) or _assigns_loaded(part) for part in body)


def numbers_and_ids_known(code: str, known: Known) -> bool:
    """Whether the manifest has every number and id of a piece of code, but for those that are part of a name."""
    numbers = {number.replace(",", "") for number in _OWN_NUMBER.findall(code)}
    return frozenset(numbers | {mark for mark in marks(code) if "/" in mark}) <= known.marks


def _assigns_loaded(part: ast.stmt) -> bool:
    if not isinstance(part, ast.Assign):
        return False
    value = part.value
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str)
    if not isinstance(value, ast.Call) or any(keyword.arg not in _IDS for keyword in value.keywords):
        return False
    arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
    return len(arguments) <= 1 and all(isinstance(argument, ast.Name | ast.Constant) for argument in arguments)
