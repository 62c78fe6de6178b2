"""Does library_name tell by which library the card's code loads the model?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, metadata_of
from cardgen.lint.reading.python_code import read_python

_LIBRARIES: Mapping[str, str] = {
    "mlx_lm": "mlx",
    "mlx_vlm": "mlx",
    "mlx_embeddings": "mlx",
    "mlx_whisper": "mlx",
    "llama_cpp": "gguf",
    "sentence_transformers": "sentence-transformers",
    "transformers": "transformers",
    "optimum": "transformers",
    "diffusers": "diffusers",
}
"""Modules that load models, to the library that the Hub knows them by."""
_ALSO_LOADED = frozenset({"transformers", "sentence-transformers", "diffusers"})
"""Libraries whose name makes the Hub offer code that loads the model by them."""


def _check(subject: Subject) -> Iterator[Found]:
    said = metadata_of(subject.document).get("library_name")
    if said not in _ALSO_LOADED:
        return
    modules = {one.module.partition(".")[0] for python in read_python(subject.document) for one in python.imported}
    used = {_LIBRARIES[module] for module in modules & _LIBRARIES.keys()}
    if len(used) == 1 and said not in used:
        (library,) = used
        place = front_place(subject.document, "library_name")
        message = f"library_name is {said}, for which the Hub offers code, and the card's own code loads with {library}"
        yield Found(place, message, f"write `library_name: {library}`")


RULES: tuple[Rule, ...] = (
    Rule("library-other", "warning", "A library_name other than what the card's code loads the model by.", _check),
)
