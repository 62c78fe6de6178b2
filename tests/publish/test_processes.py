"""Whole processes: the environment variables that a user sets, and two pushes at once."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import huggingface_hub.errors
import pytest

from tests.hub_server import Fault, HubServer
from tests.publish.project import Project
from tests.waiting import PATIENCE_S

COMMAND = "import sys; from cardgen.cli import main; sys.exit(main())"
ROOT = Path(__file__).parents[2]


def start(
    project: Project,
    hub: HubServer,
    *,
    program: str = COMMAND,
    before: Sequence[str] = (),
    command: Sequence[str] = ("push", "MANIFEST"),
    terminal: str = "",
    **variables: str,
) -> subprocess.Popen[str]:
    arguments = [str(project.manifest) if argument == "MANIFEST" else argument for argument in command]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    settings = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token,
        "HF_HOME": str(project.root / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "PYTHONPATH": str(ROOT),
    }
    with Path(terminal).open("w") if terminal else nullcontext(subprocess.PIPE) as stderr:
        return subprocess.Popen(
            [*before, sys.executable, "-c", program, *arguments],
            env=inherited | settings | variables,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    assert HubServer.token not in out + err
    return process.returncode, out, err


def test_two_pushes_at_once_make_one_commit(hub: HubServer, project: Project) -> None:
    repository = hub.add(project.repo_id)
    both_have_read = threading.Barrier(2, timeout=PATIENCE_S)
    hub.inject(Fault("before", "/preupload/", times=2, action=both_have_read.wait))
    processes = [start(project, hub) for _ in range(2)]
    outcomes = sorted(finish(process) for process in processes)
    assert [code for code, _, _ in outcomes] == [0, 0], outcomes
    assert sorted(out.partition(":")[0] for _, out, _ in outcomes) == ["pushed", "unchanged"], outcomes
    assert len(repository.history()) == 2
    assert sorted(request.status for request in hub.writes if "/commit/" in request.path) == [200, 412]


def test_offline(hub: HubServer, project: Project) -> None:
    code, _, err = finish(start(project, hub, HF_HUB_OFFLINE="1"))
    assert code == 6
    assert "HF_HUB_OFFLINE" in err
    assert hub.requests == []


def test_a_full_disk_is_told_and_nothing_is_sent(hub: HubServer, project: Project) -> None:
    small_files = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)); "  # as a full disk ends them
    code, _, err = finish(start(project, hub, program=small_files + COMMAND))
    assert code == 4, err
    assert "Nothing was sent" in err
    assert "TMPDIR" in err
    assert hub.writes == []


def test_a_project_that_may_only_be_read_is_published(hub: HubServer, project: Project, tmp_path: Path) -> None:
    scratch = project.root / ".cardgen" / "tmp"
    scratch.mkdir(exist_ok=True)
    scratch.chmod(0o500)
    # Whoever runs this as root may write anywhere, unless that right is given up.
    dropped = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"] if os.geteuid() == 0 else []
    code, out, err = finish(start(project, hub, before=dropped))
    assert code == 0, err
    assert out.startswith("pushed: ")


SECRET = "s3cr3t-of-mine"


@pytest.mark.parametrize("scheme", ["", "ftp://", "http://", "http:/"])
def test_an_endpoints_password_is_never_shown(hub: HubServer, project: Project, scheme: str) -> None:
    place = hub.endpoint.partition("://")[2]
    code, out, err = finish(start(project, hub, HF_ENDPOINT=f"{scheme}me:{SECRET}@{place}"))
    assert SECRET not in out + err
    assert code == 6, err
    if scheme == "http://":  # credentials in the address take the place of the token, in every HTTP library
        assert "HF_ENDPOINT holds a user or password" in err
        assert "hf auth login`" in err


@pytest.mark.parametrize("endpoint", ["hub.example", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_an_endpoint_that_is_none(hub: HubServer, project: Project, endpoint: str) -> None:
    code, _, err = finish(start(project, hub, HF_ENDPOINT=endpoint))
    assert code == 6, err
    assert "Traceback" not in err


def test_the_token_of_a_login_is_used(hub: HubServer, project: Project) -> None:
    home = project.root / "hf"
    home.mkdir()
    (home / "token").write_text(hub.token, encoding="utf-8")
    code, out, _ = finish(start(project, hub, HF_TOKEN=""))
    assert code == 0
    assert out.startswith("pushed: ")


def test_a_token_file_that_cannot_be_read(hub: HubServer, project: Project) -> None:
    home = project.root / "hf"
    (home / "token").mkdir(parents=True)
    code, _, err = finish(start(project, hub, HF_TOKEN=""))
    assert code == 6, err
    assert "stored token cannot be read" in err
    assert hub.requests == []


def trusted(hub: HubServer, project: Project, **variables: str) -> dict[str, str]:
    """The environment of a job that may publish without a stored token, as GitHub sets it."""
    hub.publishers.add(project.repo_id)
    return {
        "HF_TOKEN": "",
        "HF_OIDC_RESOURCE": project.repo_id,
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{hub.endpoint}/actions/id-token",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": hub.job_token,
        **variables,
    }


def exchanges() -> bool:
    return hasattr(huggingface_hub.errors, "OIDCError")


def test_publishing_without_a_stored_token(hub: HubServer, project: Project) -> None:
    hub.add(project.repo_id)
    hub.exchanged_uses = 1  # each token is good for one request, so that any that is not renewed in time is refused
    hub.exchanged_seconds = 0
    code, out, err = finish(start(project, hub, **trusted(hub, project, HF_DEBUG="1")))
    if not exchanges():
        assert (code, "does not know HF_OIDC_RESOURCE" in err) == (6, True)
        return
    assert code == 0, err
    assert len(hub.exchanged) > 5
    secrets = {*hub.exchanged, *hub.id_tokens, hub.job_token}
    held = b"".join(blob.data for blob in hub.model(project.repo_id).resolve("main").files.values()).decode("latin1")
    assert not [secret for secret in secrets if secret in out + err + held]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GITHUB_ACTIONS": ""}, "id-token: write"),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": ""}, "id-token: write"),
        ({"HF_OIDC_ID_TOKEN": "eyJforged"}, "trusted publishers"),
        ({"HF_OIDC_RESOURCE": "tester/other"}, "trusted publishers"),
        ({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "stale"}, "HF_OIDC_RESOURCE"),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/none"}, "HF_OIDC_RESOURCE"),
    ],
)
def test_an_identity_that_gives_no_token(
    hub: HubServer, project: Project, variables: dict[str, str], said: str
) -> None:
    code, out, err = finish(start(project, hub, **trusted(hub, project, **variables)))
    assert code == 6, err
    assert said in err if exchanges() else "does not know HF_OIDC_RESOURCE" in err
    assert "bug" not in err
    assert not {"eyJforged", "stale"} & set((out + err).split())
    assert not [request for request in hub.writes if "/oauth/token" not in request.path]


def test_no_stored_token_of_an_identity_ever_expires_unsaid(hub: HubServer, project: Project) -> None:
    """An identity token that was set by hand cannot be renewed: what was got for it ends, and that is said."""
    if not exchanges():
        return
    hub.add(project.repo_id)
    hub.id_tokens.add("eyJbyhand")
    hub.exchanged_uses = 4
    code, _, err = finish(start(project, hub, **trusted(hub, project, HF_OIDC_ID_TOKEN="eyJbyhand")))
    assert code == 6, err
    assert "cannot be renewed" in err
    assert len(hub.model(project.repo_id).history()) == 1


def test_no_token_is_left_anywhere(hub: HubServer, project: Project, tmp_path: Path) -> None:
    """Neither in what is printed, with all that the client can log, nor in any file here or on the Hub."""
    for accuracy in (0.9, 0.8):
        project.build(accuracy=accuracy)
        code, out, err = finish(start(project, hub, HF_DEBUG="1", HF_HUB_VERBOSITY="debug"))
        assert code == 0, err
    hub.add("tester/other")
    request = "from cardgen.cli import main; import sys; sys.exit(main([*sys.argv[1:], '--create-pr', '--json']))"
    project.build(accuracy=0.7)
    code, out, err = finish(start(project, hub, program=request, HF_DEBUG="1"))
    assert code == 0, err
    repository = hub.model(project.repo_id)
    said = [comment.text for one in repository.pull_requests.values() for comment in one.comments]
    titles = [commit.title + commit.description for commit in repository.commits.values()]
    held = [blob.data for commit in repository.commits.values() for blob in commit.files.values()]
    here = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    everything = "\n".join([out, err, *said, *titles]).encode() + b"\n".join([*held, *here])
    assert hub.token.encode() not in everything
    assert b"0.7000" in everything


def on_a_terminal(project: Project, hub: HubServer, *options: str) -> tuple[int, str]:
    """Exit code of a push whose standard error is a terminal, and what stood there."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 80))
    process = start(project, hub, command=("push", *options, "MANIFEST"), terminal=os.ttyname(theirs))
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the other end was closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    process.communicate(timeout=60)
    return process.returncode, seen.decode()


