"""Python that a card prints, as syntax trees."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

_OF_ONE_CARD = 2**14
"""Snippets: facts are found in all of them before they are judged, which holds the trees anyway."""


@lru_cache(maxsize=_OF_ONE_CARD)
def python_nodes(code: str) -> tuple[ast.AST, ...]:
    """Every node of the code's tree, outer ones first; what looks at one snippet of a card after another shares them.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it holds a null byte, of which some versions of Python say so.
        RecursionError: it is nested too deeply.
        MemoryError: the same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a stranger's string is no matter of ours
        nodes: list[ast.AST] = [ast.parse(code)]
    for node in nodes:  # as ast.walk does, in half of the time
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif isinstance(value, list):
                nodes.extend(item for item in value if isinstance(item, ast.AST))
    return tuple(nodes)
