"""Does the card show how to load its model?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.facts.citations import is_citation
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.made import says_made
from cardgen.lint.reading.places import code_blocks, front_place, title_of
from cardgen.lint.reading.python_code import read_python
from cardgen.patterns import regex

_LOADS = regex(
    r"from_pretrained|pipeline\(|InferenceSession|read_model|compile_model|load_model|hf_hub_download"
    r"|snapshot_download|\bhf download|huggingface-cli|\bollama\b|\bllama[-_.]|\bLlama\(|\bvllm\b|git clone"
    r"|SentenceTransformer\(|WhisperModel\(|\bload\(|\bYOLO\(|docker run|text-generation-launcher|lmdeploy|sglang"
    r"|mlx_lm|--model|\bcurl\b|\bwget\b|OptimizedModel|huggingface\.co/|torch\.jit|\.generate\(|model_id|load_from"
    r"|CrossEncoder\(|ONNXMiniLM|transformers\.js|@huggingface/transformers|InferenceClient|\bpython3? \S+\.py",
    re.IGNORECASE,
)
_MAKES = regex(r"\bllama-(?:quantize|imatrix|perplexity|bench)\b[^\n]*")
"""Commands that make or measure files, and load no model for its users."""
_LOADS_WORDS = (
    *("from_pretrained", "pipeline(", "inferencesession", "read_model", "compile_model", "load_model", "_download"),
    *("hf download", "huggingface-cli", "llama", "vllm", "git clone", "transformer(", "whispermodel(", "load("),
    *("yolo(", "docker run", "text-generation-launcher", "lmdeploy", "sglang", "mlx_lm", "--model", "curl", "wget"),
    *("optimizedmodel", "huggingface.co/", "torch.jit", ".generate(", "model_id", "load_from", "crossencoder("),
    *("onnxminilm", "transformers.js", "@huggingface/transformers", "inferenceclient", ".py"),
)
"""Of which all that loads a model has one, in lower case."""
_COMMAND = regex(r"^[ \t]*((?:\$ )?(?:pip3?|conda) install)\b", re.MULTILINE)
_ELSEWHERE = regex(
    r"\b(?:notebook|colab|spaces?/|demo|see the (?:base|original) (?:model|card))\b"
    r"|\bno class of\b[^.\n]{0,80}[\d. ]{0,12}\bloads\b",
    re.IGNORECASE,
)
_ELSEWHERE_WORDS = ("notebook", "colab", "space", "demo", "see the", "no class of")


def _missing(subject: Subject) -> Iterator[Found]:
    document = subject.document
    if not says_made(document) or document.form == "collapsed":
        return
    code = [block.code for block, _section in code_blocks(document) if not is_citation(block.code)]
    if document.says(*_LOADS_WORDS) and any(_LOADS.search(_MAKES.sub(" ", text)) for text in code):
        return
    if any(python.calls for python in read_python(document)):
        return  # it does something with the model, by whatever library
    body = document.body
    if any(word in body for word in ("from_pretrained", "pipeline(", "hf download")):
        return
    if document.says(*_ELSEWHERE_WORDS) and _ELSEWHERE.search(body):
        return
    title = title_of(document)
    place = title.span if title else front_place(document)
    message = "no code of the card loads the model, so that a reader does not learn how to use it"
    yield Found(place, message, "print the few lines that load it by its id, and run them once")


def _mixed(subject: Subject) -> Iterator[Found]:
    for python in read_python(subject.document):
        command = _COMMAND.search(python.block.code)
        if command and python.nodes and len(python.nodes) > 1:
            line = python.block.code.count("\n", 0, command.start()) + 1
            message = "a command for a shell and Python stand in one block, which neither of the two runs as it stands"
            yield Found(python.place(line, command[1]), message, "give each a block of its own", "note")


RULES: tuple[Rule, ...] = (
    Rule("snippet-mixed", "note", "A command for a shell in a block of Python.", _mixed),
    Rule("snippet-missing", "note", "A quantized model without any code that loads it.", _missing),
)
