"""The loopback Hub as a fixture."""

from __future__ import annotations

from tests.hub_server.fixtures import hub

__all__ = ["hub"]
