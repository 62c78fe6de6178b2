"""The code that loads a model that others made, by the format of its files, with what people load that by.

Of transformers, vLLM, llama.cpp, mlx-lm, Optimum, OpenVINO, Sentence Transformers and transformers.js, those that read
the format and have the task; what no list here names has no code, since a guess would be a claim.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template
from typing import Literal

from cardgen.catalog.task_code import EXAMPLE_INPUTS, TASK_CODE, literal, python_code
from cardgen.patterns import regex

Language = Literal["python", "bash", "javascript"]

RUN_LIBRARY = "Optimum"
"""The library whose code a backend can run: that of ONNX graphs."""

_TRANSFORMERS: Mapping[str | None, tuple[str, ...]] = {
    None: (),
    "auto-round": ("auto-round",),
    "awq": ("gptqmodel",),
    "bitsandbytes": ("bitsandbytes",),
    "compressed-tensors": ("compressed-tensors",),
    "fp8": (),
    "gptq": ("gptqmodel",),
    "hqq": ("hqq",),
    "mxfp4": ("kernels",),
    "torchao": ("torchao",),
}
"""``quant_method`` to the distributions that transformers loads it with, beside accelerate."""

_VLLM = frozenset(
    {
        None,
        "auto-round",
        "awq",
        "bitsandbytes",
        "compressed-tensors",
        "fp8",
        "gptq",
        "modelopt",
        "mxfp4",
        "quark",
        "torchao",
    }
)
"""Methods that vLLM reads in safetensors."""

_DTYPES: Mapping[str, str] = {
    "": "fp32",
    "_fp16": "fp16",
    "_int8": "int8",
    "_uint8": "uint8",
    "_quantized": "q8",
    "_q4": "q4",
    "_q4f16": "q4f16",
    "_bnb4": "bnb4",
    "_q2": "q2",
    "_q2f16": "q2f16",
    "_q1": "q1",
    "_q1f16": "q1f16",
}
"""What a file's name ends in to transformers.js's name of it: ``DEFAULT_DTYPE_SUFFIX_MAPPING`` of its release 4.3."""

_JAVASCRIPT_INPUTS: Mapping[str, str] = {
    "text-classification": '"Put your text here."',
    "token-classification": '"Put your text here."',
    "question-answering": '"Put your question here.", "And here the text that answers it."',
    "summarization": '"Put your text here."',
    "translation": '"Put your text here."',
    "fill-mask": '"Put a [MASK] into your text."',
    "feature-extraction": '"Put your text here."',
    "text-generation": '"Put the beginning of your text here.", { max_new_tokens: 20 }',
    "image-classification": '"https://example.com/your-image.png"',
}
"""Tasks of transformers.js to what its pipeline is called with."""

_TOKENIZER = regex(r"tokenizer.*|vocab.*|merges\.txt|tekken\.json|.+\.model|.+\.tiktoken")
_GGUF_PART = regex(r"-(?P<part>\d{5})-of-\d{5}\.gguf$")
_ONNX_NAME = regex(r"^onnx/(?:decoder_|encoder_)?model(?:_merged)?(?P<suffix>_[a-z0-9]+)?\.onnx$")

_VLLM_CODE = Template(
    """from vllm import LLM

model = LLM($arguments)
outputs = model.generate("Put the beginning of your text here.")
print(outputs[0].outputs[0].text)"""
)
_MLX_CODE = Template(
    """from mlx_lm import generate, load

model, tokenizer = load($repo_id)
print(generate(model, tokenizer, prompt="Put the beginning of your text here.", max_tokens=20))"""
)
_SENTENCES_CODE = Template(
    """from sentence_transformers import SentenceTransformer

model = SentenceTransformer($arguments)
embeddings = model.encode(["Put your text here.", "And the other text here."])
print(model.similarity(embeddings[0], embeddings[1]).item())"""
)
_JAVASCRIPT_CODE = Template(
    """import { pipeline } from "@huggingface/transformers";

