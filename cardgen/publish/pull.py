"""Edits that people made of a card on the Hub, brought into the manifest that it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cardgen.card.assemble import CardPlace, card_place, render_loaded, render_manifest
from cardgen.card.build import build_card
from cardgen.errors import HubError, ManifestError, shown
from cardgen.inherit.manifest_edit import with_value, without_key
from cardgen.manifest.load import parse_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.prose import read_prose
from cardgen.manifest.prose_faults import prose_fault
from cardgen.publish.hub import Hub
from cardgen.publish.merge.card import merge_card
from cardgen.publish.merge.homecoming import Home, homes
from cardgen.publish.merge.readme import Edited, Target, edited, with_edits
from cardgen.reading import TEXT_BYTES, read_bytes
from cardgen.records.evidence import Evidence


@dataclass(frozen=True)
class Pulled:
    """What a pull found, and what it makes of the user's files; nothing is written yet."""

    files: Mapping[Path, str]
    """The manifest and files of prose, where they change, with their new text."""
    taken: tuple[tuple[str, str], ...]
    """Each edit that has a place in the manifest: what it is, and the key that holds it now."""
    left: tuple[str, ...]
    """Edits that have none. They stay on the Hub, and every push keeps them."""


NOTHING = Pulled({}, (), ())


def pull(loaded: LoadedManifest, revision: str, hub: Hub) -> Pulled:
    """Find what people edited in the card of a manifest, and where in the manifest it belongs.

    Args:
        loaded: the manifest, whose card is built.
        revision: branch or pull request reference that is read.
        hub: the client.

    Raises:
        EvidenceError: where the card's evidence cannot be read, or does not fit the manifest.
        FindingsError: where the edits make the card wrong.
        HubError: where there is no card of cardgen's, or an edit contradicts evidence.
    """
    repo_id = loaded.repo_id
    remote = hub.read(repo_id, revision)
    if remote.readme is None or remote.marker is None:
        raise HubError(
            f"{repo_id} ({revision}) holds no card that cardgen published.",
            remedy=f"Publish it first: cardgen push {shown(loaded.path)}",
        )
    place = card_place(loaded)
    evidence = place.read_evidence()
    ours = render_manifest(loaded, evidence, place)
    target = Target(repo_id, revision, remote)
    card = edited(hub, target, ours)
    if card is None:
        return NOTHING
    prose = read_prose(loaded)
    merged = with_edits(card, target, ours, tuple(prose.values()))
    if merged.text == ours:
        return NOTHING
    found = _Homecoming(loaded, prose)
    for home in homes(ours, merged.text, loaded.manifest, prose):
        found.take(home)
    return found.pulled(card, evidence, place)


class _Homecoming:
    """The user's files, while one edit after another comes into them."""

    def __init__(self, loaded: LoadedManifest, prose: Mapping[str, str]) -> None:
        self.loaded = loaded
        self.prose = dict(prose)
        self.before = read_bytes(loaded.path, TEXT_BYTES).decode()
        self.text = self.before
        self.files: dict[Path, str] = {}
        self.taken: list[tuple[str, str]] = []
        self.refused: dict[str, str] = {}
        """What cannot come home, and why."""

    def take(self, home: Home) -> None:
        """Put an edit where it belongs, unless the manifest would be wrong with it."""
        file = self._prose_file(home)
        if file is not None and isinstance(home.value, str):
            if fault := prose_fault(home.value):
                self.refused[home.what] = fault.message
                return
            self.files[file] = f"{home.value}\n"
        else:
            text = self._written(home)
            try:
                parsed = parse_manifest(text.removeprefix("\ufeff"), self.loaded.path)
            except ManifestError as error:
                self.refused[home.what] = error.problems[0].message
                return
            self.loaded = parsed.model_copy(update={"variant": self.loaded.variant})
            self.text = text
        if home.path[0] == "prose":
            self.prose.pop(home.path[1], None)
            if isinstance(home.value, str):
                self.prose[home.path[1]] = home.value
        self.taken.append((home.what, f"{shown(file)}" if file else ".".join(home.path)))

    def _prose_file(self, home: Home) -> Path | None:
        value = self.loaded.manifest.prose.get(home.path[1], "") if home.path[0] == "prose" else ""
        return self.loaded.folder / value if value.endswith(".md") and "\n" not in value else None

    def _written(self, home: Home) -> str:
        if home.value is None:
            return without_key(self.text, home.path)
        value = home.value
        if home.path[0] == "prose" and isinstance(value, str) and value.endswith(".md"):
            value += "\n"  # else it would be the name of a file
        return with_value(self.text, home.path, value)

    def pulled(self, card: Edited, evidence: Evidence, place: CardPlace) -> Pulled:
        """What came of it all: the next card is made here, to see what a push would still have to merge."""
        made = build_card(
            self.loaded.manifest,
            evidence,
            self.prose,
            manifest_file=self.loaded.path.name,
            evidence_file=shown(place.evidence),
            own=self.loaded.variant,
        )
        ours = render_loaded(self.loaded, made)
        merged = merge_card(card.base, card.theirs, ours, tuple(self.prose.values()))
        left = [f"{what}: {why}" for what, why in self.refused.items()]
        if merged.conflicts or merged.text != ours:
            left += [title for title in merged.kept if title not in self.refused]
            left += [f"{title}, which was deleted" for title in merged.deleted]
            left += [f"{conflict.place}: {conflict.why}" for conflict in merged.conflicts]
            left += ["where parts of the card stand, or how its lines end"] if not left else []
        if self.text != self.before:
            self.files[self.loaded.path] = self.text
        return Pulled(self.files, tuple(self.taken), tuple(left))
