from __future__ import annotations

import pytest

from cardgen.backends.modules import ModuleNames, check_artifact, check_fallback
from cardgen.errors import StepError

MODEL = ModuleNames(linear=("encoder.0.dense", "encoder.0.output", "classifier"), embedding=("words",))


def test_modules_that_the_model_has_may_stay_fp32() -> None:
    check_fallback(("classifier", "words"), MODEL)


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [
        ("clasifier", "no Linear, Embedding or convolution layer called `clasifier`", "Did you mean `classifier`?"),
        ("encoder.0", "a block that holds some", "`encoder.0.dense`, `encoder.0.output`"),
        ("lm_head", "no Linear, Embedding or convolution layer called `lm_head`", "It has: `encoder.0.dense`"),
    ],
)
def test_a_module_that_the_model_lacks_is_refused(name: str, message: str, remedy: str) -> None:
    with pytest.raises(StepError) as caught:
        check_fallback(("classifier", name), MODEL)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_an_ignored_fallback_is_refused() -> None:
    with pytest.raises(StepError, match="shows `words` as INT8"):
        check_artifact(("classifier", "words"), ("encoder.0.dense", "words"), empty=False)


def test_an_artifact_without_int8_is_refused() -> None:
    with pytest.raises(StepError, match="nothing in INT8"):
        check_artifact((), (), empty=True)
