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


_TWO_LETTERS = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw
ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng
nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv
sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
"""All codes of two letters that langcodes takes, old ones among them. Nearly every card names its language by one, and
langcodes needs longer to compile its tables than a card to be checked."""


def language_fault(code: str) -> tuple[str, str] | None:
    """Why ``code`` is no language code that the Hub accepts, and what to write; ``None`` where it is one.

    The codes are those of the IANA language subtag registry with their ISO 639 aliases, as the langcodes library
    knows them.
    """
    if code in SPECIAL:
        return None
    if re.fullmatch("[a-z]{2,3}", code) and _is_code(code):
        return None
    if code.lower() in _COMMON:
        return "is the name of a language, not its code", f"write {_COMMON[code.lower()]}"
    if re.fullmatch("[A-Za-z]{2,3}", code) and _is_code(code.lower()):
        return "is written in capitals", f"write {code.lower()}"
    primary = re.split("[-_]", code)[0].lower()
    if primary != code and re.fullmatch("[a-z]{2,3}", primary) and _is_code(primary):
        return (
            "has a region or a script, which the Hub does not take here",
            f"write {primary}; the full tag may stand under `language_bcp47`",
        )
    return "is not an ISO 639 language code", "write a code of two or three letters, such as en or deu"


def _is_code(code: str) -> bool:
    if len(code) == 2:
        return code in _TWO_LETTERS.split()
    import langcodes

    return langcodes.tag_is_valid(code)
