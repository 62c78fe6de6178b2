from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.snippets import RULES
from tests.lint.asking import OWN_CARDS, Answer, ask

GOOD = """\
from optimum.intel import INCModelForSequenceClassification
from transformers import AutoTokenizer

model_id = "owner/model-int8"
model = INCModelForSequenceClassification.from_pretrained(model_id)
tokenizer = AutoTokenizer.from_pretrained(model_id)
"""


def asked(code: str, rule: str | None = None, heading: str = "How to use", title: str = "INT8 model") -> list[Answer]:
    card = f"---\nbase_model: owner/model\n---\n# {title}\n\n## {heading}\n\n```python\n{code.rstrip()}\n```\n"
    return ask(RULES, card, rule)


def test_a_good_snippet() -> None:
    assert asked(GOOD) == []


def test_code_that_does_not_parse() -> None:
    (answer,) = asked("model = load('owner/model'\nprint(model)")
    assert (answer.rule, answer.severity) == ("snippet-syntax", "error")


@pytest.mark.parametrize(
    ("line", "at", "remedy"),
    [
        (
            "from optimum.intel.neural_compressor.quantization import IncQuantizedModelForQuestionAnswering",
            "IncQuantizedModelForQuestionAnswering",
            "did you mean `from optimum.intel import INCModelForQuestionAnswering`?",
        ),
        (
            "from transformers import AutoModelForSequenceClasification",
            "AutoModelForSequenceClasification",
            "did you mean `from transformers import AutoModelForSequenceClassification`?",
        ),
    ],
)
def test_a_name_that_the_library_does_not_have(line: str, at: str, remedy: str) -> None:
    (answer,) = asked(line, "snippet-name")
    assert (answer.at, answer.remedy) == (at, remedy)
    assert "." in answer.message.rsplit(" ", 1)[1], "the version is named"


def test_a_module_that_the_library_does_not_have() -> None:
    (answer,) = asked("from optimum.intel.inc import INCModelForQuestionAnswering")
    assert (answer.rule, answer.at) == ("snippet-module", "optimum.intel.inc")
    assert "from optimum.intel import INCModelForQuestionAnswering" in answer.remedy


@pytest.mark.parametrize(
    "line",
    [
        "from optimum.onnxruntime import ORTModelForQuestionAnswering",
        "from transformers.models.bert import BertModel",
        "import transformers, torch",
        "from my_package import Anything",
        "from optimum.intel import OVModelForQuestionAnswering",
        "from .local import Model",
    ],
)
def test_imports_that_are_fine_or_unknown(line: str) -> None:
    assert asked(line) == []


@pytest.mark.parametrize(
    "code",
    [
        "from optimum.intel.neural_compressor.quantization import IncQuantizedModelForQuestionAnswering as M\nM('o/m')",
        "from optimum.intel import INCModelForQuestionAnswering\nINCModelForQuestionAnswering('o/m')",
        "from optimum.onnxruntime import ORTModelForQuestionAnswering\nid = 'o/m'\nORTModelForQuestionAnswering(id)",
        "from transformers import AutoTokenizer\nAutoTokenizer('o/m')",
        "import transformers\ntransformers.BertModel('o/m')",
    ],
)
def test_a_class_that_is_called_with_an_id(code: str) -> None:
    (answer,) = asked(code, "snippet-constructor")
    assert "from_pretrained" in answer.remedy


@pytest.mark.parametrize(
    "code",
    [
        "from transformers import BertConfig, BertModel\nBertModel(BertConfig())",
        "from transformers import BertTokenizer\nBertTokenizer('vocab.txt')",
        "from optimum.onnxruntime import ORTModelForQuestionAnswering\nORTModelForQuestionAnswering(session)",
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('o/m')",
        "from transformers import pipeline\npipeline('fill-mask', 'o/m')",
    ],
)
def test_a_class_that_may_be_called(code: str) -> None:
    assert asked(code, "snippet-constructor") == []


def test_code_that_loads_only_the_base_model() -> None:
    (answer,) = asked(GOOD.replace("owner/model-int8", "owner/model"), "snippet-model")
    assert "owner/model" in answer.message
    assert answer.at.startswith("INC")


