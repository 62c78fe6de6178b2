"""Text for people without the secrets that a command line, a setting or a library's message may hold."""

from __future__ import annotations

from cardgen.patterns import regex

MASK = "****"

_OF_ADDRESS = regex(r"(?<=://)[^/\s'\"]*(?=@)")
"""User and password of an address (RFC 3986, section 3.2.1): up to the last ``@`` before the path."""
_OF_NO_ADDRESS = regex(r"(?<![\w@.])[\w.+-]+:[^\s/@'\"]+(?=@[\w\[])")
"""The same where the scheme was left out; the host of ``git@host:path`` stands before the colon, so that it stays."""
_TOKEN = regex(r"\b(?:hf|api_org|hf_oauth)_[A-Za-z0-9]{8,}")
_PARAMETER = regex(
    r"(?i)(?<=[?&;])((?:[\w-]*(?:token|password|secret|signature|api_?key|credential)[\w-]*)=)[^&\s'\"#]+"
)


def masked(text: str) -> str:
    """The text with credentials of addresses, tokens of the Hub and secret query parameters replaced."""
    for pattern in (_OF_ADDRESS, _OF_NO_ADDRESS, _TOKEN):
        text = pattern.sub(MASK, text)
    return _PARAMETER.sub(rf"\1{MASK}", text)
