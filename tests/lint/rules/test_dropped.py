from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.dropped import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

INC = "from optimum.intel import INCModelForSequenceClassification\n"


def card(code: str, *, language: str = "python", text: str = "") -> str:
    return f"# INT8 model\n\n{text}\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    ("code", "release"),
    [
        (INC, "optimum-intel 2.0.0"),
        ("from optimum.intel.neural_compressor import INCModelForQuestionAnswering", "optimum-intel 2.0.0"),
        ("from optimum.intel import INCQuantizer, INCModelForSeq2SeqLM", "optimum-intel 2.0.0"),
        ("from optimum.intel import IPEXModelForCausalLM", "optimum-intel 2.0.0"),
        ("from neural_compressor.utils.load_huggingface import OptimizedModel", "neural-compressor 3.8"),
        ("from neural_compressor.config import PostTrainingQuantConfig", "neural-compressor 3.8"),
        ("from neural_compressor import quantization", "neural-compressor 3.8"),
        ("from neural_compressor.experimental import Quantization", "neural-compressor 3.0"),
        ("from transformers import BertTokenizer, TFBertModel", "transformers 5.0.0"),
        ("from transformers import ViTFeatureExtractor", "transformers 5.0.0"),
        ("from transformers import pipeline\npipeline('summarization', model='o/m')", "transformers 5.0.0"),
        ("from transformers import pipeline\npipeline(task='translation_en_to_de')", "transformers 5.0.0"),
        ("from transformers import pipeline\npipeline('question-answering', 'o/m')", "transformers 5.3.0"),
        ("from openvino.runtime import Core", "openvino 2026.0.0"),
    ],
)
def test_python_that_needs_what_was_dropped(code: str, release: str) -> None:
    (answer,) = ask(RULES, card(code))
    assert answer.message.startswith(f"{release} dropped ")
    assert answer.severity == "warning"


@pytest.mark.parametrize(
    ("command", "release"),
    [
        ("huggingface-cli download owner/model", "huggingface_hub 1.0.0"),
        ('pip install "huggingface_hub[cli]"', "huggingface_hub 1.0.0"),
        ("pip install optimum[neural-compressor]", "optimum-intel 2.0.0"),
        ("optimum-cli inc quantize --model m", "optimum-intel 2.0.0"),
        ("transformers-cli env", "transformers 5.0.0"),
    ],
)
def test_commands_that_were_dropped(command: str, release: str) -> None:
    (answer,) = ask(RULES, card(command, language="bash"))
    assert answer.message.startswith(f"{release} dropped ")


def test_a_command_in_the_text() -> None:
    (answer,) = ask(RULES, "# INT8 model\n\nGet it with `huggingface-cli download owner/model`.\n")
    assert answer.at == "huggingface-cli"


def test_what_one_release_dropped_is_told_once() -> None:
    code = INC + "from optimum.intel import INCQuantizer, INCTrainer, INCSeq2SeqTrainer\n"
    (answer,) = ask(RULES, card(code))
    assert answer.at == "INCModelForSequenceClassification"
    assert "and 1 more" in answer.message


@pytest.mark.parametrize(
    "words",
    [
        '`pip install "optimum-intel==1.27.0"`',
        "`pip install 'optimum-intel[neural-compressor]<2'`",
        "Made with optimum-intel 1.16.0.",
        "- Optimum Intel: 1.16",
        "| optimum-intel | 1.27.0 |",
    ],
)
def test_a_card_that_names_an_older_release(words: str) -> None:
    assert ask(RULES, card(INC, text=words)) == []


@pytest.mark.parametrize(
    "words", ["`pip install optimum-intel>=1.27`", "optimum 1.27.0", "`pip install optimum-intel`"]
)
def test_a_card_that_does_not_name_one(words: str) -> None:
    assert len(ask(RULES, card(INC, text=words))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "from optimum.intel import OVModelForSequenceClassification",
        "from transformers import AutoModelForSeq2SeqLM, WhisperFeatureExtractor",
        "from transformers import pipeline\npipeline('text-classification', 'o/m')",
        # It asks for a release of transformers before 5.
        (
            "from optimum.onnxruntime import ORTModelForSeq2SeqLM\nfrom transformers import pipeline\n"
            "pipeline('summarization', model=m)"
        ),
        "from optimum.intel.neural_compressor.quantization import IncQuantizedModelForQuestionAnswering",
        "from neural_compressor.torch.quantization import quantize",
        "from my_package import TFBertModel",
        "import openvino as ov",
    ],
)
def test_python_of_today(code: str) -> None:
    assert ask(RULES, card(code)) == []


@pytest.mark.parametrize(
    "command", ["hf download owner/model", "pip install huggingface_hub", "pip install optimum[onnxruntime]"]
)
def test_commands_of_today(command: str) -> None:
    assert ask(RULES, card(command, language="bash")) == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
