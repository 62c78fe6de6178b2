"""A model's tokenizer_config.json as transformers 5 writes it → as transformers 4 reads it.

Version 5 has one class for all tokenizers of the tokenizers library that have none of their own,
``TokenizersBackend``; version 4 calls it ``PreTrainedTokenizerFast``, and both compute what tokenizer.json says. By
default the one of version 5 gives no ``token_type_ids``, which that of version 4 does; and special tokens beside the
named ones are a list in version 5 (``extra_special_tokens``), which version 4 knows by another key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.weights.configuration import Translation

_GENERIC = "TokenizersBackend"
_OTHER_BACKENDS = ("PythonBackend", "SentencePieceBackend", "MistralCommonBackend")
_GIVEN = ["input_ids", "attention_mask"]
"""What version 5's class gives unless told otherwise (``PreTrainedTokenizerBase.model_input_names``)."""


def translate_tokenizer(config: Mapping[str, Any], *, has_core: bool) -> Translation:
    """A tokenizer's configuration for version 4; one that version 4 wrote stays as it is.

    Args:
        config: what tokenizer_config.json holds.
        has_core: whether there is a tokenizer.json.
    """
    content, written = dict(config), []
    name = config.get("tokenizer_class")
    if name in _OTHER_BACKENDS or (name == _GENERIC and not has_core):
        lacking = ", and there is no tokenizer.json" if name == _GENERIC else ""
        return Translation(content, faults=(f"names the tokenizer class `{name}`{lacking}",))
    if name == _GENERIC:
        content["tokenizer_class"] = "PreTrainedTokenizerFast"
        written.append("tokenizer_class: PreTrainedTokenizerFast")
        content.setdefault("model_input_names", _GIVEN)
        content.pop("backend", None)
    extra = config.get("extra_special_tokens")
    if isinstance(extra, list):
        del content["extra_special_tokens"]
        if extra:
            content["additional_special_tokens"] = [*config.get("additional_special_tokens", ()), *extra]
            written.append(f"additional_special_tokens: {', '.join(map(str, extra))}")
    return Translation(content, tuple(written))
