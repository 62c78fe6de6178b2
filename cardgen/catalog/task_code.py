"""Python that puts one input through a model, by task: the same whatever loads the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template

_LOAD = Template(
    """$imports

model_id = $repo_id
model = $model_class.from_pretrained($arguments)
tokenizer = AutoTokenizer.from_pretrained(model_id$location)

$use"""
)

_LOAD_FOR_IMAGES = Template(
    """$imports

model_id = $repo_id
model = $model_class.from_pretrained($arguments)
processor = AutoImageProcessor.from_pretrained(model_id$location)

$use"""
)


@dataclass(frozen=True)
class TaskCode:
    """What is particular to the models of a task."""

    head: str
    """What the names of their classes end in."""
    use: Template
    """Code that puts one input through the model and prints what comes out."""
    load: Template = _LOAD
    other_imports: tuple[tuple[str, str], ...] = (("transformers", "AutoTokenizer"),)
    """Modules, and what is imported of them beside the model's class."""


TASK_CODE: Mapping[str, TaskCode] = {
    "text-classification": TaskCode(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
class_id = model(**inputs).logits.argmax(-1).item()
print(model.config.id2label[class_id])"""
        ),
    ),
    "multi-label-classification": TaskCode(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
scores = model(**inputs).logits[0].sigmoid().tolist()
print([model.config.id2label[class_id] for class_id, score in enumerate(scores) if score > 0.5])"""
        ),
    ),
    "text-regression": TaskCode(
        "ForSequenceClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
print(model(**inputs).logits[0, 0].item())"""
        ),
    ),
    "token-classification": TaskCode(
        "ForTokenClassification",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
class_ids = model(**inputs).logits[0].argmax(-1).tolist()
tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())
for token, class_id in zip(tokens, class_ids):
    print(token, model.config.id2label[class_id])"""
        ),
    ),
    "question-answering": TaskCode(
        "ForQuestionAnswering",
        Template(
            """question, context = "Put your question here.", "And here the text that answers it."
inputs = tokenizer(question, context, truncation="only_second", return_tensors="pt")$device
outputs = model(**inputs)
start, end = outputs.start_logits.argmax(-1).item(), outputs.end_logits.argmax(-1).item()
print(tokenizer.decode(inputs["input_ids"][0, start : end + 1]))"""
        ),
    ),
    "summarization": TaskCode(
        "ForSeq2SeqLM",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
summary_ids = model.generate(**inputs, generation_config=model.generation_config)
print(tokenizer.decode(summary_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "translation": TaskCode(
        "ForSeq2SeqLM",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
translation_ids = model.generate(**inputs, generation_config=model.generation_config)
print(tokenizer.decode(translation_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "fill-mask": TaskCode(
        "ForMaskedLM",
        Template(
            """inputs = tokenizer(f"Put a {tokenizer.mask_token} into your text.", return_tensors="pt")$device
position = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
token_id = model(**inputs).logits[0, position].argmax(-1).item()
print(tokenizer.decode(token_id))"""
        ),
    ),
    "feature-extraction": TaskCode(
        "ForFeatureExtraction",
        Template(
            """inputs = tokenizer($inputs, return_tensors="pt")$device
features = model(**inputs).last_hidden_state
print(features.shape)"""
        ),
    ),
    "text-generation": TaskCode(
        "ForCausalLM",
        Template(
            """inputs = tokenizer("Put the beginning of your text here.", return_tensors="pt")$device
generated_ids = model.generate(**inputs, generation_config=model.generation_config, max_new_tokens=20)
print(tokenizer.decode(generated_ids[0], skip_special_tokens=True))"""
        ),
    ),
    "multiple-choice": TaskCode(
        "ForMultipleChoice",
        Template(
            """text, choices = "Put your question here.", ["And one answer.", "And another one."]
inputs = tokenizer([text] * len(choices), choices, padding=True, return_tensors="pt")$device
logits = model(**{name: tensor.unsqueeze(0) for name, tensor in inputs.items()}).logits
print(choices[logits.argmax(-1).item()])"""
        ),
    ),
    "sentence-similarity": TaskCode(
        "ForFeatureExtraction",
        Template(
            """texts = ["Put your text here.", "And the other text here."]
inputs = tokenizer(texts, padding=True, return_tensors="pt")$device
mask = inputs["attention_mask"].unsqueeze(-1)
embeddings = (model(**inputs).last_hidden_state * mask).sum(1) / mask.sum(1)
first, second = embeddings / embeddings.norm(dim=-1, keepdim=True)
print((first @ second).item())"""
        ),
    ),
    "image-classification": TaskCode(
        "ForImageClassification",
        Template(
            """image = Image.new("RGB", (224, 224))  # in its place: Image.open with the file of your image
inputs = processor(image.convert("RGB"), return_tensors="pt")$device
class_id = model(**inputs).logits.argmax(-1).item()
print(model.config.id2label[class_id])"""
        ),
        _LOAD_FOR_IMAGES,
        (("PIL", "Image"), ("transformers", "AutoImageProcessor")),
    ),
}

EXAMPLE_INPUTS: Mapping[str, str] = {"text": '"Put your text here."', "text_pair": '"And its second part here."'}
"""Column of an evaluation to a Python literal in its place."""


def python_code(
    task: str,
    module: str,
    prefix: str,
    repo_id: str,
    *,
    location: str = "",
    arguments: str | None = None,
    example_inputs: tuple[str, ...] = ('"Put your text here."',),
    headless: bool = False,
    moved: bool = False,
) -> str:
    """Code that loads a model by a class for its task, and puts one input through it.

    Args:
        task: a key of :data:`TASK_CODE`.
        module: that the class is imported from.
        prefix: what the class's name begins with: ``AutoModel``, ``ORTModel``.
        repo_id: where the model is published.
        location: arguments of ``from_pretrained`` for model and tokenizer alike, each after a comma.
        arguments: all those of the model's, where they are others.
        example_inputs: Python literals of the texts of an input.
        headless: whether the class for a model without a head has a name without an ending.
        moved: whether inputs are put where the model lies.
    """
    code = TASK_CODE[task]
    head = "" if headless and code.head == "ForFeatureExtraction" else code.head
    return code.load.substitute(
        imports=_imports(((module, prefix + head), *code.other_imports)),
        model_class=prefix + head,
        repo_id=literal(repo_id),
        location=location,
        arguments=f"model_id{location}" if arguments is None else arguments,
        use=code.use.substitute(inputs=", ".join(example_inputs), device=".to(model.device)" if moved else ""),
    )


def _imports(names: Sequence[tuple[str, str]]) -> str:
    """A line for each module, in their order."""
    modules: dict[str, list[str]] = {}
    for module, name in names:
        modules.setdefault(module, []).append(name)
    return "\n".join(f"from {module} import {', '.join(sorted(those))}" for module, those in modules.items())


def literal(text: str) -> str:
    """A Python string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)
