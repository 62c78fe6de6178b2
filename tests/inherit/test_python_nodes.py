from __future__ import annotations

import ast
import warnings

import pytest

from cardgen.inherit.python_nodes import python_nodes


def test_outer_nodes_come_first() -> None:
    kinds = [type(node) for node in python_nodes("f(g(1))\nx = 2\n")]
    assert kinds[0] is ast.Module
    assert [kind for kind in kinds if issubclass(kind, ast.stmt)] == [ast.Expr, ast.Assign]
    assert kinds.index(ast.Assign) < kinds.index(ast.Call)


def test_nothing_at_all_is_a_module() -> None:
    assert [type(node) for node in python_nodes("")] == [ast.Module]


@pytest.mark.parametrize(
    ("code", "error"),
    [("def (", SyntaxError), ("x\0", (SyntaxError, ValueError)), ("(" * 5000, (SyntaxError, MemoryError))],
)
def test_what_is_no_python(code: str, error: type[Exception] | tuple[type[Exception], ...]) -> None:
    for _ in range(2):
        with pytest.raises(error):
            python_nodes(code)


def test_an_odd_escape_is_not_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert python_nodes(r"path = 'C:\d'")
