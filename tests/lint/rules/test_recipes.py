from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.recipes import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

ONESHOT = """\
from llmcompressor import oneshot
oneshot(model=m, dataset="d", splits="SPLIT", num_calibration_samples=COUNT)
"""
OPTIMUM = """\
from optimum.onnxruntime import ORTQuantizer
quantizer = ORTQuantizer.from_pretrained("o/m")
data = quantizer.get_calibration_dataset("glue", num_samples=COUNT, dataset_split="SPLIT")
"""


def card(code: str, text: str = "", **values: object) -> str:
    for name, value in values.items():
        code = code.replace(name, str(value))
    return f"# INT8 model\n\n{text}\n\n```python\n{code}\n```\n"


@pytest.mark.parametrize(
    "code",
    [
        ONESHOT.replace("SPLIT", "train[:512]").replace("COUNT", "1024"),
        "N = 1024\n" + ONESHOT.replace("SPLIT", "train[:512]").replace("COUNT", "N"),
        "ds = load('d').select(range(512))\noneshot(dataset=ds, num_calibration_samples=1024)",
        "ds = load('d', split='test[:100]')\nnncf.quantize(m, ds, subset_size=300)",
    ],
)
def test_a_recipe_that_leaves_too_few_samples(code: str) -> None:
    (answer,) = ask(RULES, card(code), "calibration-samples")
    assert answer.severity == "warning"


@pytest.mark.parametrize(
    "code",
    [
        ONESHOT.replace("SPLIT", "train[:512]").replace("COUNT", "512"),
        ONESHOT.replace("SPLIT", "train[:1024]").replace("COUNT", "512"),
        ONESHOT.replace("SPLIT", "train").replace("COUNT", "512"),
        ONESHOT.replace("SPLIT", "train[:5%]").replace("COUNT", "512"),
        "a = 'train[:10]'\nb = 'test[:2000]'\n" + ONESHOT.replace("SPLIT", "train").replace("COUNT", "512"),
        "show('train[:3]', num_samples=8)",
    ],
)
def test_a_recipe_that_leaves_enough(code: str) -> None:
    assert ask(RULES, card(code), "calibration-samples") == []


TOLD = "The calibration dataloader is the train dataloader. The default calibration sampling size is 300."


@pytest.mark.parametrize(("count", "split", "what"), [(100, "train", "100 samples"), (300, "validation", "validation")])
def test_code_that_calibrates_otherwise(count: int, split: str, what: str) -> None:
    (answer,) = ask(RULES, card(OPTIMUM, TOLD, COUNT=count, SPLIT=split), "calibration-code")
    assert what in answer.message


@pytest.mark.parametrize(
    ("count", "split", "text"),
    [
        (300, "train", TOLD),
        (100, "train", "Calibrated with care."),
        (304, "train", TOLD.replace("is 300", "300 isn't divisible by batch size 8, so the real sampling size is 304")),
        (100, "validation", "The calibration dataloader is the eval dataloader."),
    ],
)
def test_code_that_calibrates_as_told(count: int, split: str, text: str) -> None:
    assert ask(RULES, card(OPTIMUM, text, COUNT=count, SPLIT=split), "calibration-code") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
