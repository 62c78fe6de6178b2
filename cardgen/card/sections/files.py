"""The weight files of variants that somebody else made, and the commands that fetch them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.sections.inspected import bits_per_weight
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, link, table
from cardgen.card.words.wording import HUB, sentence_list
from cardgen.plan.layout import files_repository
from cardgen.records.inspected import InspectedRecord


def files_table(facts: Facts) -> Markdown:
    """A row per weight file."""
    header = [Markdown(text) for text in ("Variant", "File", "Scheme", "Bits per weight", "Size", "SHA-256")]
    rows = [
        [
            code(fact.name),
            code(_published(fact, file.path)),
            escape(fact.scheme or numbers.NOT_STATED),
            bits_per_weight(record),
            Markdown(numbers.file_size(file.size_bytes)),
            code(file.sha256) if file.sha256 else Markdown(numbers.NOT_STATED),
        ]
        for fact, record in _adopted(facts)
        for file in record.files
        if file.path in record.weight_files
    ]
    return table(header, rows) if rows else Markdown("")


def files_notes(facts: Facts) -> tuple[Markdown, ...]:
    """Which files belong together, and which lie in another repository than the card's."""
    notes = []
    for fact, record in _adopted(facts):
        count = len(record.weight_files)
        if count > 1:
            notes.append(Markdown(f"The {count} files of {code(fact.name)} are one model: all of them are needed."))
    elsewhere: dict[str, list[str]] = {}
    for fact, _record in _adopted(facts):
        repository = files_repository(facts.manifest, fact.name)
        if repository != facts.manifest.repository(fact.name):
            elsewhere.setdefault(repository, []).append(code(fact.name))
    for repository, names in elsewhere.items():
        lie = "lies" if len(names) == 1 else "lie"
        place = link(code(repository), f"{HUB}/{repository}")
        notes.append(Markdown(f"{sentence_list(names)} {lie} in {place}, not here."))
    return tuple(notes)


def download_commands(facts: Facts) -> str:
    """A command for each variant; where there are several, each after a line that names it."""
    adopted = list(_adopted(facts))
    several = len(adopted) > 1
    return "\n".join(
        line
        for fact, record in adopted
        for line in ([f"# {fact.name}"] if several else []) + [_command(facts, fact, record)]
    )


def _command(facts: Facts, fact: VariantFacts, record: InspectedRecord) -> str:
    repository = files_repository(facts.manifest, fact.name)
    words = ["hf", "download", repository]
    if record.file is not None:
        words += [_published(fact, file.path) for file in record.files]
    elif fact.folder:
        words += ["--include", f"{fact.folder}/*"]
    if repository != facts.manifest.repository(fact.name) and record.source.commit:
        words += ["--revision", record.source.commit]
    return shlex.join(words)


def _published(fact: VariantFacts, path: str) -> str:
    return f"{fact.folder}/{path}" if fact.folder else path


def _adopted(facts: Facts) -> Iterator[tuple[VariantFacts, InspectedRecord]]:
    for fact in facts.variants:
        if fact.inspected is not None:
            yield fact, fact.inspected
