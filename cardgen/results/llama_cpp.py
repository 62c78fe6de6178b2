"""What llama.cpp's ``llama-perplexity`` prints, of a perplexity or of a KL divergence (its tools/perplexity).

The perplexity of a chunk is that of the second half of its tokens but for the last, so that these are the samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.patterns import regex
from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, no_number
from cardgen.results.values import finite, name_of, not_negative

TOOL: Final = "llama.cpp"
PERPLEXITY: Final = "PPL"
"""The metric of a run of one model; all others are of a run that holds a model against its base's logits."""
_NUMBER: Final = r"([-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|nan(?:\([^)\n]*\))?|inf(?:inity)?))"
_FINAL = regex(rf"^(?:[\d.]+ I )?Final estimate: PPL = {_NUMBER} \+/- {_NUMBER} *\n", re.MULTILINE)
_ROW = regex(rf"^([A-Z0-9 ][^:\n]{{2,40}}?) *: *{_NUMBER}(?: *± *{_NUMBER})? *(%?) *\n", re.MULTILINE)
_CHUNKS = regex(r"calculating perplexity over (\d{1,9}) chunks, n_ctx=(\d{1,9})")
_ANY_CHUNKS = regex(r"calculating perplexity over \d+ chunks|^chunk +PPL +ln\(PPL", re.MULTILINE)
_CHUNK_ROW = regex(r"^ *(\d{1,9}) +[\d.]+ ± ", re.MULTILINE)
_BUILD = regex(r"\bbuild(?: =|:) (\d{1,7}) \(([0-9a-f]{6,40})\)")
_NAME = regex(r"\bgeneral\.name\s+(?:str\s+)?= (.{1,200})")
_LAST_ROW = regex(r"^Same top p:.*%\n", re.MULTILINE)
_SECTIONS: Final = ("Perplexity statistics", "KL divergence statistics", "Token probability statistics")
_HIGHER_IS_BETTER: Final = {"Same top p": True, "Mean PPL(Q)": False, "Mean KLD": False, "Median KLD": False}


def recognises(document: Document) -> bool:
    """Whether the tool printed it."""
    if document.json_object is not None:
        return False
    text = document.text
    return bool(_FINAL.search(text) or _ANY_CHUNKS.search(text) or any(f"=== {one} ===" in text for one in _SECTIONS))


def read(document: Document) -> ResultsFile:
    """What it says."""
    text = document.text
    build = _BUILD.search(text)
    name = _NAME.search(text)
    return gather(
        document,
        _found(text),
        tool=TOOL,
        tool_version=f"b{build[1]} ({build[2]})" if build else None,
        model=name_of(name[1]) if name else None,
    )


def _found(text: str) -> Iterator[Found]:
    chunks = _CHUNKS.search(text)
    samples = int(chunks[1]) * max(0, int(chunks[2]) - 1 - int(chunks[2]) // 2) if chunks else None
    settings: tuple[Setting, ...] = ()
    if chunks:
        settings = (Setting(name="chunks", value=chunks[1]), Setting(name="n_ctx", value=chunks[2]))
    finals = list(_FINAL.finditer(text))
    if len(finals) > 1:
        yield "the file holds several runs, of which nobody knows which is meant"
        return
    for final in finals:
        yield _figure(PERPLEXITY, final[1], final[2], samples=samples, settings=settings, higher_is_better=False)
    tables = [text.find(f"=== {one} ===") for one in _SECTIONS]
    begins = [at for at in tables if at >= 0]
    if begins:
        rows = [row[1] for row in _CHUNK_ROW.finditer(text, 0, min(begins))]
        if rows and not settings:
            settings = (Setting(name="chunks", value=rows[-1]),)
        yield from _tables(text[min(begins) :], settings)
    if not finals and not (begins and _LAST_ROW.search(text, max(begins))):
        yield "the output ends before its result: it is cut, or the run was stopped"


def _tables(text: str, settings: tuple[Setting, ...]) -> Iterator[Found]:
    seen = set()
    for row in _ROW.finditer(text):
        metric = name_of(" ".join(row[1].split()))
        if metric is None:
            continue
        if metric in seen:
            yield "the file holds several runs, of which nobody knows which is meant"
            return
        seen.add(metric)
        yield _figure(
            metric,
            row[2],
            row[3],
            unit="%" if row[4] else None,
            settings=settings,
            higher_is_better=_HIGHER_IS_BETTER.get(metric),
        )


def _figure(
    metric: str,
    stated: str,
    deviation: str | None,
    *,
    settings: tuple[Setting, ...],
    higher_is_better: bool | None,
    samples: int | None = None,
    unit: str | None = None,
) -> Found:
    value = _parsed(stated)
    if value is None:
        return no_number(metric, None, float("nan"))
    return Figure(
        metric=metric,
        value=value,
        unit=unit,
        higher_is_better=higher_is_better,
        standard_error=not_negative(_parsed(deviation)) if deviation else None,
        samples=samples,
        settings=settings,
    )


def _parsed(text: str) -> float | None:
    return finite(float(text.partition("(")[0]))
