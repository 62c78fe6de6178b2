"""Sentences of a text, which ROUGE-Lsum looks at one by one."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-ÖØ-Þ])")


def split_sentences(text: str) -> str:
    """A text with a line for each sentence; one that has several lines stays as it is.

    A sentence ends with ``.``, ``!`` or ``?`` before a space and a capital letter or digit. transformers'
    ``run_summarization.py`` asks NLTK's Punkt, whose data would have to be fetched; the two differ at abbreviations.
    """
    text = text.strip()
    return text if "\n" in text else _END.sub(lambda end: end[0].rstrip() + "\n", text)
