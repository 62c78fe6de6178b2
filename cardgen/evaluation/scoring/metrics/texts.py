"""Metrics of texts: translations, summaries, transcripts and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardgen.evaluation.scoring.metrics.metric import Metric
from cardgen.evaluation.scoring.squad_rules import Verdict, judge, judge_v2

_ROUGE = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_TRANSLATIONS = """
Args:
    predictions: translations.
    references: one expected translation each.
Returns:
    {}: from 0 to 1, where sacrebleu itself prints 0 to 100.
"""


def _sacrebleu(predictions: Any, references: Any) -> dict[str, float]:
    from sacrebleu.metrics import BLEU

    return {"sacrebleu": float(BLEU().corpus_score(predictions, [references]).score) / 100}


def _chrf(predictions: Any, references: Any) -> dict[str, float]:
    from sacrebleu.metrics import CHRF

    return {"chrf": float(CHRF().corpus_score(predictions, [references]).score) / 100}


def _rouge(
    predictions: Sequence[str], references: Sequence[str], types: Sequence[str] = _ROUGE, use_stemmer: bool = False
) -> dict[str, float]:
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer(list(types), use_stemmer=use_stemmer)
    found = [scorer.score(expected, text) for expected, text in zip(references, predictions, strict=True)]
    return {kind: sum(float(each[kind].fmeasure) for each in found) / len(found) for kind in types}


def _wer(predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    import jiwer

    return {"wer": float(jiwer.wer(list(references), list(predictions)))}


def _squad(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    if not all(references):
        raise ValueError("a question has no answer, which squad_v2 is for")
    return _means([judge(expected, answer) for expected, answer in zip(references, predictions, strict=True)])


def _squad_v2(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    return _means([judge_v2(expected, answer) for expected, answer in zip(references, predictions, strict=True)])


def _means(found: Sequence[Verdict]) -> dict[str, float]:
    return {
        "exact_match": sum(each.exact for each in found) / len(found),
        "f1": sum(each.f1 for each in found) / len(found),
    }


TEXT_METRICS = (
    Metric(
        name="sacrebleu",
        description="BLEU of a corpus with sacrebleu's default tokenizer (13a) and exponential smoothing.",
        citation="Papineni et al., BLEU, ACL 2002; Post, A call for clarity in reporting BLEU scores, WMT 2018",
        inputs=_TRANSLATIONS.format("sacrebleu"),
        predictions="string",
        references="string",
        score=_sacrebleu,
    ),
    Metric(
        name="chrf",
        description="F2 of the sequences of one to six characters of a corpus, spaces left out.",
        citation="Popović, chrF: character n-gram F-score for automatic MT evaluation, WMT 2015; sacrebleu",
        inputs=_TRANSLATIONS.format("chrf"),
        predictions="string",
        references="string",
        score=_chrf,
    ),
    Metric(
        name="rouge",
        description="The overlap of words, pairs of words or longest common sequences of two texts, as F1.",
        citation="Lin, ROUGE: a package for automatic evaluation of summaries, 2004; rouge-score of Google Research",
        inputs="""
Args:
    predictions: texts; for rougeLsum with a line for each sentence.
    references: expected texts, the same way.
    types: which of rouge1, rouge2, rougeL, rougeLsum.
    use_stemmer: whether words are reduced by Porter's stemmer.
Returns:
    each type: the mean of F1 over the texts, from 0 to 1.
""",
        predictions="string",
        references="string",
        score=_rouge,
    ),
    Metric(
        name="wer",
        description="Words put in, left out or replaced, as a fraction of the expected words of all texts.",
        citation="jiwer, jiwer.wer; Morris, Maier and Green, From WER and RIL to MER and WIL, Interspeech 2004",
        inputs="""
Args:
    predictions: transcribed texts.
    references: expected texts, none of them empty.
Returns:
    wer: 0 or more; above 1 where more is put in than was expected.
""",
        predictions="string",
        references="string",
        score=_wer,
    ),
    Metric(
        name="squad",
        description="The fraction of answers that are one of the expected ones, and the mean F1 of their words.",
        citation=(
            "Rajpurkar et al., SQuAD: 100,000+ questions for machine comprehension of text, EMNLP 2016, section 6.1"
        ),
        inputs="""
Args:
    predictions: predicted answers.
    references: for each question, one or more expected answers.
Returns:
    exact_match, f1: from 0 to 1.
""",
        predictions="string",
        references=("string",),
        score=_squad,
    ),
    Metric(
        name="squad_v2",
        description=(
            "The fraction of answers that are one of the expected ones, and the mean F1 of their words, "
            "where some questions have no answer: then no answer is the right one."
        ),
        citation="Rajpurkar, Jia and Liang, Know what you don't know: unanswerable questions for SQuAD, ACL 2018",
        inputs="""
Args:
    predictions: predicted answers; empty for none.
    references: for each question, the expected answers; none where the text does not answer it.
Returns:
    exact_match, f1: from 0 to 1.
""",
        predictions="string",
        references=("string",),
        score=_squad_v2,
    ),
)
