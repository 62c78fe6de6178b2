from __future__ import annotations

import pytest

from cardgen.errors import CardgenError, ComparisonError, EvidenceError, HubError, ManifestError
from cardgen.publish.hub import Hub
from cardgen.review.sides.named import state_of
from cardgen.review.state import State
from tests.hub_server import Fault, HubServer
from tests.hub_server.fixtures import hub
from tests.review.repository import CardRepository

__all__ = ["hub"]

MARKER = b'{"format": 1, "manifest": "one", "files": {}}'


def read(side: str) -> State:
    return state_of(side, Hub)


def refusal(side: str, kind: type[CardgenError]) -> str:
    with pytest.raises(kind) as caught:
        read(side)
    return str(caught.value)


@pytest.fixture
def published(repository: CardRepository, hub: HubServer) -> dict[str, bytes]:
    """What a push leaves of the card ``one``, at ``tester/one``."""
    place = repository.folder
    files = {
        "README.md": (place / "cards/one/README.md").read_bytes(),
        "evidence.json": (place / "cards/one/evidence.json").read_bytes(),
        "one.yaml": (place / "manifests/one.yaml").read_bytes(),
        ".cardgen.json": MARKER,
    }
    hub.add("tester/one", files)
    return files


def test_a_published_card_is_what_was_pushed(published: dict[str, bytes], hub: HubServer) -> None:
    state, here = read("hub:tester/one"), read("manifests/one.yaml")
    assert (state.name, state.label) == ("one", "hub:tester/one")
    assert (state.manifest, state.evidence, state.card) == (here.manifest, here.evidence, here.card)
    assert state.sha256 == here.sha256
    assert state.prose is None  # files that the manifest names are not published with it
    assert not hub.writes


def test_a_revision_may_be_named(published: dict[str, bytes], hub: HubServer) -> None:
    repository = hub.model("tester/one")
    first = repository.resolve("main").oid
    repository.put({**published, "evidence.json": b"{}"}, title="broken")
    assert read(f"hub:tester/one@{first}").label == f"hub:tester/one@{first}"
    assert "names its `format`" in refusal("hub:tester/one@main", EvidenceError)


def test_a_card_without_a_marker_has_the_name_of_its_repository(published: dict[str, bytes], hub: HubServer) -> None:
    hub.add("tester/two", {name: published[name] for name in ("README.md", "evidence.json", "one.yaml")})
    state = read("hub:tester/two")
    assert (state.name, state.manifest) == ("two", None)
    assert state.evidence is not None


@pytest.mark.parametrize(
    "marker", [b"", b"[]", b'{"manifest": 1}', b'{"manifest": "../one"}', b'{"manifest": "a\\nb"}']
)
def test_a_marker_that_names_nothing_is_passed_over(published: dict[str, bytes], hub: HubServer, marker: bytes) -> None:
    hub.add("tester/two", {**published, ".cardgen.json": marker})
    assert read("hub:tester/two").name == "two"


def test_a_network_that_is_away_for_a_moment_is_not_noticed(published: dict[str, bytes], hub: HubServer) -> None:
    hub.inject(Fault("status", "/paths-info/"))
    assert read("hub:tester/one").evidence is not None


@pytest.mark.parametrize("named", ["", "a/b/c", "tester/one@", "tester/one@a..b", "tester/one@abc1234", "../x", "-x"])
def test_what_is_no_name_on_the_hub_is_told(published: dict[str, bytes], named: str) -> None:
    assert "hub:owner/name@revision" in refusal(f"hub:{named}", ComparisonError)


def test_what_is_not_there_is_told(published: dict[str, bytes], hub: HubServer) -> None:
    hub.add("tester/other", {"README.md": b"# By hand\n"})
    assert "tester/none" in refusal("hub:tester/none", HubError)
    assert "has no such branch" in refusal("hub:tester/one@none", HubError)
    assert "has no evidence.json" in refusal("hub:tester/other", ComparisonError)


def test_a_published_manifest_that_is_faulty_is_told(published: dict[str, bytes], hub: HubServer) -> None:
    hub.add("tester/two", {**published, "one.yaml": b"\xff"})
    assert "hub:tester/two/one.yaml:1:1: is not UTF-8" in refusal("hub:tester/two", ManifestError)
