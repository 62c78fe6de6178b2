"""Do the tags lead people to the model?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import front_place, listed, metadata_of
from cardgen.lint.reading.vocabulary import LEGACY_TASKS, TAGS
from cardgen.patterns import regex

_KNOWN: dict[str, str] = {tag.lower(): tag for tag in sorted({*PIPELINE_TAGS, *TAGS})}
_BRITISH = {"quantised": "quantized", "quantisation": "quantization", "summarisation": "summarization"}
_ODD = regex(r"[^\w.:/+@-]")
_LONGEST = 40
_KEY = regex(r"(license|language|base_model|library_name|pipeline_tag|datasets?):(?=\S)")
_SHORT = frozenset({"onnx", "gguf", "gptq"})
"""Names of formats, of which even one letter of four may be a slip."""


def _near_miss(subject: Subject) -> Iterator[Found]:
    for tag, path in listed(subject.document, "tags"):
        if not isinstance(tag, str) or tag in _KNOWN or tag in LEGACY_TASKS:
            continue
        meant = _meant(tag)
        if meant:
            place = front_place(subject.document, *path)
            yield Found(place, f"the tag `{tag}` is not `{meant}`, by which people search", f"write `{meant}`")


def _meant(tag: str) -> str | None:
    """The well-known tag that ``tag`` is a slip of."""
    plain = re.sub(r"[ _]+", "-", tag.strip().lower())
    if plain in _KNOWN:
        return _KNOWN[plain]
    if plain in _BRITISH:
        return _BRITISH[plain]
    if len(plain) == 4:
        near = [known for known in _SHORT if _one_slip(plain, known)]
        return near[0] if len(near) == 1 else None
    if not 5 <= len(plain) <= _LONGEST:
        return None
    alike, none = _alike(), frozenset[str]()
    near = [known for known in alike.get(plain[:2], none) | alike.get(plain[-2:], none) if _one_slip(plain, known)]
    return _KNOWN[near[0]] if len(near) == 1 else None


@cache
def _alike() -> Mapping[str, frozenset[str]]:
    """Known tags by the two characters at either end: one slip spares one of them."""
    found: dict[str, set[str]] = {}
    for known in _KNOWN:
        if len(known) >= 6:
            found.setdefault(known[:2], set()).add(known)
            found.setdefault(known[-2:], set()).add(known)
    return {ends: frozenset(tags) for ends, tags in found.items()}


def _one_slip(written: str, meant: str) -> bool:
    """Whether a letter is missing, added, another, or swapped with the next; digits and a plural do not count."""
    if abs(len(written) - len(meant)) > 1 or written == meant:
        return False
    start = next((at for at, (left, right) in enumerate(zip(written, meant, strict=False)) if left != right), None)
    if start is None:
        return not (written + meant).endswith("s") and not (written[-1] + meant[-1]).isdigit() if written else False
    left, right = written[start:], meant[start:]
    changed = (left[0] + right[0]).lower()
    if any(char.isdigit() for char in changed):
        return False
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _odd(subject: Subject) -> Iterator[Found]:
    for tag, path in listed(subject.document, "tags"):
        place = front_place(subject.document, *path)
        if not isinstance(tag, str):
            yield Found(place, f"the tag `{tag}` is not text", "write it in quotes")
        elif key := _KEY.match(tag):
            message = f"the tag `{tag}` is one that the Hub makes of `{key[1]}`, which says it nowhere else"
            if key[1] not in metadata_of(subject.document):
                yield Found(place, message, f"write `{key[1]}: {tag[key.end() :].strip()}`")
        elif odd := _ODD.search(tag.strip()):
            char = "spaces" if odd[0].isspace() else f"`{odd[0]}`"
            plain = re.sub(r"[^a-z0-9.:/+@]+", "-", tag.lower()).strip("-")
            remedy = f"write such as `{plain}`" if plain else "use letters, digits and `-`"
            message = f"the tag `{tag}` holds {char}, which tags of the Hub do not"
            yield Found(place, message, remedy, fault=char)


RULES: tuple[Rule, ...] = (
    Rule("tag-near-miss", "warning", "A tag that is a slip of a well-known one.", _near_miss),
    Rule("tag-odd", "note", "A tag with spaces or signs in it.", _odd),
)
