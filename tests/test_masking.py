"""What people are shown holds no secret, and keeps everything else."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.masking import MASK, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("--index-url=https://me:s3cr@t@index.example/simple/", f"--index-url=https://{MASK}@index.example/simple/"),
        ("ftp://me:secret@127.0.0.1", f"ftp://{MASK}@127.0.0.1"),
        ("'me:secret@hub.example'", f"'{MASK}@hub.example'"),
        ("https://only-a-token@hub.example/x", f"https://{MASK}@hub.example/x"),
        ("https://h.example/x?a=1&X-Amz-Signature=ab&b=2", f"https://h.example/x?a=1&X-Amz-Signature={MASK}&b=2"),
        ("Bearer hf_abcdefgh12345", f"Bearer {MASK}"),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "git@host.example:owner/name",
        "write to somebody@mail.example",
        "cards/x/README.md:12:3: error: a@b",
        "https://hub.example/owner/name@v1",
        "http://[::1]:8000/",
        "hf_hub_download(repo_id)",
        "https://h.example/?page=2&sort=tokens",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


SECRET = st.text(string.ascii_letters + string.digits + "!$&*+-.=_~@:", min_size=8).map(lambda text: f"s3{text}")


@given(before=st.text(string.printable), password=SECRET)
def test_a_password_never_stays(before: str, password: str) -> None:
    assert password not in masked(f"{before} https://user:{password}@host.example/path")
