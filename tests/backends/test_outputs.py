from __future__ import annotations

import numpy as np

from cardgen.backends.outputs import plain_outputs

BATCH = {"input_ids": np.array([[5, 6, 7], [5, 0, 0]]), "attention_mask": np.array([[1, 1, 1], [1, 0, 0]])}
ONES = np.ones((2, 3, 4), dtype=np.float32)


def test_padding_is_zero_in_what_each_token_has() -> None:
    found = plain_outputs({"last_hidden_state": ONES, "start_logits": ONES[..., 0]}, BATCH)
    assert found["last_hidden_state"].sum(axis=2).tolist() == [[4, 4, 4], [4, 0, 0]]
    assert found["start_logits"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert ONES.min() == 1, "what the model computed was changed"


def test_a_texts_logits_stay_even_where_there_are_as_many_labels_as_tokens() -> None:
    assert plain_outputs({"logits": ONES[..., 0]}, BATCH)["logits"].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_what_is_no_array_is_left_out() -> None:
    assert plain_outputs({"logits": ONES, "hidden_states": (ONES, ONES)}, BATCH).keys() == {"logits"}


def test_without_a_mask_there_is_no_padding() -> None:
    found = plain_outputs({"last_hidden_state": ONES}, {"input_ids": BATCH["input_ids"]})
    assert found["last_hidden_state"].min() == 1


def test_what_a_decoder_gives_has_its_own_padding() -> None:
    batch = {**BATCH, "decoder_input_ids": np.array([[5, 6], [5, 6]])}
    outputs = {"logits": ONES[:, :2], "encoder_last_hidden_state": ONES}
    found = plain_outputs(outputs, batch)
    assert found["logits"].min() == 1
    assert found["encoder_last_hidden_state"].sum(axis=2).tolist() == [[4, 4, 4], [4, 0, 0]]
    masked = plain_outputs(outputs, {**batch, "decoder_attention_mask": np.array([[1, 1], [1, 0]])})
    assert masked["logits"].sum(axis=2).tolist() == [[4, 4], [4, 0]]


def test_the_logits_of_choices_have_no_padding() -> None:
    batch = {name: array[None] for name, array in BATCH.items()}
    assert plain_outputs({"logits": ONES[:1, :2, 0]}, batch)["logits"].tolist() == [[1, 1]]
