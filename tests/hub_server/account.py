"""Who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.hub_server.repository import Repository


@dataclass(frozen=True)
class Account:
    """A user, with the role of the token that it came with."""

    name: str
    role: Literal["read", "write"] = "write"
    orgs: tuple[str, ...] = ()

    def may_write(self, repo_id: str) -> bool:
        return self.role == "write" and repo_id.partition("/")[0] in (self.name, *self.orgs)

    def may_read_gated(self, repository: Repository) -> bool:
        return repository.repo_id.partition("/")[0] in (self.name, *self.orgs) or self.name in repository.granted
