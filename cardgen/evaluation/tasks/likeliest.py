"""What is kept of a language model's probabilities, and how far two models are apart by that.

All of them would take hundreds of kilobytes a token. Kept are those of the likeliest tokens, in places that are spread
evenly over a corpus: a few megabytes, whatever its length. Two models are then compared on the tokens that are among
the likeliest of both one by one, on those that are among the baseline's alone taken together, and on all others. Fewer
outcomes that are told apart never make a divergence larger (the log sum inequality; Cover and Thomas, Elements of
Information Theory, 2006, section 2.7), so that this is a lower bound, and close to the divergence where the likeliest
tokens hold most of the probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from cardgen.evaluation.scoring.fidelity import divergence, fidelity_of
from cardgen.evaluation.task import Outcomes, ToldTokens
from cardgen.records.results.fidelity import Fidelity

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.scoring.statistics import Values

LIKELIEST = 32
"""Tokens whose probabilities are kept."""
KEPT_PLACES = 2**14
"""Places of a corpus of which they are kept: 256 bytes each, and 4 MB together."""
_CELLS = 2**22
"""Logits looked at in one go."""
_ROUNDING = 1e-6
"""By which probabilities that were stored in single precision may miss a sum of 1."""


def kept_places(counts: Sequence[int]) -> list[range]:
    """Which of the places that count are kept of each window: as evenly spread as whole steps allow.

    Args:
        counts: how many places of each window count.
    """
    step = max(1, -(-sum(counts) // KEPT_PLACES))
    starts = [0, *accumulate(counts)]
    return [range(-start % step, count, step) for start, count in zip(starts, counts, strict=False)]


def told_tokens(logits: npt.NDArray[np.float32], expected: npt.NDArray[np.int64], kept: range) -> ToldTokens:
    """What a model tells in the places of a window that count.

    Args:
        logits: of shape (places, vocabulary).
        expected: the right token in each place.
        kept: the places of which probabilities are kept.
    """
    tokens = logits.argmax(-1) if len(logits) else np.zeros(0, np.int64)
    some = logits[kept.start : kept.stop : kept.step]
    size = max(1, _CELLS // logits.shape[-1])
    parts = [_likeliest(some[start : start + size]) for start in range(0, len(some), size)]
    return ToldTokens(
        tokens=tokens.tolist(),
        right=(tokens == expected).tolist(),
        likeliest=[row.tolist() for ids, _logarithms in parts for row in ids],
        logarithms=[row.tolist() for _ids, logarithms in parts for row in logarithms],
    )


def _likeliest(logits: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    count = min(LIKELIEST, logits.shape[-1])
    ids = np.argpartition(logits, -count, axis=-1)[:, -count:]
    values = np.take_along_axis(logits, ids, axis=-1).astype(np.float64)
    peak = values.max(-1, keepdims=True)
    with np.errstate(invalid="ignore"):  # an infinite logit leaves its place untold
        total = np.exp(logits - peak.astype(np.float32)).sum(-1, dtype=np.float64, keepdims=True)
        logarithms = (values - peak - np.log(total)).astype(np.float32)
    order = np.argsort(-logarithms, axis=-1, kind="stable")
    return np.take_along_axis(ids, order, axis=-1), np.take_along_axis(logarithms, order, axis=-1)


def token_fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity | None:
    """How often both tell the same token, which is right, and how far their probabilities are apart.

    ``None`` where an earlier version kept no tokens.
    """
    if variant.told is None or baseline.told is None:
        return None
    counts = [len(each.tokens) for each in baseline.told]
    owners = np.repeat(np.arange(len(counts)), counts)
    ids = [
        np.array([row for each in told for row in each.likeliest], np.int64) for told in (baseline.told, variant.told)
    ]
    logarithms = [
        np.array([row for each in told for row in each.logarithms], np.float64)
        for told in (baseline.told, variant.told)
    ]
    moved = np.full(len(owners), np.nan)
    # Of which of a window's places they are makes no difference: windows are resampled as a whole.
    kept = [start + place for start, each in zip([0, *accumulate(counts)], baseline.told, strict=False)
            for place in range(len(each.likeliest))]  # fmt: skip
    moved[kept] = shared_divergences(ids[0], logarithms[0], ids[1], logarithms[1])
    return fidelity_of(
        np.array(_tokens(variant)) == np.array(_tokens(baseline)),
        (_right(variant), _right(baseline)),
        moved,
        unit="token",
        owners=owners,
        likeliest=ids[0].shape[-1],
    )


def shared_divergences(
    base_ids: npt.NDArray[np.int64], base: Values, ids: npt.NDArray[np.int64], variant: Values
) -> Values:
    """A lower bound of the divergence in each place.

    Of a token that is among the baseline's likeliest alone it is known that the variant holds it for no likelier than
    the last of its own. All such tokens are one outcome, with as much probability as that allows, and no more than
    makes the bound least.

    Args:
        base_ids: the baseline's likeliest tokens, of shape (places, tokens), the likeliest first.
        base: the natural logarithms of their probabilities.
        ids: the variant's.
        variant: theirs.
    """
    same = base_ids[:, :, None] == ids[:, None, :]
    shared = same.any(-1)
    p = np.where(shared, base, -np.inf)
    q = np.where(shared, np.take_along_axis(variant, same.argmax(-1), axis=-1), -np.inf)
    p_alone = np.where(shared, 0.0, np.exp(base)).sum(-1)
    p_rest, q_other = _left(base), _left(q)
    most = np.minimum((~shared).sum(-1) * np.exp(variant[:, -1]), _left(variant))
    q_alone = np.minimum(most, q_other * p_alone / (p_alone + p_rest))
    with np.errstate(divide="ignore"):
        one, other = np.log([p_alone, p_rest]), np.log([q_alone, q_other - q_alone])
    return divergence(np.column_stack([p, *one]), np.column_stack([q, *other]))


def _left(logarithms: Values) -> Values:
    """The probability of all other tokens; what rounding may leave, where that is more."""
    left: Values = np.maximum(1.0 - np.exp(logarithms).sum(-1), _ROUNDING)
    return left


def _tokens(outcomes: Outcomes) -> list[int]:
    return [token for each in outcomes.told or () for token in each.tokens]


def _right(outcomes: Outcomes) -> list[bool]:
    return [right for each in outcomes.told or () for right in each.right]
