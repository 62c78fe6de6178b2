"""Projects with cards for previews, and the browser that looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from cardgen.card.assemble import CardPlace
from cardgen.manifest.model import LoadedManifest
from tests.factory import commit_card, make_evidence, manifest_data

Scheme = Literal["light", "dark"]
WIDE, PHONE = 1280, 390


def write_manifest(root: Path, name: str = "model", **changes: Any) -> Path:
    """A manifest under ``manifests/``."""
    path = root / "manifests" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(manifest_data(**changes), sort_keys=False), encoding="utf-8")
    return path


def build(loaded: LoadedManifest, values: Mapping[str, float] | None = None) -> CardPlace:
    """The card's folder, as a build would leave it."""
    return commit_card(loaded, make_evidence(loaded.manifest, values))


class Opened:
    """Pages of a browser, and what they complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: list[Page] = []
        self.complaints: list[str] = []

    def open(self, place: Path | str, scheme: Scheme = "light", width: int = WIDE) -> Page:
        """A page of its own: of a file, or at an address."""
        page = self._browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self._pages.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}"))
        address = place if isinstance(place, str) else place.absolute().as_uri()
        page.on("request", lambda request: self._request(request, address))
        page.goto(address)
        return page

    def close(self) -> None:
        """Close every page."""
        for page in self._pages:
            page.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request, address: str) -> None:
        own = address[: address.index("/", len("http://"))] if address.startswith("http://") else "file://"
        if not request.url.startswith((own, "data:")):
            self.complaints.append(f"it asked for {request.url}")


def violations(page: Page) -> list[str]:
    """What axe finds that keeps people from using a page: of serious or critical impact."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page itself is wider than the window."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wider
