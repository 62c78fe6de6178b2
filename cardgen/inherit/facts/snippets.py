"""Code that a card prints, and the models that it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import CodeBlock, Section
from cardgen.inherit.facts.citations import is_citation
from cardgen.inherit.facts.loading import loaded_ids
from cardgen.inherit.facts.model import Snippet, Subject
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.words import Runtime
from cardgen.patterns import regex

_LONGEST = 200_000
_PYTHON_NAMES = frozenset({"python", "py", "python3", "pycon", "ipython", "python-repl"})
_PYTHON_CODE = regex(
    r"^(?:>>> |from [\w.]{1,100} import |import [\w.]{1,100}(?: as \w{1,60})?[ \t]*$"
    r"|\w{1,60} = \w{1,60}\()|\.from_pretrained\(",
    re.MULTILINE,
)
_ONNX_CODE = ("ORTModel", "ORTQuantizer", "optimum.onnxruntime", "import onnxruntime", "from onnxruntime")
_TORCH_CODE = (
    "INCModel",
    "import INC",
    "import IncQuantized",
    "neural_compressor",
    "import torch",
    'return_tensors="pt"',
    "return_tensors='pt'",
)
_OTHER_CODE = ("import tensorflow", "import TF", ", TF", "import Flax", ", Flax", "openvino", "import OV")


def for_other_runtime(code: str) -> bool:
    """Whether code loads a model into a runtime that no backend runs."""
    return any(word in code for word in _OTHER_CODE) and not any(word in code for word in _ONNX_CODE)


def find_snippets(scope: Scope) -> tuple[Snippet, ...]:
    """All code but BibTeX, in order."""
    return tuple(_snippets(scope))


def _snippets(scope: Scope) -> Iterator[Snippet]:
    for section in scope.document.sections:
        for block in section.blocks:
            if isinstance(block, CodeBlock) and block.code.strip() and not is_citation(block.code):
                code = block.code
                language = _language(block)
                found = loaded_ids(code[:_LONGEST]) if language == "python" else ()
                ids = tuple((name, block.place(start, start + len(name))) for name, start in found)
                yield Snippet(language, code, block.code_span, _subject(scope, section, code), ids)


def _language(block: CodeBlock) -> str:
    if block.language in _PYTHON_NAMES:
        return "python"
    if block.language:
        return block.language
    return "python" if _PYTHON_CODE.search(block.code[:_LONGEST]) else ""


def _subject(scope: Scope, section: Section, code: str) -> Subject | None:
    """The model of the section; the library that the code imports decides the runtime where no heading does."""
    subject = scope.subject(section, usage=True)
    if any(word in code for word in _ONNX_CODE):
        runtime: Runtime | None = "onnx"
    elif any(word in code for word in _OTHER_CODE):
        runtime = None
    elif any(word in code for word in _TORCH_CODE):
        runtime = "pytorch"
    else:
        runtime = subject.runtime
    return Subject(subject.label, False, runtime) if subject.label or runtime else None
