"""Fixtures that several packages of tests share."""

from __future__ import annotations

pytest_plugins = ["tests.backends.fixtures"]
