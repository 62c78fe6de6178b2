"""How far a variant's answers are FP32's, in words."""

from __future__ import annotations

from decimal import Decimal

from cardgen.card.facts.joined import Facts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, link
from cardgen.card.words.wording import INTERVALS, sentence_list
from cardgen.records.results.fidelity import Divergence, Fidelity, Share

_SOURCE = link(Markdown("Dutta et al., 2024"), "https://arxiv.org/abs/2407.09141")


def fidelity_lines(facts: Facts) -> tuple[Markdown, ...]:
    """A line for each variant that was scored, where an answer can be the same as another."""
    scored = ((fact.name, seen.evaluate.fidelity) for fact, _run, seen in facts.quantized)
    return tuple(Markdown(f"{code(name)} {_told(found)}.") for name, found in scored if found is not None)


def fidelity_notes(facts: Facts) -> list[Markdown]:
    """How these lines are to be read; nothing where there are none."""
    found = [seen.evaluate.fidelity for _fact, _run, seen in facts.quantized if seen.evaluate.fidelity is not None]
    if not found:
        return []
    shares = [share for each in found for share in (each.same, each.lost, each.gained) if share is not None]
    what = "agreement and flips" if any(each.lost for each in found) else "agreement"
    parts = [f"{what} by {sentence_list(list(dict.fromkeys(INTERVALS[share.interval] for share in shares)))}"]
    if any(each.divergence for each in found):
        parts.append(f"the mean divergence by {INTERVALS['bootstrap']}")
    meaning = " KL divergence is Kullback and Leibler's, of probabilities, in nats." if len(parts) > 1 else ""
    return [
        Markdown(
            f"How far answers are FP32's is counted answer by answer ({_SOURCE}), since flips that cancel out leave a "
            f"score as it is.{meaning} Intervals: {sentence_list(parts)}."
        )
    ]


def _told(found: Fidelity) -> str:
    unit = f"{found.unit}s"
    text = f"answers {found.same.count} of {found.units} {unit} as FP32 does ({_share(found.same, found.units)})"
    if found.lost is not None and found.gained is not None:
        text += (
            f": {found.lost.count} went from right to wrong ({_share(found.lost, found.units)}) "
            f"and {found.gained.count} from wrong to right ({_share(found.gained, found.units)})"
        )
    if found.divergence is not None:
        text += f"; KL divergence from FP32 {_divergence(found.divergence, found)}"
    return text


def _share(share: Share, units: int) -> str:
    low, high = (f"{100 * each:.2f}" for each in (share.low, share.high))
    return f"{numbers.percent(Decimal(share.count) / units)} [{low}, {high}]"


def _divergence(found: Divergence, of: Fidelity) -> str:
    mean, low, high = map(numbers.divergence, (found.mean, found.low, found.high))
    text = f"{mean} nats a {of.unit} [{low}, {high}]"
    if found.likeliest is not None:
        text = f"at least {text}, by the {found.likeliest} likeliest tokens of each"
    if found.units + found.unknown < of.units:
        text += f", over {found.units} {of.unit}s spread over all"
    if found.unknown:
        text += f", without {found.unknown} {of.unit}s of which it is infinite or unknown"
    return text
