from __future__ import annotations

import http.client
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.errors import UsageError
from cardgen.review.preview.serve.live import LivePages
from cardgen.review.preview.serve.server import PreviewServer, served
from tests.project import Project
from tests.review.preview.cards import Opened, write_manifest


@pytest.fixture
def pages(project: Path) -> LivePages:
    return LivePages(lambda: [project / "manifests" / "model.yaml"])


@pytest.fixture
def server(pages: LivePages) -> Iterator[PreviewServer]:
    with served(pages) as server:
        yield server


def ask(server: PreviewServer, path: str, host: str | None = None, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_it_listens_on_this_machine_alone(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize("path", ["/", "/index.html", "/cards/model/", "/cards/model/index.html", "/cards/mode%6C/"])
def test_pages_are_found(server: PreviewServer, path: str) -> None:
    status, content = ask(server, path)
    assert (status, content[:15]) == (200, b"<!doctype html>")
    assert ask(server, path, method="HEAD") == (200, b"")


@pytest.mark.parametrize(
    "path", ["/cards/model/evidence.json", "/../cardgen.toml", "/%2e%2e/cardgen.toml", "//etc/passwd", "/cards/model"]
)
def test_nothing_else_is(server: PreviewServer, path: str) -> None:
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("host", ["example.org", "example.org:{port}", "127.0.0.1", "127.0.0.1:1", "localhost:{port}."])
def test_a_name_that_only_leads_here_is_refused(server: PreviewServer, host: str) -> None:
    for path in ("/", "/events"):
        status, content = ask(server, path, host.format(port=server.server_port))
        assert (status, b"model" in content) == (421, False)
    assert ask(server, "/", f"LocalHost:{server.server_port}")[0] == 200


def test_a_picture_is_served_as_it_is_now(project: Path, pages: LivePages, server: PreviewServer) -> None:
    assets = project / "cards" / "model" / "assets"
    assets.mkdir(exist_ok=True)
    assert ask(server, "/cards/model/assets/a%20b.svg")[0] == 404
    (assets / "a b.svg").write_text("<svg/>", encoding="utf-8")
    assert pages.refresh()
    assert ask(server, "/cards/model/assets/a%20b.svg") == (200, b"<svg/>")


def test_the_head_of_the_stream_of_changes_ends(server: PreviewServer) -> None:
    assert ask(server, "/events", method="HEAD") == (200, b"")


def test_a_browser_that_leaves_is_no_fault(
    pages: LivePages, server: PreviewServer, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as browser, browser.makefile("rb") as answer:
        browser.sendall(f"GET /events?from=0 HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
        assert b"event: change\n" in iter(answer.readline, b"")
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed with a reset
    waiting = {thread for thread in threading.enumerate() if "process_request_thread" in thread.name}
    for title in ("One", "Another"):
        write_manifest(project, title=title)
        assert pages.refresh()
    for thread in waiting:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken_is_told(pages: LivePages, server: PreviewServer) -> None:
    with pytest.raises(UsageError, match=f"port {server.server_port} cannot be had"):
        PreviewServer(pages, server.server_port)


def test_nothing_is_made_anew_where_nothing_changed(pages: LivePages) -> None:
    site = pages.site
    assert not pages.refresh()
    assert pages.site is site


def test_what_a_manifest_names_is_followed(project: Path) -> None:
    prose = project / "manifests" / "words.md"
    prose.write_text("First words.", encoding="utf-8")
    write_manifest(project, prose={"caveats": "words.md"})
    pages = LivePages(lambda: [project / "manifests" / "model.yaml"])
    prose.write_text("Other words.", encoding="utf-8")
    assert pages.refresh()
    assert "Other words." in pages.site.pages["cards/model/index.html"]()


def test_a_manifest_that_is_being_typed_is_told_and_then_shown(project: Path, pages: LivePages) -> None:
    manifest = project / "manifests" / "model.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(f"{text}\nprose: {{caveats: later.md}}\n", encoding="utf-8")
    assert pages.refresh()
    assert "later.md" in pages.site.pages["cards/model/index.html"]()
    assert not pages.refresh(), "it is as wrong as it was"
    (project / "manifests" / "later.md").write_text("At last.", encoding="utf-8")
    assert pages.refresh()
    assert "At last." in pages.site.pages["cards/model/index.html"]()
    manifest.unlink()
    assert pages.refresh()
    assert "does not exist" in pages.site.pages["cards/model/index.html"]()


def test_manifests_that_come_and_go_are_followed(project: Path) -> None:
    pages = LivePages(lambda: sorted((project / "manifests").glob("*.yaml")))
    other = write_manifest(project, "other")
    assert pages.refresh()
    assert set(pages.site.pages) == {"index.html", "cards/model/index.html", "cards/other/index.html"}
    other.unlink()
    assert pages.refresh()
    assert set(pages.site.pages) == {"index.html", "cards/model/index.html"}
    assert not pages.refresh()


def test_an_open_page_reloads(project: Path, pages: LivePages, server: PreviewServer, opened: Opened) -> None:
    page = opened.open(f"{server.address}cards/model/")
    for title in ("Another title", "A third title"):
        write_manifest(project, title=title)
        assert pages.refresh()
        page.get_by_role("heading", name=title).wait_for()


def test_a_page_that_was_opened_before_a_change_reloads(pages: LivePages, server: PreviewServer, project: Path) -> None:
    write_manifest(project, title="Another title")
    assert pages.refresh()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", "/events?from=1")
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    assert answer.fp.readline() + answer.fp.readline() == b"event: change\ndata: 2\n"
    connection.close()


def test_the_command_serves_until_it_is_interrupted(project: Path) -> None:
    process = Project(project).start("preview", "--serve", "manifests/model.yaml")
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    connection = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"))
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    process.send_signal(signal.SIGINT)
    _output, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert not (project / "build").exists(), "nothing is written"


@pytest.mark.parametrize("options", [("--serve", "-o", "pages"), ("--port", "80")])
def test_options_that_mean_nothing_are_refused(project: Path, options: tuple[str, ...]) -> None:
    assert main(["preview", str(project / "manifests" / "model.yaml"), *options]) == 2
