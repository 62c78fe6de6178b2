"""Many pushes through a network that fails, while people edit: what must never happen, counted."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from cardgen.errors import CardgenError
from cardgen.publish.hub import Hub
from cardgen.publish.push import push
from tests.hub_server import Fault, HubServer, Repository
from tests.hub_server.faults import RandomFaults
from tests.publish.project import Project

REPO = "tester/names-int8"


@dataclass
class Counts:
    """What became of the pushes, and what went wrong in them."""

    outcomes: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    edits_lost: int = 0
    partial_publishes: int = 0
    duplicate_commits: int = 0
    false_successes: int = 0
    faults: int = 0

    @property
    def wrong(self) -> dict[str, int]:
        """The counts that must all be 0."""
        return {
            "edits lost": self.edits_lost,
            "partial publishes": self.partial_publishes,
            "duplicate commits": self.duplicate_commits,
            "false success reports": self.false_successes,
        }


class Soak:
    """A project, its repository, and somebody who edits there between pushes and in the middle of them."""

    def __init__(self, hub: HubServer, folder: Path, *, seed: int, chance: float) -> None:
        self.hub = hub
        self.random = Random(seed)
        self.weather = RandomFaults(seed, chance)
        self.project = Project(folder)
        self.client = Hub(sleep=lambda _seconds: None)
        self.counts = Counts()
        self.words: list[str] = []
        """What the person wrote so far; each stands in one file."""
        hub.add(REPO)

    @property
    def repository(self) -> Repository:
        return self.hub.model(REPO)

    def run(self, pushes: int) -> Counts:
        """Push so often; nothing is asserted here."""
        for number in range(pushes):
            self._change(number)
            if self.random.random() < 0.3:
                self._edit()
            if self.random.random() < 0.15:
                self.hub.inject(Fault("before", "/commit/main", action=self._edit))
            known = set(self.repository.commits)
            self.hub.weather = self.weather
            try:
                status: str = push(self.project.loaded, hub=self.client).status
            except CardgenError as error:
                status = f"exit {error.exit_code}"
            self.hub.weather = None
            self.hub.faults.clear()
            self.counts.outcomes[status] += 1
            self._judge(known, success=status in ("pushed", "unchanged"))
        self.counts.faults = len(self.weather.made)
        return self.counts

    def _change(self, number: int) -> None:
        """Build anew, as often as not with another outcome or other weights."""
        if self.random.random() < 0.6:
            weights = b"\x80weights %d" % (number if self.random.random() < 0.3 else 0)
            self.project.build(accuracy=self.random.randint(700, 999) / 1024, weights=weights)

    def _edit(self) -> None:
        """Write a word into README.md's end, or into a file of one's own."""
        word = f"word{len(self.words):04}"
        files = self.repository.resolve("main").files
        if "README.md" in files and self.random.random() < 0.6:
            text = files["README.md"].data
            if b"## Notes of a reader" not in text:
                text += b"\n## Notes of a reader\n"
            self.repository.put({"README.md": text + f"\nOf {word}.\n".encode()})
        else:
            self.repository.put({f"notes/{word}.txt": word.encode()})
        self.words.append(word)
        self.counts.edits += 1

    def _judge(self, known: set[str], *, success: bool) -> None:
        head = self.repository.resolve("main")
        held = b"\n".join(blob.data for path, blob in head.files.items() if path.endswith((".md", ".txt")))
        self.counts.edits_lost += sum(word.encode() not in held for word in self.words)
        for oid in set(self.repository.commits) - known:
            commit = self.repository.commits[oid]
            if commit.author != "tester" or commit.parent is None:
                continue
            self.counts.duplicate_commits += commit.files == self.repository.commits[commit.parent].files
            marker = json.loads(commit.files[".cardgen.json"].data)["files"]
            self.counts.partial_publishes += any(
                path not in commit.files or hashlib.sha256(commit.files[path].data).hexdigest() != file["sha256"]
                for path, file in marker.items()
            )
        if success:
            evidence = (self.project.card / "evidence.json").read_bytes()
            sent = [commit.files.get("evidence.json") for commit in self.repository.history()]
            self.counts.false_successes += not any(blob is not None and blob.data == evidence for blob in sent)
            self.counts.false_successes += head.files["evidence.json"].data != evidence
