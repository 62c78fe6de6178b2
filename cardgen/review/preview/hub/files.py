"""The files that a card's repository will hold, with their sizes: from the evidence and the card's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardgen.card.assemble import CardPlace
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.card.words.numbers import file_size
from cardgen.catalog.layout import ASSETS
from cardgen.export.formats import FOLDER as EXPORTS
from cardgen.plan.layout import files_repository


@dataclass(frozen=True)
class RepositoryFile:
    """One file, where it will lie in the repository."""

    path: str
    size_bytes: int
    variant: str | None = None
    """Which variant it belongs to; ``None`` for the card and what explains it."""

    @property
    def size(self) -> str:
        """For people."""
        return file_size(self.size_bytes)


def repository_files(
    place: CardPlace, texts: Mapping[str, str], manifest: tuple[str, int], facts: Facts | None
) -> tuple[RepositoryFile, ...]:
    """In the order of their paths; weights of what was not run here are not known, and not among them.

    Args:
        place: where the card lies.
        texts: of the card and its plots as they are shown, by their paths.
        manifest: name and bytes of the manifest's file.
        facts: what the evidence says; ``None`` where it says nothing that fits.
    """
    files = [RepositoryFile(*manifest)]
    files += [RepositoryFile(path, len(text.encode())) for path, text in texts.items()]
    besides = [place.evidence] if place.evidence.is_file() else []
    for folder in (ASSETS, EVAL_RESULTS, EXPORTS):
        besides += [path for path in (place.folder / folder).rglob("*") if path.is_file()]
    copies = [record.copy_at for record in facts.evidence.imported if record.copy_at] if facts else []
    besides += [path for copy in copies if (path := place.folder / copy).is_file()]
    found = {path.relative_to(place.folder).as_posix(): path.stat().st_size for path in besides}
    files += [RepositoryFile(path, size) for path, size in found.items() if path not in texts]
    for fact in facts.variants if facts else ():
        own = facts is not None and facts.manifest.publish.repositories == "per-variant"
        folders = [facts.manifest.repository(fact.name)] if facts and own else []
        prefix = "".join(f"{folder}/" for folder in (*folders, fact.folder) if folder)
        files += [RepositoryFile(prefix + path, size, fact.name) for path, size in _files_of(facts, fact)]
    once = {file.path: file for file in files}  # variants may share a configuration
    return tuple(once[path] for path in sorted(once))


def _files_of(facts: Facts | None, fact: VariantFacts) -> Iterator[tuple[str, int]]:
    """Paths and bytes of a variant's files, where they lie in its repository."""
    if fact.inspected is not None:
        here = facts and files_repository(facts.manifest, fact.name) == facts.manifest.repository(fact.name)
        yield from ((file.path, file.size_bytes) for file in (fact.inspected.files if here else ()))
    elif fact.run is not None:
        yield from ((file.path, file.bytes) for file in fact.run.files)


def total_size(files: tuple[RepositoryFile, ...]) -> str:
    """All of them together, for people."""
    return file_size(sum(file.size_bytes for file in files))
