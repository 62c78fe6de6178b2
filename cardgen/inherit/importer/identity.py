"""What an imported card is of: its repository, base model, task, family and title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import remedy_for
from cardgen.catalog.tasks import TASK_NAMES
from cardgen.errors import UsageError
from cardgen.inherit.default_name import OWNER, default_name
from cardgen.inherit.document import Heading
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.files import HeldFiles
from cardgen.inherit.importer.mend import meant_tag
from cardgen.inherit.importer.own_id import words_of
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.task_hints import task_hints
from cardgen.patterns import regex

_GENERIC = regex(
    r"(?:evaluation|results?|introduction|usage|overview|description"
    r"|model(?: card)?(?: (?:details|description|overview|summary|information))?)\W*",
    re.IGNORECASE,
)
_LEAD = regex(r"^(?:model details|model card(?: for| of)?)\s*[:–-]?\s+", re.IGNORECASE)
_ID_LIKE = regex(r"[\w.]+(?:-[\w.]+)+")
_LONGEST = 150
"""Characters of a title."""


@dataclass(frozen=True)
class Overrides:
    """What the user says instead of the card."""

    repo_id: str | None = None
    base_model: str | None = None
    task: str | None = None
    approach: Literal["static", "dynamic", "none", "weight-only", "qat", "not-stated"] | None = None


@dataclass(frozen=True)
class Identity:
    """What the card is of."""

    repo_id: str
    repo_known: bool
    """Whether the card or the user gave it, owner included."""
    base_model: str
    task: str
    title: str


def identify(
    card: SourceCard,
    given: Overrides,
    stem: str,
    base_by_setting: str | None,
    ledger: Ledger,
    files: HeldFiles | None = None,
) -> Identity:
    """Find out what the card is of.

    Args:
        card: the card.
        given: what the user says.
        stem: the name of the card's file, for want of another name.
        base_by_setting: the base model that a benchmark's settings name.
        ledger: hears what was taken for granted.
        files: the model's, whose base model goes before the card's.

    Raises:
        UsageError: where neither the card nor the user names the base model or the task.
    """
    for option, value in (("--repo-id", given.repo_id), ("--base-model", given.base_model)):
        if value is not None and (fault := id_fault(value, owner=option == "--repo-id")):
            raise UsageError(f"{option}: `{value}` {fault[0]}", remedy=f"{fault[1][0].upper()}{fault[1][1:]}.")
    base_model = _base_model(card, given, base_by_setting, ledger, files)
    task = _task(card, given, ledger)
    repo_id, known = _repo_id(card, given, stem, base_model, ledger, files)
    return Identity(repo_id, known, base_model, task, _title(card, base_model))


def _base_model(
    card: SourceCard, given: Overrides, base_by_setting: str | None, ledger: Ledger, files: HeldFiles | None
) -> str:
    candidates = [*card.metadata.base_models, base_by_setting]
    candidates += [name for name, _span in card.facts.base_models]
    own = given.repo_id or card.facts.repo_id
    by_files = files.base_model([name for name in candidates if name]) if files else None
    if files and by_files and by_files != own and given.base_model is None:
        instead = f", and not {candidates[0]}" if candidates[0] else ""
        ledger.add("mended", f"the base model is {by_files}, as {files.name} say{instead}")
    candidates = [given.base_model, by_files, *candidates]
    for name in candidates:
        if name and id_fault(name) is None and name != own:
            return name
    message = f"the card does not say which model this one was made from{_unreadable(card)}"
    raise UsageError(message, remedy="Name it: --base-model owner/name.")


def _unreadable(card: SourceCard) -> str:
    """Why the front matter, which says such things, could not be asked."""
    front = card.document.front_matter
    if front is None or not front.error:
        return ""
    return f"; its front matter, from line {card.line(front.span)} on, cannot be read: {front.error}"


def _repo_id(
    card: SourceCard, given: Overrides, stem: str, base_model: str, ledger: Ledger, files: HeldFiles | None
) -> tuple[str, bool]:
    if given.repo_id:
        if given.repo_id == base_model:
            raise UsageError("--repo-id and the base model are the same", remedy="Name the base model: --base-model.")
        return given.repo_id, True
    found = card.facts.repo_id
    if found and id_fault(found, owner=True) is None and found != base_model:
        if card.guessed_id:
            ledger.add("assumed", f"repo_id is {found}, which the card's code loads; change it, or use --repo-id")
        return found, True
    if files and files.repo_id and files.repo_id != base_model:
        ledger.add("assumed", f"repo_id is {files.repo_id}, where the files lie; change it, or use --repo-id")
        return files.repo_id, True
    name = default_name(found.rpartition("/")[2] if found else _own_name(card, stem, base_model))
    repo_id = f"{OWNER}/{name}"
    why = "as the card does not tell its own id"
    if card.unlike_id is not None:
        why = f"as {card.unlike_id}, which the card's code loads, is not its model by name"
    ledger.add("assumed", f"repo_id is {repo_id}, {why}; change it, or use --repo-id")
    return repo_id, False


def _own_name(card: SourceCard, stem: str, base_model: str) -> str:
    """A name for the model of a card that tells none: the file's, where it has a word of the title or base model."""
    title = _title(card, base_model)
    if card.facts.sweep or words_of(stem) & (words_of(base_model) | words_of(title)):
        return stem
    form = "int8" if "int8" in title.lower() else "quantized"
    return title if _ID_LIKE.fullmatch(title) else f"{base_model.rpartition('/')[2]}-{form}"


def _task(card: SourceCard, given: Overrides, ledger: Ledger) -> str:
    if given.task is not None:
        if given.task not in TASK_NAMES:
            raise UsageError(
                f"--task: `{given.task}` is not a task (pipeline tag) of the Hub",
                remedy=remedy_for(given.task, TASK_NAMES) or "The Hub lists them at huggingface.co/tasks.",
            )
        return given.task
    told = card.metadata.pipeline_tag
    if told in PIPELINE_TAGS and told is not None:
        return told
    if told is not None and (meant := meant_tag(told)) is not None:
        ledger.add("mended", f"the pipeline_tag `{told}` is `{meant}`")
        return meant
    for task, why in task_hints(card):
        ledger.add("assumed", f"task is {task}, by {why}")
        return task
    message = f"the card does not tell what the model is for{_unreadable(card)}"
    raise UsageError(message, remedy="Say it: --task with a Hub pipeline tag.")


def _title(card: SourceCard, base_model: str) -> str:
    headings = [block for block in card.document.blocks if isinstance(block, Heading) and block.title.strip()]
    named = [
        heading for heading in headings if len(heading.title) <= _LONGEST and not _GENERIC.fullmatch(heading.title)
    ]
    first = named[0] if named and (named[0].level == 1 or named[0] is headings[0]) else None
    if first is None or card.facts.sweep:
        name = base_model.rpartition("/")[2]
        return first.title if first and first is headings[0] else f"{'Benchmark of ' if card.facts.sweep else ''}{name}"
    return _LEAD.sub("", first.title) or first.title