def test_the_clients_bars_are_shown_on_a_terminal(hub: HubServer, project: Project) -> None:
    code, seen = on_a_terminal(project, hub)
    assert code == 0, seen
    assert "100%" in seen
    project.build(weights=b"\x80other weights")
    code, seen = on_a_terminal(project, hub, "--quiet")
    assert (code, "100%" in seen) == (0, False)
    project.build(weights=b"\x80yet other weights")
    code, _, err = finish(start(project, hub))
    assert (code, "100%" in err) == (0, False)


def test_reading_shows_no_bars(hub: HubServer, project: Project) -> None:
    assert on_a_terminal(project, hub)[0] == 0
    code, seen = on_a_terminal(project, hub)
    assert (code, "%" in seen) == (0, False), seen


@pytest.mark.parametrize(
    "command",
    [
        ("push", "MANIFEST"),
        ("push", "--dry-run", "MANIFEST"),
        ("pull", "MANIFEST"),
        ("verify", "MANIFEST"),
        ("diff", "hub:tester/model", "MANIFEST"),
        ("plan", "--refresh", "MANIFEST"),
        ("inspect", "tester/model"),
        ("init", "tester/model"),
    ],
)
def test_no_command_takes_a_missing_identity_for_a_bug(
    hub: HubServer, project: Project, command: tuple[str, ...]
) -> None:
    hub.add("tester/model", {"config.json": b"{}", "model.safetensors": b"x"})
    job = {"HF_OIDC_RESOURCE": "tester/model", "GITHUB_ACTIONS": ""}
    code, _, err = finish(start(project, hub, command=command, **job))
    assert code != 70, err
    if exchanges():
        assert code in (4, 6), err
        assert "HF_OIDC_RESOURCE" in err
