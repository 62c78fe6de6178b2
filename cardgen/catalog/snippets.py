"""The code that loads an artifact from the Hub, as a card prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.onnx_files import onnx_files

_LOAD = Template(
    """from $module import $model_class
from transformers import AutoTokenizer

model_id = $repo_id
model = $model_class.from_pretrained($arguments)
tokenizer = AutoTokenizer.from_pretrained(model_id$location)

$use"""
)

_LOAD_FOR_IMAGES = Template(
    """from $module import $model_class
from PIL import Image
from transformers import AutoImageProcessor

model_id = $repo_id
model = $model_class.from_pretrained($arguments)
processor = AutoImageProcessor.from_pretrained(model_id$location)

$use"""
)


@dataclass(frozen=True)
class _Task:
    """What is particular to the models of a task."""

    head: str
    """What the names of their classes end in."""
    use: Template
    """Code that puts one input through the model and prints what comes out."""
    load: Template = _LOAD


_TASKS: Mapping[str, _Task] = {
    "text-classification": _Task(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
class_id = model(**inputs).logits.argmax(-1).item()
print(model.config.id2label[class_id])"""
        ),
    ),
    "multi-label-classification": _Task(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
scores = model(**inputs).logits[0].sigmoid().tolist()
print([model.config.id2label[class_id] for class_id, score in enumerate(scores) if score > 0.5])"""
        ),
    ),
    "text-regression": _Task(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
print(model(**inputs).logits[0, 0].item())"""
        ),
    ),
    "token-classification": _Task(
        "ForTokenClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
class_ids = model(**inputs).logits[0].argmax(-1).tolist()
tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())
for token, class_id in zip(tokens, class_ids):
    print(token, model.config.id2label[class_id])"""
        ),
    ),
    "question-answering": _Task(
        "ForQuestionAnswering",
        Template(
            """question, context = "Put your question here.", "And here the text that answers it."
inputs = tokenizer(question, context, truncation="only_second", return_tensors="pt")
outputs = model(**inputs)
start, end = outputs.start_logits.argmax(-1).item(), outputs.end_logits.argmax(-1).item()
print(tokenizer.decode(inputs["input_ids"][0, start : end + 1]))"""
        ),
    ),
    "summarization": _Task(
        "ForSeq2SeqLM",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
summary_ids = model.generate(**inputs, generation_config=model.generation_config)
print(tokenizer.decode(summary_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "translation": _Task(
        "ForSeq2SeqLM",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
translation_ids = model.generate(**inputs, generation_config=model.generation_config)
print(tokenizer.decode(translation_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "fill-mask": _Task(
        "ForMaskedLM",
        Template(
            """inputs = tokenizer(f"Put a {tokenizer.mask_token} into your text.", return_tensors="pt")
position = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
token_id = model(**inputs).logits[0, position].argmax(-1).item()
print(tokenizer.decode(token_id))"""
        ),
    ),
    "feature-extraction": _Task(
        "ForFeatureExtraction",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")
features = model(**inputs).last_hidden_state
print(features.shape)"""
        ),
    ),
    "text-generation": _Task(
        "ForCausalLM",
        Template(
            """inputs = tokenizer("Put the beginning of your text here.", return_tensors="pt")
generated_ids = model.generate(**inputs, generation_config=model.generation_config, max_new_tokens=20)
print(tokenizer.decode(generated_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "multiple-choice": _Task(
        "ForMultipleChoice",
        Template(
            """text, choices = "Put your question here.", ["And one answer.", "And another one."]
inputs = tokenizer([text] * len(choices), choices, padding=True, return_tensors="pt")
logits = model(**{name: tensor.unsqueeze(0) for name, tensor in inputs.items()}).logits
print(choices[logits.argmax(-1).item()])"""
        ),
    ),
    "sentence-similarity": _Task(
        "ForFeatureExtraction",
        Template(
            """texts = ["Put your text here.", "And the other text here."]
inputs = tokenizer(texts, padding=True, return_tensors="pt")
mask = inputs["attention_mask"].unsqueeze(-1)
embeddings = (model(**inputs).last_hidden_state * mask).sum(1) / mask.sum(1)
first, second = embeddings / embeddings.norm(dim=-1, keepdim=True)
print((first @ second).item())"""
        ),
    ),
    "image-classification": _Task(
        "ForImageClassification",
        Template(
            """image = Image.new("RGB", (224, 224))  # in its place: Image.open with the file of your image
inputs = processor(image.convert("RGB"), return_tensors="pt")
class_id = model(**inputs).logits.argmax(-1).item()
print(model.config.id2label[class_id])"""
        ),
        _LOAD_FOR_IMAGES,
    ),
}

_EXAMPLE_INPUTS: Mapping[str, str] = {"text": '"Put your text here."', "text_pair": '"And its second part here."'}


_WITHOUT_CLASS = frozenset({("neural-compressor", "image-classification")})
"""Backends and tasks for whose models there is no class; figures of such may be reported all the same."""


def has_snippet(task: str, backend: str) -> bool:
    """Whether there is code to print that loads a backend's models of a task."""
    return backend in BACKENDS and task in _TASKS and (backend, task) not in _WITHOUT_CLASS


def lacks_class(task: str, backend: str) -> bool:
    """Whether a backend's models of a task cannot be loaded by the library that loads its others."""
    return (backend, task) in _WITHOUT_CLASS


def loading_snippet(
    backend: str,
    task: str,
    repo_id: str,
    subfolder: str,
    roles: tuple[str, ...],
    *,
    quantized: bool,
    trust_remote_code: bool,
    own_layout: bool = True,
    prefix: str = "",
    languages: tuple[str | None, str | None] = (None, None),
) -> str:
    """Code that loads one variant and puts one input through it.

    Args:
        backend: the variant's backend.
        task: one for which :func:`has_snippet` holds, with that backend.
        repo_id: where the artifact is published.
        subfolder: the variant's folder there; empty for the root.
        roles: the columns of the evaluation, such as ``text`` and ``text_pair``.
        quantized: whether it is INT8, else an FP32 export.
        trust_remote_code: whether the model runs code of its repository.
        own_layout: whether cardgen laid the files out; else none of their places is named, and the library looks.
        prefix: what stands before a text.
        languages: that of a text, and that which is written, where the tokenizer is told.
    """
    subfolder = subfolder if own_layout else ""
    location = f", subfolder={_literal(subfolder)}" if subfolder else ""
    if trust_remote_code:
        location += ", trust_remote_code=True"
    onnx = backend == "onnxruntime"
    head = _TASKS[task].head
    if not onnx and head == "ForFeatureExtraction":
        head = ""  # optimum-intel's class for a model without a head
    given = [_EXAMPLE_INPUTS[role] for role in ("text", "text_pair") if role in roles] or [_EXAMPLE_INPUTS["text"]]
    if prefix:
        given[0] = f"{_literal(prefix)} + {given[0]}"
    told = zip(("src_lang", "tgt_lang"), languages, strict=True)
    return _TASKS[task].load.substitute(
        module="optimum.onnxruntime" if onnx else "optimum.intel",
        model_class=("ORTModel" if onnx else "INCModel") + head,
        repo_id=_literal(repo_id),
        location=location + "".join(f", {name}={_literal(code)}" for name, code in told if code),
        arguments=_arguments(location, onnx_files(task, quantized=quantized) if onnx and own_layout else {}),
        use=_TASKS[task].use.substitute(inputs=", ".join(given)),
    )


def _arguments(location: str, files: Mapping[str, str]) -> str:
    """What ``from_pretrained`` is called with: in a line, or where several files are named, in a line each."""
    arguments = [f"model_id{location}", *(f"{argument}={_literal(file)}" for argument, file in files.items())]
    return ", ".join(arguments) if len(files) < 2 else "".join(f"\n    {argument}," for argument in arguments) + "\n"


def _literal(text: str) -> str:
    """A Python string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)