def test_the_title_tells_the_base_model() -> None:
    code = "from transformers import pipeline\npipeline('fill-mask', model='small-model')"
    card = f"# ONNX export of small-model\n\n```python\n{code}\n```\n"
    (answer,) = ask(RULES, card, "snippet-model")
    assert "small-model" in answer.message


@pytest.mark.parametrize(
    "code",
    [
        GOOD.replace("AutoTokenizer.from_pretrained(model_id)", "AutoTokenizer.from_pretrained('owner/model')"),
        GOOD + "fp32 = INCModelForSequenceClassification.from_pretrained('owner/model')\n",
        "from transformers import AutoModel\nAutoModel.from_pretrained(folder)",
        (
            "from transformers import AutoModel\nfrom vllm import LLM\n"
            "AutoModel.from_pretrained('owner/model')\nLLM(model='owner/model-int8')"
        ),
        (
            "from optimum.onnxruntime import ORTModelForQuestionAnswering, ORTQuantizer\n"
            "ORTModelForQuestionAnswering('owner/model-int8')\nORTQuantizer.from_pretrained('owner/model')"
        ),
        "from transformers import AutoTokenizer\nAutoTokenizer.from_pretrained('owner/model')",
    ],
)
def test_code_that_may_load_the_cards_own_model(code: str) -> None:
    assert asked(code, "snippet-model") == []


def test_data_are_no_model() -> None:
    code = (
        GOOD.replace("owner/model-int8", "owner/model") + "from datasets import load_dataset\nload_dataset('owner/d')\n"
    )
    assert len(asked(code, "snippet-model")) == 1


def test_sentence_transformers_load_by_their_constructor() -> None:
    code = "from sentence_transformers import SentenceTransformer\nSentenceTransformer('owner/model', backend='onnx')"
    (answer,) = asked(code, "snippet-model")
    assert "owner/model" in answer.message
    assert asked(code.replace("owner/model", "owner/model-int8"), "snippet-model") == []


@pytest.mark.parametrize(
    ("base", "loaded", "found"),
    [
        ("distilbert/distilbert-base-uncased", "distilbert-base-uncased", 1),
        ("distilbert-base-uncased", "distilbert/distilbert-base-uncased", 1),
        ("distilbert-base-uncased", "someone/distilbert-base-uncased", 0),
        ("owner/model", "someone/model", 0),
        ("owner/model", "Owner/model", 1),
    ],
)
def test_a_base_model_is_known_by_its_owner(base: str, loaded: str, found: int) -> None:
    code = f"from transformers import AutoModel\nAutoModel.from_pretrained('{loaded}')"
    card = f"---\nbase_model: {base}\n---\n# Model\n\n```python\n{code}\n```\n"
    assert len(ask(RULES, card, "snippet-model")) == found


def test_code_in_another_language_may_load_the_cards_own_model() -> None:
    card = (
        "---\nbase_model: owner/model\n---\n# Model\n\n```js\nawait pipeline('fill-mask', 'someone/model');\n```\n\n"
        "```python\nfrom transformers import AutoModel\nAutoModel.from_pretrained('owner/model')\n```\n"
    )
    assert ask(RULES, card, "snippet-model") == []
    assert len(ask(RULES, card.replace("someone/", "owner/"), "snippet-model")) == 1


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("ONNX", "INCModelForSequenceClassification"),
        ("Load the PyTorch model", "ORTModelForSequenceClassification"),
    ],
)
def test_a_class_of_the_other_runtime(heading: str, name: str) -> None:
    module = "optimum.intel" if name.startswith("INC") else "optimum.onnxruntime"
    (answer,) = asked(f"from {module} import {name}", "snippet-runtime", heading)
    assert answer.at == name


@pytest.mark.parametrize("heading", ["PyTorch", "How to use", "PyTorch and ONNX"])
def test_a_class_of_its_runtime(heading: str) -> None:
    assert asked(GOOD, "snippet-runtime", heading) == []


def test_a_name_that_nothing_defines() -> None:
    (answer,) = asked("print(tokenizer('text'))", "snippet-undefined")
    assert (answer.at, answer.severity) == ("tokenizer", "warning")


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_cards_of_cardgen(path: Path) -> None:
    assert ask(RULES, path.read_text(encoding="utf-8")) == []
