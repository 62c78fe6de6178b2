from __future__ import annotations

import pytest

from cardgen.catalog.architectures import known_models
from cardgen.catalog.base_models import _KNOWN, base_model
from cardgen.catalog.licenses import LICENSES


def test_every_licence_is_one_of_the_hub() -> None:
    assert all(known.license in LICENSES for _pattern, known in _KNOWN)


def test_every_entry_is_of_a_model() -> None:
    beside = ("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-3.3-70B-Instruct")
    names = (*known_models(), *(name.rpartition("/")[2] for name in known_models()), *beside)
    assert [pattern for pattern, _known in _KNOWN if not any(pattern.fullmatch(name) for name in names)] == []


@pytest.mark.parametrize(
    "model", ["owner/bert-base-uncased", "bert-base-uncased-squad", "facebook/bart-large-cnn-x", ""]
)
def test_other_models_are_not_known(model: str) -> None:
    assert base_model(model) is None
