"""How a model that writes text is asked to: what it is given, and how it searches."""

from __future__ import annotations

from pydantic import Field

from cardgen.manifest.base import Count, Natural, Section


class Generation(Section):
    """How a model that writes text is asked to; what is left out is as the base model's own files say."""

    prefix: str | None = Field(None, description='Text that stands before each sample, such as "summarize: ".')
    src_lang: str | None = Field(None, description="Language of the texts, by the tokenizer's code, such as en_XX.")
    tgt_lang: str | None = Field(None, description="Language that is written, by the tokenizer's code.")
    task_specific_params: str | None = Field(
        None,
        description="Which entry of config.json's task_specific_params holds, or `none`; by default that of the task.",
    )
    max_length: Count | None = Field(None, description="The most tokens of an answer, its first mark included.")
    min_length: Natural | None = Field(None, description="The fewest tokens of an answer.")
    num_beams: Count | None = Field(None, description="Beams of the search; 1 is a greedy one.")
    length_penalty: float | None = Field(None, description="Of a beam search: above 0 it favours long answers.")
    early_stopping: bool | None = Field(None, description="When a beam search ends.")
    no_repeat_ngram_size: Natural | None = Field(None, description="No so many tokens in a row come twice.")
    do_sample: bool | None = Field(None, description="Whether tokens are drawn, so that no two answers need be alike.")
    forced_bos_token_id: Natural | None = Field(None, description="The token that each answer begins with.")
    forced_eos_token_id: Natural | None = Field(None, description="The token that ends an answer at `max_length`.")
    decoder_start_token_id: Natural | None = Field(None, description="The token that the decoder starts from.")

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """What is told of transformers' ``GenerationConfig``, by its names."""
        told = self.model_dump(exclude={"prefix", "src_lang", "tgt_lang", "task_specific_params"})
        return {name: value for name, value in told.items() if value is not None}
