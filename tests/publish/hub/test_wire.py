"""What every request goes through: how long is waited, which token is sent, and that it is gone afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from cardgen.publish.hub import Hub
from cardgen.publish.hub.errors import LONGEST_WAIT_S, ConnectionLostError, RateLimitedError, ServerError
from cardgen.publish.hub.wire import Wire, told_wait
from cardgen.retry import ATTEMPTS
from tests.hub_server import Fault, HubServer

REPO = "tester/model"


class Waits(list[float]):
    """A clock that only writes down how long it was waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.mark.parametrize("path", ["/api/models/tester/model", "/tree/", "/resolve/"])
def test_the_hub_is_waited_for_as_long_as_it_says(hub: HubServer, path: str) -> None:
    hub.add(REPO, {"README.md": b"# Model\n"})
    waits = Waits()
    said: list[str] = []
    limit = Fault("status", path, method="*", times=2, status=429, message="slow down", headers={"Retry-After": "42"})
    hub.inject(limit)
    state = Hub(sleep=waits, log=said.append).read(REPO, "main")
    assert state.readme == b"# Model\n"
    assert waits == [42.0, 42.0]
    assert all("slow down" in line and "in 42 s" in line for line in said)


def test_nobody_waits_for_an_hour(hub: HubServer) -> None:
    waits = Waits()
    hub.inject(
        Fault(
            "status", "/api/", method="GET", times=9, status=429, headers={"Retry-After": str(LONGEST_WAIT_S + 1)[:3]}
        )
    )
    with pytest.raises(RateLimitedError) as refused:
        Hub(sleep=waits).read(REPO, "main")
    assert waits == []
    assert len(hub.requests) == 1
    assert "301 seconds" in refused.value.remedy


def test_waiting_has_an_end(hub: HubServer) -> None:
    waits = Waits()
    hub.inject(Fault("status", "/api/", method="GET", times=99, status=429, headers={"Retry-After": "5"}))
    with pytest.raises(RateLimitedError):
        Hub(sleep=waits).read(REPO, "main")
    assert waits == [5.0] * (ATTEMPTS - 1)


def test_what_the_hub_says_of_waiting() -> None:
    assert told_wait({"retry-after": "7"}) == 7.0
    assert told_wait({"ratelimit": '"api";r=0;t=55'}) == 55.0
    assert told_wait({}) is None
    assert told_wait({"retry-after": "soon"}) is None
    later = told_wait({"retry-after": format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)})
    assert later is not None
    assert later > LONGEST_WAIT_S
    assert told_wait({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("path", ["/tree/", "/api/models/tester/model"])
def test_a_server_that_fails_is_asked_as_often_as_cardgen_says(hub: HubServer, status: int, path: str) -> None:
    hub.add(REPO)
    hub.inject(Fault("status", path, method="GET", times=99, status=status))
    waits = Waits()
    with pytest.raises(ServerError, match=str(status)):
        Hub(sleep=waits).read(REPO, "main")
    assert sum(request.status == status for request in hub.requests) == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1


@pytest.mark.parametrize("kind", ["drop", "truncate", "corrupt"])
def test_what_does_not_arrive_whole_is_asked_again(hub: HubServer, kind: str) -> None:
    hub.add(REPO, {"README.md": b"# Model\n"})
    fault = Fault(kind, "/resolve/", method="GET", times=2)  # type: ignore[arg-type]
    hub.inject(fault)
    assert Hub(sleep=Waits()).read(REPO, "main").readme == b"# Model\n"
    assert fault.times == 0


def test_a_file_that_is_never_what_the_hub_lists(hub: HubServer) -> None:
    hub.add(REPO, {"README.md": b"# Model\n"})
    hub.inject(Fault("corrupt", "/resolve/", method="GET", times=99))
    with pytest.raises(ConnectionLostError):
        Hub(sleep=Waits()).read(REPO, "main")


def test_other_users_of_the_client_notice_nothing(hub: HubServer) -> None:
    hub.add(REPO)
    Hub().read(REPO, "main")
    hub.inject(Fault("status", "/api/models", method="GET", status=500))
    with pytest.raises(HfHubHTTPError):
        HfApi().model_info(REPO)
    HfApi(token=hub.read_token).model_info(REPO)


def test_a_store_never_sees_the_token() -> None:
    class Request:
        url = "https://store.example/object?signature=1"
        headers = {"authorization": "Bearer hf_old"}

    def send(request: Request) -> Answer:
        return Answer(request.headers["authorization"])

    tokens = iter(["hf_old", "hf_new"])
    wire = Wire("https://hub.example", lambda: next(tokens))
    wire.token()
    assert wire.send(send, Request()).token == "Bearer hf_old"
    Request.url = "https://hub.example/api/models"
    assert wire.send(send, Request()).token == "Bearer hf_new"
    Request.headers = {"authorization": "Bearer of-another"}
    assert wire.send(send, Request()).token == "Bearer of-another"


class Answer:
    status_code = 200

    def __init__(self, token: str) -> None:
        self.token = token


def test_the_token_is_asked_for_each_request(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where somebody logs in anew while a push is under way; each of these tokens is good for one request."""
    hub.add(REPO, {"README.md": b"# Model\n"}, private=True)
    tokens = iter([f"hf_loopbackTokenNumber{number}" for number in range(20)])

    def change() -> None:
        token = next(tokens)
        hub.accounts[token], hub.uses[token] = hub.accounts[hub.token], 1
        monkeypatch.setenv("HF_TOKEN", token)

    change()
    hub.inject(Fault("before", "", method="*", times=99, action=change))
    state = Hub(sleep=Waits()).read(REPO, "main")
    assert state.readme == b"# Model\n"
    assert len(hub.requests) >= 3
