from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.github_server import GithubServer


@pytest.fixture
def github() -> Iterator[GithubServer]:
    """A GitHub; nothing that it would not take may have been sent to it."""
    with GithubServer() as server:
        yield server
    assert not server.wrong