const pipe = await pipeline($task, $repo_id, { dtype: $dtype });
console.log(await pipe($inputs));"""
)


@dataclass(frozen=True)
class PublishedModel:
    """A model in a repository of the Hub, as its files show it."""

    repo_id: str
    format: str
    """As ``cardgen inspect`` tells it: ``safetensors``, ``gguf``, ``onnx``, ``openvino``, ``pickle``."""
    method: str | None
    """As ``cardgen inspect`` tells it: ``gptq``; ``None`` where nothing is quantized."""
    weights: tuple[str, ...]
    """Paths in the repository of the files that this model is loaded from."""
    others: frozenset[str] = frozenset()
    """Names, relative to its folder, of what else lies there: ``modules.json``, ``tokenizer.json``."""
    folder: str = ""
    """Where all of it lies in the repository; empty for the root, the only place where some libraries look."""
    columns: tuple[str, ...] = ()
    """Of the evaluation, such as ``text`` and ``text_pair``."""
    trust_remote_code: bool = False


@dataclass(frozen=True)
class LoadingCode:
    """How one library loads a model, and puts an input through it."""

    library: str
    """As people call it: ``vLLM``."""
    install: str
    """A shell command."""
    language: Language
    code: str


def loading_code(task: str, model: PublishedModel) -> tuple[LoadingCode, ...]:
    """The code that loads a model, that of its format's own library first; empty where none is known."""
    return tuple(_BY_FORMAT[model.format](task, model)) if model.format in _BY_FORMAT and model.weights else ()


def missing_beside(task: str, model: PublishedModel) -> tuple[str, ...]:
    """What the code needs and is not among the files, as a sentence names it; a GGUF file holds all of it."""
    if model.format == "gguf":
        return ()
    names = {path.rpartition("/")[2] for path in model.others}
    missing = [] if "config.json" in names else ["no `config.json`"]
    if task == "image-classification":
        if not names & {"preprocessor_config.json", "processor_config.json"}:
            missing.append("no `preprocessor_config.json`")
    elif not any(_TOKENIZER.fullmatch(name) for name in names):
        missing.append("no tokenizer")
    return tuple(missing)


def _safetensors(task: str, model: PublishedModel) -> Iterator[LoadingCode]:
    if model.method == "mlx":
        yield from _mlx(task, model)
        return
    if task == "sentence-similarity" and "modules.json" in model.others and not model.folder:
        yield from _sentences(model, None)
    elif task in TASK_CODE and model.method in _TRANSFORMERS:
        quantized = model.method is not None
        needs = ("accelerate", *_TRANSFORMERS[model.method]) if quantized else ()
        more = (f", subfolder={literal(model.folder)}" if model.folder else "") + _remote_code(model)
        yield LoadingCode(
            "transformers",
            f"pip install {' '.join(('transformers', 'torch', *needs))}",
            "python",
            python_code(
                task,
                "transformers",
                "AutoModel",
                model.repo_id,
                location=more,
                arguments=f'model_id, device_map="auto"{more}' if quantized else None,
                example_inputs=_example_inputs(model),
                headless=True,
                moved=quantized,
            ),
        )
    if task == "text-generation" and model.method in _VLLM and not model.folder:
        arguments = literal(model.repo_id) + _remote_code(model)
        yield LoadingCode("vLLM", "pip install vllm", "python", _VLLM_CODE.substitute(arguments=arguments))


def _mlx(task: str, model: PublishedModel) -> Iterator[LoadingCode]:
    if task == "text-generation" and not model.folder:
        yield LoadingCode(
            "mlx-lm", "pip install mlx-lm", "python", _MLX_CODE.substitute(repo_id=literal(model.repo_id))
        )


def _gguf(task: str, model: PublishedModel) -> Iterator[LoadingCode]:
    """llama.cpp finds the other parts of a split file by the name of the first."""
    commands = {"text-generation": "", "feature-extraction": " --embeddings", "sentence-similarity": " --embeddings"}
    if task in commands:
        file = min(model.weights, key=lambda name: (bool(_GGUF_PART.search(name)), name))
        where = f"--hf-repo {shlex.quote(model.repo_id)} --hf-file {shlex.quote(file)}"
        served = "# serves the model at http://localhost:8080"
        code = f"{served}\nllama-server {where}{commands[task]}"
        yield LoadingCode("llama.cpp", "brew install llama.cpp", "bash", code)


