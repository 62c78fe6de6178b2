"""Which language codes the Hub accepts: ISO 639-1 (two letters), 639-2 or 639-3 (three letters)."""

from __future__ import annotations

import re

SPECIAL = ("code", "multilingual")
"""Values that the Hub takes although they are no language codes."""

_COMMON = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "turkish": "tr",
}


def language_fault(code: str) -> tuple[str, str] | None:
    """Why ``code`` is no language code that the Hub accepts, and what to write; ``None`` where it is one.

    The codes are those of the IANA language subtag registry with their ISO 639 aliases, as the langcodes library
    knows them.
    """
    if code in SPECIAL:
        return None
    import langcodes

    if re.fullmatch("[a-z]{2,3}", code) and langcodes.tag_is_valid(code):
        return None
    if code.lower() in _COMMON:
        return "is the name of a language, not its code", f"write {_COMMON[code.lower()]}"
    if re.fullmatch("[A-Za-z]{2,3}", code) and langcodes.tag_is_valid(code):
        return "is written in capitals", f"write {code.lower()}"
    primary = re.split("[-_]", code)[0].lower()
    if primary != code and re.fullmatch("[a-z]{2,3}", primary) and langcodes.tag_is_valid(primary):
        return (
            "has a region or a script, which the Hub does not take here",
            f"write {primary}; the full tag may stand under `language_bcp47`",
        )
    return "is not an ISO 639 language code", "write a code of two or three letters, such as en or deu"
