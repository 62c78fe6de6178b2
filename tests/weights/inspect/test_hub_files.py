from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import HubError
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.hub_files import HubFiles
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]  # a fixture

MODEL = Path(__file__).parent / "models" / "ct-nvfp4"


def published(hub: HubServer) -> None:
    hub.add("acme/tiny", {file.name: file.read_bytes() for file in MODEL.iterdir()})


def test_a_repository_is_what_its_folder_is(hub: HubServer) -> None:
    published(hub)
    there, here = inspect(HubFiles("acme/tiny", "main", endpoint=hub.endpoint)), inspect(FolderFiles(MODEL, "tiny"))
    assert there.model_dump(exclude={"files"}) == here.model_dump(exclude={"files"})
    listed = {file.path: file.size_bytes for file in there.files if file.path != ".gitattributes"}
    assert listed == {file.path: file.size_bytes for file in here.files}


def test_only_the_part_that_is_asked_for_is_read(hub: HubServer) -> None:
    hub.add("acme/large", {"model.safetensors": bytes(range(256)) * 4096})
    files = HubFiles("acme/large", "main", endpoint=hub.endpoint)
    assert files.read("model.safetensors", 256, 4) == bytes(range(4))
    assert files.read("model.safetensors", 256 * 4096 - 2, 100) == bytes((254, 255))
    assert files.read("model.safetensors", 256 * 4096, 100) == b""


@pytest.mark.parametrize(
    ("repo_id", "revision", "message"),
    [
        ("acme/absent", "main", "no model acme/absent on the Hub that you may read"),
        ("acme/tiny", "v9", "acme/tiny has no revision v9"),
        ("a--b/..c", "main", "is no name of a repository"),
    ],
)
def test_what_is_not_there_is_told(repo_id: str, revision: str, message: str, hub: HubServer) -> None:
    published(hub)
    with pytest.raises(HubError, match=message):
        HubFiles(repo_id, revision, endpoint=hub.endpoint)


def test_a_gated_repository_is_told(hub: HubServer) -> None:
    hub.add("stranger/gated", {"model.safetensors": b"{}"}, gated=True)
    with pytest.raises(HubError, match="stranger/gated is gated"):
        inspect(HubFiles("stranger/gated", "main", endpoint=hub.endpoint))


def test_without_a_hub_nothing_is_claimed() -> None:
    with pytest.raises(HubError, match="acme/tiny cannot be read from the Hub"):
        HubFiles("acme/tiny", "main", endpoint="http://127.0.0.1:9")
