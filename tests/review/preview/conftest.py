"""A real browser, the system's Chromium, which is started once; and a project with cards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from tests.review.preview.cards import Opened, build, write_manifest


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, which never downloads anything."""
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages; in the end none of them may have had anything to complain of, or have asked for anything."""
    pages = Opened(browser)
    yield pages
    pages.close()
    assert pages.complaints == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one built card, ``model``."""
    (tmp_path / "cardgen.toml").touch()
    loaded = load_manifest(write_manifest(tmp_path))
    build(loaded)
    return tmp_path


@pytest.fixture
def loaded(project: Path) -> LoadedManifest:
    """Its manifest."""
    return load_manifest(project / "manifests" / "model.yaml")
