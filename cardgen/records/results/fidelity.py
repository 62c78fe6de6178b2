"""How far a variant's answers are those of its baseline, whatever both score."""

from __future__ import annotations

from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from cardgen.records.frozen import Frozen

Unit = Literal["sample", "word", "token"]


class Share(Frozen):
    """How many of all units something is true of, with a 95 % interval of the share that these are."""

    count: NonNegativeInt
    low: float
    high: float
    interval: Literal["wilson", "bootstrap"]
    """How the interval was computed; where units of one sample are several, samples are resampled."""


class Divergence(Frozen):
    """Kullback-Leibler divergence of the variant's probabilities from the baseline's, in nats, over all units."""

    mean: float
    low: float
    high: float
    """The 95 % interval of the mean, by a bootstrap over samples."""
    median: float
    p99: float
    largest: float
    units: PositiveInt
    """Of which it is known: of language models, at most a number of tokens that are spread over all."""
    unknown: NonNegativeInt = 0
    """Units of which it is infinite or cannot be told, since a logit is."""
    likeliest: int | None = None
    """Of how many likeliest tokens the probabilities were kept. It is then a lower bound: tokens that are not among
    those of both models count as one. ``None`` where all probabilities were kept."""


class Fidelity(Frozen):
    """How far a variant's answers are those of its baseline, on the same samples."""

    unit: Unit
    """What is answered: a sample, a word that is labelled, or a token that is told."""
    units: PositiveInt
    same: Share
    """Units that both answer alike, right or wrong."""
    lost: Share | None = None
    """Units that the baseline has right and the variant wrong; ``None`` where an answer is not right or wrong."""
    gained: Share | None = None
    """The other way round."""
    divergence: Divergence | None = None
    """``None`` where the task has no probabilities, or none were kept."""
