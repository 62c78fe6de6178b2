from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from cardgen.catalog.environments import EnvironmentInfo
from cardgen.errors import EnvironmentMissingError
from cardgen.run.environments import list_environments, obtain_environment, remove_environment
from cardgen.run.progress import Report, Silent
from tests.run.environments.packages import add_source, add_wheel, environment
from tests.waiting import PATIENCE_S, eventually, wait_for_end

HERE = Path(__file__).parents[3]

MAKE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests run in the background it is ignored
from cardgen.run.environments import obtain_environment
from cardgen.run.progress import Lines
from tests.run.environments.packages import environment
print(obtain_environment(environment(sys.argv[1]), Lines(sys.stderr), sys.argv[2:]).path)
"""


class Heard(Silent):
    """Keeps the stages that it is told of."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[int, int | None]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[Report]:
        def report(stage: str, done: int, total: int | None) -> None:
            self.stages[stage] = (done, total)

        yield report


def states(info: EnvironmentInfo) -> list[str]:
    return [environment.state for environment in list_environments([info])]


def start(pin: str, pip_args: tuple[str, ...], errors: Path | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MAKE, pin, *pip_args]
    with errors.open("w") if errors else nullcontext(subprocess.PIPE) as stderr:
        return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=stderr, text=True)


def wait_for(path: Path) -> str:
    eventually(lambda: path.exists() and path.read_text(encoding="utf-8"), f"{path.name} did not appear")
    return path.read_text(encoding="utf-8")


def test_an_environment_is_made_once_used_listed_and_removed(
    cache: Path, wheels: Path, pip_args: tuple[str, ...]
) -> None:
    add_wheel(wheels, "left", "1.0", ["right-pad"])
    add_wheel(wheels, "right-pad", "2.0")
    info = environment("left==1.0", "right-pad==2.0")
    assert states(info) == ["absent"]

    heard = Heard()
    made = obtain_environment(info, heard, pip_args)
    assert dict(made.packages) == {"left": "1.0", "right-pad": "2.0"}
    subprocess.run([made.path, "-c", "import left, right_pad"], check=True)
    assert heard.stages["collecting packages"] == (2, 2)
    assert heard.stages["installing packages"] == (2, 2)

    again = Heard()
    assert obtain_environment(info, again, ["--no-such-option"]) == made  # pip is not asked
    assert again.stages == {}

    (listed,) = list_environments([info])
    version = f"{sys.version_info[0]}{sys.version_info[1]}"
    assert listed.path == cache / f"tiny-{info.lock_sha256[:12]}-py{version}"
    assert listed.python == made.path == listed.path / "bin" / "python"
    assert (listed.state, listed.lock_sha256) == ("ready", info.lock_sha256)
    assert sorted(path.name for path in listed.path.iterdir() if path.name.startswith("tmp")) == []

    newer = replace(info, lock="left==1.1\n")
    assert states(newer) == ["absent", "outdated"]
    longer = replace(info, name="tiny-er")
    assert states(longer) == ["absent"]
    assert remove_environment(longer) == ()
    assert remove_environment(newer) == (listed.path,)
    assert states(info) == ["absent"]


def test_what_is_not_whole_is_never_used_and_made_anew(cache: Path, wheels: Path, pip_args: tuple[str, ...]) -> None:
    add_wheel(wheels, "left", "1.0")
    info = environment("left==1.0")
    folder = obtain_environment(info, pip_args=pip_args).path.parent.parent
    marker, python = folder / "cardgen-environment.json", folder / "bin" / "python"
    content = marker.read_text(encoding="utf-8")

    for damaged in (content[: len(content) // 2], json.dumps({**json.loads(content), "lock_sha256": "0" * 64}), ""):
        marker.write_text(damaged, encoding="utf-8")
        assert states(info) == ["broken"]
    marker.write_text(content, encoding="utf-8")
    assert states(info) == ["ready"]
    python.rename(folder / "bin" / "moved")
    python.symlink_to(folder / "gone")
    assert states(info) == ["broken"]
    python.unlink()
    (folder / "bin" / "moved").rename(python)
    marker.unlink()
    (folder / "leftover").touch()
    assert states(info) == ["broken"]

    interpreter = obtain_environment(info, pip_args=pip_args)
    assert states(info) == ["ready"]
    assert not (folder / "leftover").exists()
    subprocess.run([interpreter.path, "-c", "import left"], check=True)


def test_two_at_once_make_it_once(cache: Path, wheels: Path, pip_args: tuple[str, ...], tmp_path: Path) -> None:
    built, other_waits = tmp_path / "built", tmp_path / "other waits"
    on_build = (
        f"import os, time\nopen({str(built)!r}, 'a').write('x')\n"
        f"while not os.path.exists({str(other_waits)!r}):\n    time.sleep(0.05)"
    )
    add_source(wheels, "slow", "1.0", on_build)
    errors = [tmp_path / "errors", tmp_path / "errors of the other"]
    both = [start("slow==1.0", pip_args, each) for each in errors]

    def waiting() -> int:
        return sum("another cardgen is making" in each.read_text(encoding="utf-8") for each in errors)

    eventually(waiting, "neither waits for the other")
    other_waits.touch()
    one, other = (process.communicate(timeout=PATIENCE_S)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert one == other
    assert built.read_text(encoding="utf-8") == "x"
    assert waiting() == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_making_takes_pip_with_it_and_is_not_used(
    how: signal.Signals, cache: Path, wheels: Path, pip_args: tuple[str, ...], tmp_path: Path
) -> None:
    pid, patience = tmp_path / "pid", tmp_path / "patience"
    on_build = (
        "import os, time\n"
        f"if not os.path.exists({str(patience)!r}):\n"
        f"    open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(600)"
    )
    add_source(wheels, "slow", "1.0", on_build)
    info = environment("slow==1.0")
    process = start("slow==1.0", pip_args)
    builder = int(wait_for(pid))
    process.send_signal(how)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode != 0, errors
    wait_for_end(builder)
    assert states(info) == ["absent" if how == signal.SIGINT else "broken"]

    patience.touch()
    obtain_environment(info, pip_args=pip_args)
    assert states(info) == ["ready"]


def test_one_that_is_being_made_is_not_removed(cache: Path) -> None:
    info = environment("left==1.0")
    folder = list_environments([info])[0].path
    folder.mkdir(parents=True)
    (cache / "locks").mkdir()
    with (
        FileLock(cache / "locks" / f"{folder.name}.lock"),
        pytest.raises(EnvironmentMissingError, match="another cardgen is making"),
    ):
        remove_environment(info)
    assert folder.is_dir()


def test_a_cache_that_cannot_be_written_is_an_error_with_a_remedy(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CARDGEN_CACHE", str(tmp_path / "file"))
    with pytest.raises(EnvironmentMissingError, match="Not a directory") as caught:
        obtain_environment(environment("left==1.0"))
    assert caught.value.exit_code == 5
    assert "CARDGEN_CACHE" in caught.value.remedy


def test_environments_stand_in_the_users_cache_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CARDGEN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert list_environments([environment("left==1.0")])[0].path.parent == tmp_path / "cardgen" / "environments"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARDGEN_CACHE", "here")
    path = list_environments([environment("left==1.0")])[0].path
    assert path.parent == Path.cwd() / "here" / "environments"
