"""What a results file gives away of the machine that measured: places, hosts and users.

Too much is found rather than too little: a file in which something is found is not published, and its figures are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from cardgen.patterns import regex
from cardgen.results.document import Document

_PLACE = regex(
    r"""
    (?<![\w/<.:\]})])/(?!(?:usr|lib|lib64|bin|sbin|etc|dev|proc|sys)/)    # /home/someone: an absolute path, but for
        [\w.@+~-]+/[\w.@+~-]                                              # those of the system
    | (?<![\w/])~[\w-]*/\w                                               # ~/models, ~someone/models
    | (?<![\w./])\.{1,2}/[\w.-]                                          # ./models, ../models
    | (?<!\w)[A-Za-z]:[\\/](?!/)[\w.]                                    # C:\models
    | (?<![\w\\])\\\\\w[\w.-]*\\\w                                     # \\host\models
    | (?<!\w)file:/
    | (?<![A-Za-z0-9])__(?i:home|users|root|tmp|mnt)__                   # as lm-eval makes a file's name of it
    """,
    re.VERBOSE,
)
_HOST = regex(
    r"""
    \b(?:https?|wss?|grpc|tcp|ssh|s3|gs)://(?:[^\s/@"']+@)?
        (?: \[ | \d{1,3}(?:\.\d{1,3}){3} | [\w-]+(?=[:/\s"']|$) | [\w.-]+\.(?:local|lan|internal|corp|home)\b )
    | \bnode(?:name)?=['"]?\w | \bhostname:\s*\w                         # platform.uname(), and what prints it
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MAIL = regex(r"(?<![\w.+-])(?!git@)[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_NO_LETTERS = regex(r"[^a-z]")
_HOST_KEYS: Final = frozenset(
    {"host", "hosts", "hostname", "node", "nodename", "nodelist", "computername", "fqdn", "ip", "ipaddress"}
)
_USER_KEYS: Final = frozenset({"user", "username", "login", "loginname", "email"})


def private_part(document: Document) -> str | None:
    """What it gives away, in words: ``a place of a machine``, ``a host``, ``a user``; ``None`` where nothing is seen.

    Raises:
        ResultsError: where the document is no text, or JSON that is cut.
    """
    content = document.json_object
    texts = _texts(content, "") if content is not None else iter([("", document.text)])
    return next((found for key, text in texts if (found := _of(key, text)) is not None), None)


def _of(key: str, text: str) -> str | None:
    name = _NO_LETTERS.sub("", key.casefold())
    if text.strip() and name in _HOST_KEYS:
        return "a host"
    if text.strip() and name in _USER_KEYS:
        return "a user"
    if _PLACE.search(text):
        return "a place of a machine"
    if _HOST.search(text):
        return "a host"
    return "a user" if _MAIL.search(text) else None


def _texts(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Every text in it, names of members too, each with the name that it stands under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield "", name
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
