"""A card merged three ways."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cardgen.patterns import regex
from cardgen.publish.merge.arrangement import Node, arranged, same_sections
from cardgen.publish.merge.front_matter import Merging, merge_front_matter
from cardgen.publish.merge.generated import edited_facts, kinds_of
from cardgen.publish.merge.lines import chunks
from cardgen.publish.merge.model import (
    Conflict,
    Line,
    Lines,
    Merged,
    Part,
    end_of,
    joined,
    lines_of,
    three_way,
    with_ends,
)
from cardgen.publish.merge.sections import UnmergeableError, take_apart

_UNDERLINE = regex("=+|-+")
"""Below a heading's text, in place of a mark before it."""

MOST_LINES = 20_000
"""Lines of a card that is merged: comparing takes a time that grows with their square, and cards have some hundreds."""


def merge_card(base: str, theirs: str, ours: str, prose: Collection[str] = ()) -> Merged:
    """Join what people edited on the Hub with what cardgen writes now.

    Where cardgen changed nothing, theirs stands byte for byte; what cardgen writes anew ends its lines as they do.

    Args:
        base: the card as cardgen rendered it when it last pushed.
        theirs: the card on the Hub.
        ours: the card as cardgen renders it now.
        prose: texts that a person wrote, as they stand in the manifest: these may be edited, figures and all.

    Raises:
        UnmergeableError: where theirs has no parts that could be merged.
    """
    if len(lines_of(theirs)) > MOST_LINES:
        raise UnmergeableError(f"it has more than {MOST_LINES} lines", MOST_LINES + 1)
    return _Merge(base, theirs, ours, prose).merged()


class _Merge:
    def __init__(self, base: str, theirs: str, ours: str, prose: Collection[str]) -> None:
        self.end = end_of(theirs)
        base, ours = with_ends(base, self.end), with_ends(ours, self.end)
        self.base, self.theirs, self.ours = take_apart(base), take_apart(theirs), take_apart(ours)
        if self.base.sections and not self.theirs.sections:
            raise UnmergeableError("nothing is left below the front matter", max(1, len(lines_of(theirs))))
        self.nodes = arranged(self.base.sections, self.theirs.sections, self.ours.sections, same_sections)
        self.base_words = _words(lines_of(base))
        deleted = {id(node.ours) for node in self.nodes if node.base and not node.theirs}
        self.our_words = tuple(
            words for part in self.ours.sections if id(part) not in deleted for words in _words(part.lines)
        )
        self.prose = prose
        self.into = Merging()

    def merged(self) -> Merged:
        lines = list(merge_front_matter(self.base, self.theirs, self.ours, self.into))
        parts = [(node, core) for node in self.nodes if (core := self._lines(node))]
        for (node, core), following in zip(parts, [*parts, None][1:], strict=True):
            lines += core
            lines += self._gap(node, last=following is None)
        conflicts = tuple(sorted(self.into.conflicts, key=lambda conflict: conflict.line))
        text = joined(lines, self.end)
        return Merged(text, tuple(self.into.kept), tuple(self.into.deleted), conflicts)

    def _lines(self, node: Node) -> Lines:
        """The lines of one section; empty for none."""
        was, there, here = node
        if was and there and here:
            return self._joined(was, there, here)
        if there and here:
            return self._added_twice(there, here)
        if was and there:
            if not self._is_ours(set(_words(there.lines)) - set(_words(was.lines))):
                why = "it was edited, and cardgen no longer writes it"
                self._conflict(there, 0, why, there.lines, ())
            return ()
        if was and here:
            self._deleted(was, here)
            return ()
        if here:
            return here.lines
        if there and not self._taken_over(there):
            self.into.kept.append(there.title)
            return there.lines
        return ()

    def _joined(self, was: Part, there: Part, here: Part) -> Lines:
        if there.lines not in (was.lines, here.lines):
            edited = tuple(edited_facts(was, there, kinds_of(self.base, was, self.prose)))
            self.into.conflicts += edited
            if edited:
                return there.lines
            self.into.kept.append(there.title)
        merged: list[str] = []
        closed = (*was.lines, ""), (*there.lines, ""), (*here.lines, "")  # what is put last follows a blank line too
        for chunk in chunks(*closed):
            agreed = chunk.agreed
            if agreed is None:
                self._conflict(there, chunk.start, "both sides changed it", chunk.theirs, chunk.ours)
            merged += agreed or ()
        return tuple(merged[:-1])

    def _added_twice(self, there: Part, here: Part) -> Lines:
        if there.lines != here.lines and not self._is_ours(_words(there.lines)):
            self._conflict(there, 0, "both sides added such a section", there.lines, here.lines)
        return there.lines if there.lines == here.lines else here.lines

    def _deleted(self, was: Part, here: Part) -> None:
        self.into.deleted.append(was.title)
        kinds = kinds_of(self.base, was, self.prose)
        made = {line.strip() for line, kind in zip(was.lines, kinds, strict=True) if kind in ("table", "code")}
        places = {line.strip(): part.first + at for part in self.theirs.sections for at, line in enumerate(part.lines)}
        if made and made <= places.keys() | {""}:
            at = min(places[line] for line in made if line)
            why = "a generated table or code was moved out of its section"
            self.into.conflicts.append(Conflict(was.title, why, at, (), here.lines))

    def _taken_over(self, part: Part) -> bool:
        """Whether ours now says, in one piece, what a person had added: it came home to the manifest."""
        wanted = _words(part.lines)
        return _holds(self.our_words, wanted) and not _holds(self.base_words, wanted)

    def _is_ours(self, words: Iterable[str]) -> bool:
        return set(words) <= set(self.our_words)

    def _conflict(self, there: Part, at: int, why: str, theirs: Lines, ours: Lines) -> None:
        self.into.conflicts.append(Conflict(there.title, why, there.first + at, theirs, ours))

    def _gap(self, node: Node, *, last: bool) -> Lines:
        """The blank lines behind a section."""
        was, there, here = node
        if there and here:
            gap = three_way(was.gap if was else there.gap, there.gap, here.gap)
            of_theirs = gap is there.gap
        else:
            gap, of_theirs = (there or here or node.base or self.base.sections[-1]).gap, there is not None
        sections = self.theirs.sections if of_theirs else self.ours.sections
        was_last = sections[-1] is (there if of_theirs else here)
        if last:
            return gap if was_last or not self.theirs.sections else self.theirs.sections[-1].gap
        return gap or (Line("", self.end),) if was_last else gap


def _words(lines: Iterable[str]) -> tuple[str, ...]:
    """What lines say, at whichever level their headings are, and however these are marked."""
    bare = [line.strip() for line in lines]
    said = (line for above, line in zip(["", *bare], bare, strict=False) if not (above and _UNDERLINE.fullmatch(line)))
    return tuple(words for line in said if (words := line.lstrip("#").strip()))


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
