"""Does the card have one title, and is it the model's?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.naming import contradiction, named
from cardgen.lint.reading.places import front_place, listed, title_of
from cardgen.patterns import regex

_DATASET_WORDS = regex(r"\b(?:fine-?tuned|trained) (?:on|for|with)\b.*")


def _count(subject: Subject) -> Iterator[Found]:
    headings = [section.heading for section in subject.document.sections if section.heading]
    first = [heading for heading in headings if heading.level == 1]
    if not first:
        place = headings[0].span if headings else front_place(subject.document)
        yield Found(
            place, "the card has no title: no heading of level 1", "begin the text with `# ` and the model's name"
        )
    elif headings[0].level != 1:
        message = (
            f"the card begins without its title; its heading of level 1 is `{first[0].title.strip()}`, further down"
        )
        yield Found(headings[0].span, message, "begin the text with `# ` and the model's name")
    for heading in first[1:]:
        message = "the card has a second heading of level 1"
        yield Found(heading.span, message, "make it one of level 2", fault="second")


def _contradiction(subject: Subject) -> Iterator[Found]:
    title = title_of(subject.document)
    bases = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    bases = bases or [name for name, _span in subject.facts.base_models]
    if title is None or not bases:
        return
    whole = named(title.title)
    said = named(_DATASET_WORDS.sub("", title.title.casefold()))._replace(datasets=whole.datasets)
    found = contradiction(said, named(*bases))
    if found:
        message = f"the title says `{found.said}` ({found.kind}), but the base model is {bases[0]}"
        yield Found(title.span, message, "name the model that it is")


RULES: tuple[Rule, ...] = (
    Rule("title-count", "note", "No title, or more than one.", _count),
    Rule(
        "title-contradiction",
        "warning",
        "A title that names another model than the base model.",
        _contradiction,
    ),
)
