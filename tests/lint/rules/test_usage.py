from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.usage import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(body: str, head: str = "tags: [int8]", title: str = "INT8 model") -> str:
    return f"---\n{head}\n---\n# {title}\n\n{body}\n"


@pytest.mark.parametrize(
    "text",
    [
        card("Text alone."),
        card("```bash\npip install optimum\n```"),
        card("```json\n{}\n```", head="license: mit", title="gull-4b-int8"),
        card("```\npython is nice\n```", head="tags: [onnx]", title="gull"),
        card("```bibtex\n@misc{gull,\n  url = {https://huggingface.co/acme/gull}\n}\n```"),
        card("```bash\nllama-quantize --model gull.gguf q4_k_m\n```", head="tags: [gguf]"),
    ],
)
def test_a_card_without_code_that_loads(text: str) -> None:
    (answer,) = ask(RULES, text)
    assert answer.severity == "note"


@pytest.mark.parametrize(
    "text",
    [
        card("```python\nAutoModel.from_pretrained('o/m')\n```"),
        card("Load it with `INCModel.from_pretrained('o/m')`."),
        card("```js\nawait pipeline('fill-mask', 'o/m');\n```"),
        card("```bash\nhf download o/m\n```"),
        card("See the notebook."),
        card("```python\nimport tensorflow as tf\ninterpreter = tf.lite.Interpreter('m.tflite')\n```"),
        card("Text alone.", head="license: mit", title="gull"),
    ],
)
def test_a_card_with_such_code_or_of_a_plain_model(text: str) -> None:
    assert ask(RULES, text) == []


@pytest.mark.parametrize("language", ["", "python"])
def test_a_command_in_a_block_of_python(language: str) -> None:
    (answer,) = ask(RULES, card(f"```{language}\npip install x\nfrom x import y\ny.load_model()\n```"))
    assert (answer.rule, answer.at) == ("snippet-mixed", "pip install")


def test_a_command_for_a_notebook_or_in_its_own_block() -> None:
    assert ask(RULES, card("```python\n!pip install x\nfrom x import y\ny.load_model()\n```")) == []
    assert ask(RULES, card("```bash\npip install x\n```\n\n```python\nfrom x import y\ny.load_model()\n```")) == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []


@pytest.mark.parametrize(
    "name", ["gull-GGUF", "gull-4b-AWQ", "gull-NVFP4", "gull-4b-FP8-dynamic", "gull.w4a16", "gull-mlx-4bit"]
)
def test_a_model_of_any_format_without_code(name: str) -> None:
    (answer,) = ask(RULES, f"---\nlicense: mit\n---\n# {name}\n\nA model.\n")
    assert answer.rule == "snippet-missing"