def _onnx(task: str, model: PublishedModel) -> Iterator[LoadingCode]:
    graphs = [name for name in model.weights if name.endswith(".onnx")]
    lone = graphs[0] if len(graphs) == 1 else None
    if lone is not None and task == "sentence-similarity" and "modules.json" in model.others and not model.folder:
        yield from _sentences(model, ("onnx", lone))
    elif lone is not None and task in TASK_CODE and TASK_CODE[task].head != "ForSeq2SeqLM":
        yield _optimum(task, model, lone, "optimum.onnxruntime", "ORTModel", "optimum-onnx[onnxruntime]")
    dtypes = {_DTYPES.get(found["suffix"] or "") for name in graphs if (found := _ONNX_NAME.search(name))}
    all_placed = all(_ONNX_NAME.search(name) for name in graphs)
    if (
        task in _JAVASCRIPT_INPUTS
        and len(dtypes) == 1
        and all_placed
        and "tokenizer.json" in model.others
        and not model.folder
    ):
        dtype = dtypes.pop()
        if dtype is not None:
            code = _JAVASCRIPT_CODE.substitute(
                task=literal(task),
                repo_id=literal(model.repo_id),
                dtype=literal(dtype),
                inputs=_JAVASCRIPT_INPUTS[task],
            )
            yield LoadingCode("transformers.js", "npm install @huggingface/transformers", "javascript", code)


def _openvino(task: str, model: PublishedModel) -> Iterator[LoadingCode]:
    graphs = [name for name in model.weights if name.endswith(".xml")]
    lone = graphs[0] if len(graphs) == 1 else None
    if lone is None or task not in TASK_CODE:
        return
    if task == "sentence-similarity" and "modules.json" in model.others and not model.folder:
        yield from _sentences(model, ("openvino", lone))
    elif TASK_CODE[task].head != "ForSeq2SeqLM":
        yield _optimum(task, model, lone, "optimum.intel", "OVModel", "optimum-intel[openvino]")


def _optimum(task: str, model: PublishedModel, file: str, module: str, prefix: str, extra: str) -> LoadingCode:
    folder, _slash, name = file.rpartition("/")
    place = f", subfolder={literal(folder)}" if folder else ""
    more = _remote_code(model)
    code = python_code(
        task,
        module,
        prefix,
        model.repo_id,
        location=more,
        arguments=f"model_id{place}, file_name={literal(name)}{more}",
        example_inputs=_example_inputs(model),
    )
    title = RUN_LIBRARY if prefix == "ORTModel" else "OpenVINO through Optimum"
    return LoadingCode(title, f'pip install "{extra}"', "python", code)


def _sentences(model: PublishedModel, graph: tuple[str, str] | None) -> Iterator[LoadingCode]:
    arguments, extra = literal(model.repo_id), ""
    if graph is not None:
        backend, file = graph
        extra = f"[{backend}]"
        arguments += f', backend={literal(backend)}, model_kwargs={{"file_name": {literal(file)}}}'
    arguments += _remote_code(model)
    install = f'pip install "sentence-transformers{extra}"' if extra else "pip install sentence-transformers"
    yield LoadingCode("Sentence Transformers", install, "python", _SENTENCES_CODE.substitute(arguments=arguments))


def _remote_code(model: PublishedModel) -> str:
    return ", trust_remote_code=True" if model.trust_remote_code else ""


def _example_inputs(model: PublishedModel) -> tuple[str, ...]:
    given = tuple(EXAMPLE_INPUTS[role] for role in EXAMPLE_INPUTS if role in model.columns)
    return given or (EXAMPLE_INPUTS["text"],)


_BY_FORMAT = {"safetensors": _safetensors, "gguf": _gguf, "onnx": _onnx, "openvino": _openvino}
