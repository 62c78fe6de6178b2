"""Licence and language of the best known base models.

A model stands here only where both are beyond doubt; of any other nothing is said, for a false finding is worse than
none. Patterns are of whole ids, so that another owner's model of the same name is not meant.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from cardgen.patterns import regex

Language = Literal["en", "fr"]


class BaseModel(NamedTuple):
    """What is known of a base model."""

    license: str | None
    """As the Hub writes it; ``None`` where it is not listed here."""
    language: Language | None
    """The one language that it was trained on; ``None`` where these are several, or it takes no text."""


_WRITTEN: tuple[tuple[str, str, Language | None], ...] = (
    (
        r"(?:google-bert/)?bert-(?:base|large)-(?:un)?cased(?:-whole-word-masking(?:-finetuned-squad)?)?",
        "apache-2.0",
        "en",
    ),
    (r"(?:google-bert/)?bert-base-multilingual-(?:un)?cased", "apache-2.0", None),
    (r"(?:distilbert/)?distilbert-base-(?:un)?cased(?:-distilled-squad)?", "apache-2.0", "en"),
    (r"(?:distilbert/)?distilbert-base-uncased-finetuned-sst-2-english", "apache-2.0", "en"),
    (r"(?:distilbert/)?distilbert-base-multilingual-cased", "apache-2.0", None),
    (r"(?:distilbert/)?distil(?:roberta-base|gpt2)", "apache-2.0", "en"),
    (r"(?:FacebookAI/)?roberta-(?:base|large|large-mnli)", "mit", "en"),
    (r"(?:FacebookAI/)?xlm-roberta-(?:base|large)", "mit", None),
    (r"facebook/bart-(?:base|large)", "apache-2.0", "en"),
    (r"facebook/bart-large-(?:cnn|xsum|mnli)", "mit", "en"),
    (r"sshleifer/distilbart-(?:cnn|xsum)-\d+-\d+", "apache-2.0", "en"),
    (r"(?:google-t5/)?t5-(?:small|base|large|3b|11b)", "apache-2.0", None),
    (r"google/flan-t5-(?:small|base|large|xl|xxl)", "apache-2.0", None),
    (r"(?:openai-community/)?gpt2(?:-medium|-large|-xl)?", "mit", "en"),
    (r"(?:albert/)?albert-(?:base|large|xlarge|xxlarge)-v[12]", "apache-2.0", "en"),
    (r"google/electra-(?:small|base|large)-discriminator", "apache-2.0", "en"),
    (r"microsoft/deberta-v3-(?:xsmall|small|base|large)", "mit", "en"),
    (r"microsoft/mdeberta-v3-base", "mit", None),
    (r"google/mobilebert-uncased", "apache-2.0", "en"),
    (r"(?:almanach/)?camembert-base", "mit", "fr"),
    (r"openai/whisper-(?:tiny|base|small|medium)\.en", "apache-2.0", "en"),
    (r"openai/whisper-(?:tiny|base|small|medium|large|large-v[23])", "apache-2.0", None),
    (r"facebook/wav2vec2-(?:base|large)-960h", "apache-2.0", "en"),
    (r"google/vit-(?:base|large)-patch16-224(?:-in21k)?", "apache-2.0", None),
    (r"microsoft/resnet-(?:18|50)", "apache-2.0", None),
    (r"deepset/roberta-base-squad2", "cc-by-4.0", "en"),
    (r"dslim/bert-(?:base|large)-NER", "mit", "en"),
    (r"sentence-transformers/all-(?:MiniLM-L6|MiniLM-L12|mpnet-base)-v2", "apache-2.0", "en"),
    (r"BAAI/bge-(?:small|base|large)-en-v1\.5", "mit", "en"),
    (r"meta-llama/Llama-2-.+", "llama2", None),
    (r"meta-llama/Meta-Llama-3-.+", "llama3", None),
    (r"meta-llama/(?:Meta-)?Llama-3\.1-.+", "llama3.1", None),
    (r"meta-llama/Llama-3\.2-.+", "llama3.2", None),
    (r"meta-llama/Llama-3\.3-.+", "llama3.3", None),
    (r"mistralai/Mistral-7B-(?:Instruct-)?v0\.[123]", "apache-2.0", None),
    (r"TinyLlama/TinyLlama-1\.1B-Chat-v1\.0", "apache-2.0", "en"),
    (r"Qwen/Qwen2\.5-(?:0\.5|1\.5|7|14|32)B(?:-Instruct)?", "apache-2.0", None),
)
_KNOWN = tuple((regex(pattern, re.IGNORECASE), BaseModel(licence, language)) for pattern, licence, language in _WRITTEN)


def base_model(model_id: str) -> BaseModel | None:
    """What is known of a model; ``None`` for one that is not listed."""
    return next((known for pattern, known in _KNOWN if pattern.fullmatch(model_id)), None)
