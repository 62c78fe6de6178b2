from __future__ import annotations

import http.client
import time

import pytest

from cardgen.errors import GithubError
from cardgen.review.github.api import Api, ForbiddenError, LostError
from tests.github_server import Fault, GithubServer

COMMENTS = "/repos/acme/models/issues/7/comments"


@pytest.fixture
def api(github: GithubServer) -> Api:
    return Api(github.url, github.token)


def test_all_pages_are_read(github: GithubServer, api: Api) -> None:
    for number in range(230):
        github.write_comment(f"comment {number}", "somebody")
    assert [each["body"] for each in api.pages(COMMENTS)] == [f"comment {number}" for number in range(230)]
    assert len(github.requests) == 3


def test_a_last_page_that_is_full_is_followed_by_an_empty_one(github: GithubServer, api: Api) -> None:
    for number in range(100):
        github.write_comment(f"comment {number}", "somebody")
    assert len(list(api.pages(COMMENTS))) == 100
    assert len(github.requests) == 2


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Fault("GET", COMMENTS), 0),
        (Fault("GET", COMMENTS, 500), 0),
        (Fault("GET", COMMENTS, 502, body=b"<html>bad gateway</html>"), 0),
        (Fault("GET", COMMENTS, 503, headers={"Retry-After": "7"}), 7),
        (Fault("GET", COMMENTS, 429, headers={"Retry-After": "3"}), 3),
        (Fault("GET", COMMENTS, 403, headers={"Retry-After": "60"}), 60),
        (Fault("GET", COMMENTS, 403, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}), 0),
        (Fault("GET", COMMENTS, 200, body=b"<html>a proxy</html>"), 0),
    ],
    ids=["closed", "500", "502", "503", "429", "secondary", "primary", "proxy"],
)
def test_it_may_help_to_ask_again(github: GithubServer, api: Api, fault: Fault, wait_s: float) -> None:
    github.faults.append(fault)
    with pytest.raises(LostError) as error:
        list(api.pages(COMMENTS))
    assert error.value.wait_s == wait_s
    assert list(api.pages(COMMENTS)) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3600"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 10**6)},
    ],
    ids=["retry-after", "reset"],
)
def test_a_limit_by_the_hour_is_not_waited_for(github: GithubServer, api: Api, headers: dict[str, str]) -> None:
    github.faults.append(Fault("GET", COMMENTS, 403, headers=headers))
    with pytest.raises(GithubError, match="asks to wait") as error:
        list(api.pages(COMMENTS))
    assert not isinstance(error.value, LostError | ForbiddenError)


def test_what_a_token_may_not_do_is_told_apart(github: GithubServer, api: Api) -> None:
    github.may_write = False
    with pytest.raises(ForbiddenError, match="Resource not accessible by integration"):
        api.ask("POST", COMMENTS, {"body": "text"})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_with_the_token(github: GithubServer, api: Api, status: int) -> None:
    with GithubServer() as other:
        github.faults.append(Fault("GET", COMMENTS, status, headers={"Location": f"{other.url}{COMMENTS}"}))
        with pytest.raises(GithubError, match=str(status)):
            list(api.pages(COMMENTS))
        assert not other.requests


def test_a_wrong_token_is_told_and_not_shown(github: GithubServer) -> None:
    api = Api(github.url, "ghs_another")
    with pytest.raises(GithubError, match="Bad credentials") as error:
        list(api.pages(COMMENTS))
    assert "ghs_another" not in f"{error.value} {api!r}"


@pytest.mark.parametrize(
    "url", ["http://api.github.com", "ftp://x", "file:///etc/passwd", "http://127.0.0.1.example.org"]
)
def test_a_token_is_sent_to_no_address_that_others_can_read(url: str) -> None:
    with pytest.raises(GithubError, match="no https address"):
        Api(url, "token")


def test_a_server_that_is_not_there_is_lost() -> None:
    with GithubServer() as gone:
        url = gone.url
    with pytest.raises(LostError, match="did not answer"):
        Api(url, "token").ask("GET", COMMENTS)


def test_what_is_no_http_is_lost(github: GithubServer, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    github.faults.append(Fault("GET", COMMENTS, 200, body=b"[]"))
    monkeypatch.setattr(http.client, "_MAXLINE", 5)
    with pytest.raises(LostError):
        api.ask("GET", COMMENTS)
