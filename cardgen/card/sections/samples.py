"""What a reader must know of single samples: which of them say less than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.card.facts.joined import Facts
from cardgen.card.words.markdown import Markdown, code
from cardgen.catalog.tasks import WINDOWED
from cardgen.records.results.predict import PredictResult


def blank_notes(facts: Facts) -> Iterator[Markdown]:
    """That some samples have a text that is blank, if so: the same of every variant and run."""
    results = [seen.predict.result for _fact, _run, seen in facts.quantized]
    results += [swept.predict.result for swept in facts.swept]
    blank = next((result.blank for result in results), 0)
    if not blank:
        return
    if facts.manifest.task in WINDOWED:
        yield Markdown(
            f"{blank} texts of the evaluation data are empty or white space: there is nothing in them to score."
        )
    else:
        yield Markdown(
            f"Of {results[0].samples} samples {blank} {'has' if blank == 1 else 'have'} a text that is empty or white "
            "space: such samples are scored like the others, whatever a model can say of nothing."
        )


def cut_notes(facts: Facts) -> Iterator[Markdown]:
    """A sentence for each variant of which answers were cut, or of whose baseline."""
    for fact, _run, seen in facts.quantized:
        counts = {code(fact.name): seen.predict.result.cut, "FP32": seen.baseline_predict.result.cut}
        cut = [f"{count} of {what}" for what, count in counts.items() if count]
        if cut:
            yield Markdown(
                f"Of {seen.evaluate.samples} answers {' and '.join(cut)} were cut, at {_length(seen.predict.result)}: "
                "they may lack their end."
            )


def _length(result: PredictResult) -> str:
    names = [name for name in ("max_new_tokens", "max_length") if name in result.settings]
    return f"{code(names[0])} {result.settings[names[0]]}" if names else "a length that was not recorded"
