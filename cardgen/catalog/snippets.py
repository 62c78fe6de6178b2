"""The code that loads an artifact from the Hub, as a card prints it."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_CLASSIFY = """
inputs = tokenizer($inputs, return_tensors="pt")
class_id = model(**inputs).logits.argmax(-1).item()
print(model.config.id2label[class_id])"""

_SNIPPETS: Mapping[tuple[str, str], Template] = {
    ("neural-compressor", "text-classification"): Template(
        """from optimum.intel import INCModelForSequenceClassification
from transformers import AutoTokenizer

model_id = $repo_id
model = INCModelForSequenceClassification.from_pretrained(model_id$location)
tokenizer = AutoTokenizer.from_pretrained(model_id$location)
"""
        + _CLASSIFY
    ),
    ("onnxruntime", "text-classification"): Template(
        """from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer

model_id = $repo_id
model = ORTModelForSequenceClassification.from_pretrained(model_id$location, file_name="model_quantized.onnx")
tokenizer = AutoTokenizer.from_pretrained(model_id$location)
"""
        + _CLASSIFY
    ),
}

_EXAMPLE_INPUTS: Mapping[str, str] = {"text": '"Put your text here."', "text_pair": '"And its second part here."'}


def loading_snippet(
    backend: str, task: str, repo_id: str, subfolder: str, roles: tuple[str, ...], *, trust_remote_code: bool
) -> str:
    """Code that loads one variant and classifies one input.

    Args:
        backend: the variant's backend.
        task: a Hub pipeline tag.
        repo_id: where the artifact is published.
        subfolder: the variant's folder there; empty for the root.
        roles: the input roles of the task, such as ``text`` and ``text_pair``.
        trust_remote_code: whether the model runs code of its repository.
    """
    location = f", subfolder={_literal(subfolder)}" if subfolder else ""
    if trust_remote_code:
        location += ", trust_remote_code=True"
    inputs = ", ".join(_EXAMPLE_INPUTS[role] for role in ("text", "text_pair") if role in roles)
    return _SNIPPETS[backend, task].substitute(repo_id=_literal(repo_id), location=location, inputs=inputs)


def _literal(text: str) -> str:
    """A Python string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
