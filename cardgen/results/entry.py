"""Which tool wrote a results file, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from cardgen.records.results_file import ResultsFile
from cardgen.results import (
    evaluate,
    inspect_ai,
    lighteval,
    llama_cpp,
    lm_eval,
    optimum_benchmark,
    sentence_transformers,
    transformers,
)
from cardgen.results.document import Document, read_document


class Reader(NamedTuple):
    """What reads the files of one tool."""

    recognises: Callable[[Document], bool]
    read: Callable[[Document], ResultsFile]


READERS: Final = {
    inspect_ai.TOOL: Reader(inspect_ai.recognises, inspect_ai.read),
    lighteval.TOOL: Reader(lighteval.recognises, lighteval.read),
    lm_eval.TOOL: Reader(lm_eval.recognises, lm_eval.read),
    evaluate.TOOL: Reader(evaluate.recognises, evaluate.read),
    optimum_benchmark.TOOL: Reader(optimum_benchmark.recognises, optimum_benchmark.read),
    transformers.TOOL: Reader(transformers.recognises, transformers.read),
    sentence_transformers.TOOL: Reader(sentence_transformers.recognises, sentence_transformers.read),
    llama_cpp.TOOL: Reader(llama_cpp.recognises, llama_cpp.read),
}
"""Tools to what reads their files; the first that recognises one is taken."""


def read_results(path: Path) -> ResultsFile:
    """What a results file says.

    Raises:
        ResultsError: where it cannot be read, is cut, or is of no tool that cardgen knows.
    """
    return results_of(read_document(path))


def results_of(document: Document) -> ResultsFile:
    """What a results file that was read says.

    Raises:
        ResultsError: where it is cut, or is of no tool that cardgen knows.
    """
    for reader in READERS.values():
        if reader.recognises(document):
            return reader.read(document)
    known = ", ".join(READERS)
    raise document.error("is no results file that cardgen knows", remedy=f"It reads what these tools write: {known}.")
