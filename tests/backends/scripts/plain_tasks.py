"""What each task's printed code should say, computed with the base models: ``plain_tasks.py TASK=MODEL...``."""

import json
import sys
from collections.abc import Callable
from typing import Any

import torch
import transformers
from PIL import Image
from transformers import AutoImageProcessor, AutoTokenizer

TEXT = "Put your text here."


def classify(model: Any, tokenizer: Any) -> str:
    return str(model.config.id2label[int(model(**given(tokenizer, TEXT)).logits.argmax())]) + "\n"


def fill(model: Any, tokenizer: Any) -> str:
    inputs = given(tokenizer, "Put a [MASK] into your text.")
    position = int((inputs["input_ids"][0] == tokenizer.mask_token_id).nonzero())
    return str(tokenizer.decode([int(model(**inputs).logits[0, position].argmax())])) + "\n"


def extract(model: Any, tokenizer: Any) -> str:
    return f"{model(**given(tokenizer, TEXT)).last_hidden_state.shape}\n"


def answer(model: Any, tokenizer: Any) -> str:
    inputs = given(tokenizer, "Put your question here.", "And here the text that answers it.")
    found = model(**inputs)
    first, last = int(found.start_logits.argmax()), int(found.end_logits.argmax())
    return str(tokenizer.decode(inputs["input_ids"][0][first : last + 1])) + "\n"


def tag(model: Any, tokenizer: Any) -> str:
    inputs = given(tokenizer, TEXT)
    tags = model(**inputs).logits[0].argmax(-1).tolist()
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    return "".join(f"{token} {model.config.id2label[tag]}\n" for token, tag in zip(tokens, tags, strict=True))


def generate(model: Any, tokenizer: Any) -> str:
    goes_on = not model.config.is_encoder_decoder
    inputs = given(tokenizer, "Put the beginning of your text here." if goes_on else TEXT)
    ids = model.generate(**inputs, **({"max_new_tokens": 20} if goes_on else {}))
    return str(tokenizer.decode(ids[0], skip_special_tokens=True)) + "\n"


def choose(model: Any, tokenizer: Any) -> str:
    choices = ["And one answer.", "And another one."]
    inputs = tokenizer(["Put your question here."] * 2, choices, padding=True, return_tensors="pt")
    return choices[int(model(**{name: array[None] for name, array in inputs.items()}).logits.argmax())] + "\n"


def liken(model: Any, tokenizer: Any) -> str:
    found = [
        model(**given(tokenizer, text)).last_hidden_state[0].mean(0) for text in (TEXT, "And the other text here.")
    ]
    return f"{float(torch.cosine_similarity(*found, dim=0))}\n"


def see(model: Any, processor: Any) -> str:
    inputs = processor(Image.new("RGB", (224, 224)), return_tensors="pt")
    return str(model.config.id2label[int(model(**inputs).logits.argmax())]) + "\n"


def given(tokenizer: Any, *texts: str) -> Any:
    inputs = dict(tokenizer(*texts, truncation="only_second" if len(texts) > 1 else False, return_tensors="pt"))
    return {name: inputs[name] for name in inputs if name != "token_type_ids" or takes_types}


TASKS: dict[str, tuple[str, Callable[[Any, Any], str]]] = {
    "text-classification": ("AutoModelForSequenceClassification", classify),
    "fill-mask": ("AutoModelForMaskedLM", fill),
    "feature-extraction": ("AutoModel", extract),
    "question-answering": ("AutoModelForQuestionAnswering", answer),
    "token-classification": ("AutoModelForTokenClassification", tag),
    "summarization": ("AutoModelForSeq2SeqLM", generate),
    "translation": ("AutoModelForSeq2SeqLM", generate),
    "text-generation": ("AutoModelForCausalLM", generate),
    "multiple-choice": ("AutoModelForMultipleChoice", choose),
    "sentence-similarity": ("AutoModel", liken),
    "image-classification": ("AutoModelForImageClassification", see),
}
said = {}
with torch.no_grad():
    for argument in sys.argv[1:]:
        task, _, folder = argument.partition("=")
        auto_class, run = TASKS[task]
        loaded = getattr(transformers, auto_class).from_pretrained(folder).eval()
        takes_types = loaded.config.model_type in ("bert", "electra")
        load = AutoImageProcessor if task == "image-classification" else AutoTokenizer
        said[task] = run(loaded, load.from_pretrained(folder))
print(json.dumps(said))
