"""Texts out of a model that generates them, for each sample of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows, encode
from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.scoring.fidelity import fidelity_of
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings
from cardgen.records.request import PredictRequest
from cardgen.records.results.fidelity import Fidelity

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch


DEFAULT_MAX_LENGTH = 20
"""Of an answer, in tokens, where nothing says otherwise: transformers' own (``GenerationConfig.max_length``)."""


@dataclass(frozen=True)
class Ending:
    """How the texts that a model writes end."""

    ends: frozenset[int]
    """Tokens that end a text."""
    longest: int
    """Tokens of the longest text, its first mark included."""
    forced: bool
    """Whether a text of that length is made to end, whatever the model would go on with."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Ending:
        """Read how from a model's generation configuration."""
        told = config.get("eos_token_id")
        ends = told if isinstance(told, list) else [told]
        more = config.get("max_new_tokens")
        longest = (config.get("max_length") or DEFAULT_MAX_LENGTH) if more is None else more + 1
        forced = config.get("forced_eos_token_id")
        return cls(frozenset(end for end in ends if end is not None), longest, forced is not None)

    def is_cut(self, ids: Sequence[int]) -> bool:
        """Whether a text ended because it had the length that is allowed.

        Args:
            ids: its tokens from the one that the decoder starts from, with whatever fills up a batch after its end.
        """
        # The decoder of some models starts from the token that ends a text.
        end = next((place for place, token in enumerate(ids) if place > 0 and token in self.ends), None)
        return end is None or (self.forced and end == self.longest - 1)


@dataclass(frozen=True)
class GeneratedReading:
    """Texts, and the texts expected of them; see :class:`cardgen.evaluation.task.Reading`."""

    rows: TokenRows
    expected: Sequence[str]
    settings: Settings
    """What the model is told beside its generation configuration, and the length that is allowed."""
    ending: Ending

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @property
    def owners(self) -> Sequence[int]:
        """A text is a row."""
        return range(len(self.rows.lengths))

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[tuple[str, bool]]:
        """The text that the model writes for each row, and whether it was cut."""
        del rows
        found = runner.generate(batch)
        texts = self.rows.tokenizer.batch_decode(found, skip_special_tokens=True)
        return [(text.strip(), self.ending.is_cut(ids)) for text, ids in zip(texts, found.tolist(), strict=True)]

    def conclude(self, sample: int, answers: Sequence[tuple[str, bool]]) -> Answer:
        """That of its one row."""
        del sample
        ((text, cut),) = answers
        return Answer(text, cut=cut)


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> GeneratedReading:
    """Read texts, and what the task's other column says is expected of them.

    Raises:
        StepError: if a column is missing or holds something else than text.
    """
    task = TASKS[request.task]
    (role,) = (column for column in task.required_columns if column not in task.input_columns)
    rows = read_inputs(dataset, request.columns, model)
    expected = read_texts(dataset, request.columns[role], role)
    return GeneratedReading(rows, expected, _settings(model), Ending.of(model.generation_config))


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read the texts alone, each after what the model is to find before it.

    Raises:
        StepError: if the column is missing or holds something else than text, or the model writes several languages
            and a text does not say which.
    """
    prefix = _prefix(model)
    texts = [prefix + text for text in read_texts(dataset, columns["text"], "text")]
    _check_marks(model.tokenizer, texts)
    return encode(model.tokenizer, texts)


def fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity:
    """How often both write the same text; of none can it be told that it is right."""
    return fidelity_of([one == other for one, other in zip(variant.predicted, baseline.predicted, strict=True)])


def written(model: ModelFiles, text: str) -> Batch:
    """A text as the decoder's input: what it would have been given, had it written the text itself."""
    ids = model.tokenizer(text_target=text, truncation=True, return_tensors="np", verbose=False)["input_ids"]
    return {"decoder_input_ids": np.concatenate([[[model.first_token]], ids[:, :-1]], axis=1).astype(np.int64)}


def _prefix(model: ModelFiles) -> str:
    return model.config.get("prefix") or ""


def _settings(model: ModelFiles) -> dict[str, str | int | float | bool]:
    """What a model's own files have it told, but for what differs from transformers' defaults of generation."""
    told: dict[str, str | int | float | bool] = {}
    if prefix := _prefix(model):
        told["prefix"] = prefix
    for name in ("src_lang", "tgt_lang"):
        if code := model.tokenizer.init_kwargs.get(name):
            told[name] = code
    if model.generation_config.get("max_new_tokens") is None:
        told["max_length"] = Ending.of(model.generation_config).longest
    return told


def _check_marks(tokenizer: Any, texts: Sequence[str]) -> None:
    """Check that each text for a Marian model that writes several languages says which."""
    codes = getattr(tokenizer, "supported_language_codes", None)
    if not codes:
        return
    for row, text in enumerate(texts):
        if text.split(" ", 1)[0] not in codes:
            shown = ", ".join(sorted(code.strip("<>") for code in codes))
            raise StepError(
                f"The model writes several languages, and the text in row {row}, counted from 0, does not say which.",
                remedy=f"Name one as `generation.tgt_lang`: {shown}.",
            )
