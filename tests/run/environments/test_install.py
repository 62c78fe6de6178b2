from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.errors import EnvironmentMissingError
from cardgen.run.environments import list_environments, obtain_environment
from cardgen.run.environments.accelerator import CUDA_PACKAGE, has_nvidia_gpu
from cardgen.run.environments.install import collected, fetched
from tests.run.environments.packages import add_source, add_wheel, environment, served_index
from tests.run.environments.test_interpreters import command

GPU = "cardgen.run.environments.install.has_nvidia_gpu"


def no_gpu() -> bool:
    return False


def test_a_failed_install_tells_what_pip_said_and_leaves_nothing(cache: Path, pip_args: tuple[str, ...]) -> None:
    info = environment("missing==1.0")
    with pytest.raises(EnvironmentMissingError) as caught:
        obtain_environment(info, pip_args=pip_args)
    assert "the tiny environment could not be made: pip ended with status 1" in caught.value.message
    assert "ERROR: No matching distribution found for missing==1.0" in caught.value.message
    log = next((cache / "logs").iterdir())
    assert f"The full log is {log}" in caught.value.message
    assert "No matching distribution found for missing==1.0" in log.read_text(encoding="utf-8")
    assert "--pip-args" in caught.value.remedy
    assert [environment.state for environment in list_environments([info])] == ["absent"]


def test_a_full_disk_is_named_with_what_to_do(cache: Path, wheels: Path, pip_args: tuple[str, ...]) -> None:
    add_source(wheels, "greedy", "1.0", "import errno, os\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))")
    with pytest.raises(EnvironmentMissingError, match="No space left on device") as caught:
        obtain_environment(environment("greedy==1.0"), pip_args=pip_args)
    assert "Free some space on the disk" in caught.value.remedy


@pytest.mark.parametrize("name", ["nvidia-cublas", "cuda-bindings", "triton"])
def test_cuda_packages_stop_the_install_where_there_is_no_gpu(
    name: str, cache: Path, wheels: Path, pip_args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GPU, no_gpu)
    add_wheel(wheels, "filler", "1.0")
    add_wheel(wheels, "torch", "2.13.0", ["filler", f'{name} ; platform_system == "Linux"'])
    add_wheel(wheels, name, "13.0")
    with pytest.raises(EnvironmentMissingError, match="PyTorch's CUDA build into the tiny environment") as caught:
        obtain_environment(environment("torch==2.13.0"), pip_args=pip_args)
    assert name in caught.value.message
    assert "--extra-index-url" in caught.value.remedy
    assert not list(cache.glob("tiny-*"))


def test_a_machine_with_a_gpu_gets_them(
    cache: Path, wheels: Path, pip_args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GPU, lambda: True)
    add_wheel(wheels, "torch", "2.13.0", ["nvidia-cublas"])
    add_wheel(wheels, "nvidia-cublas", "13.0")
    interpreter = obtain_environment(environment("torch==2.13.0"), pip_args=pip_args)
    assert list(interpreter.path.parent.parent.glob("lib/*/site-packages/nvidia_cublas.py"))


def test_cuda_is_noticed_before_any_wheel_is_fetched(
    cache: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GPU, no_gpu)
    packages = {"filler": ("1.0", ()), "torch": ("2.13.0", ("filler", "nvidia-cublas")), "nvidia-cublas": ("13.0", ())}
    with served_index(wheels, packages) as (address, asked), pytest.raises(EnvironmentMissingError, match="CUDA"):
        obtain_environment(environment("torch==2.13.0"), pip_args=["--index-url", address])
    assert any(path.endswith("torch-2.13.0-py3-none-any.whl.metadata") for path in asked.whole)
    assert not [path for path in asked.files if path.endswith(".whl")]


def test_without_cuda_torch_is_fetched_once(cache: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GPU, no_gpu)
    packages = {"filler": ("1.0", ()), "torch": ("2.13.0", ("filler",))}
    with served_index(wheels, packages) as (address, asked):
        info = environment("torch==2.13.0", "filler==1.0")
        obtain_environment(info, pip_args=["--index-url", address, "--no-cache-dir"])
    assert len([path for path in asked.whole if path.endswith("/torch-2.13.0-py3-none-any.whl")]) == 1


def test_pip_sees_neither_tokens_nor_another_pythons_settings(
    cache: Path, wheels: Path, pip_args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen.json"
    add_source(wheels, "nosy", "1.0", f"import json, os\njson.dump(dict(os.environ), open({str(seen)!r}, 'w'))")
    for name, value in (("HF_TOKEN", "hf_secret"), ("PYTHONPATH", "/nowhere"), ("PIP_USER", "1"), ("PIP_QUIET", "3")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "77")  # the user's configuration of pip stays
    obtain_environment(environment("nosy==1.0"), pip_args=pip_args)
    environ = json.loads(seen.read_text(encoding="utf-8"))
    assert "hf_secret" not in environ.values()
    assert "/nowhere" not in environ.get("PYTHONPATH", "")
    assert (environ["PIP_USER"], environ["PIP_QUIET"], environ["PIP_DEFAULT_TIMEOUT"]) == ("0", "0", "77")
    assert environ["PYTHONNOUSERSITE"] == "1"


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("Collecting nvidia-cublas-cu12==12.8 (from torch==2.13.0)", "nvidia-cublas-cu12"),
        ("Collecting Scikit_Learn", "scikit-learn"),
        ("Processing ./a/cuda_toolkit-13.0.3.0-py2.py3-none-any.whl (from torch==2.13.0)", "cuda-toolkit"),
        ("Processing /a/rouge-score-0.1.2.tar.gz", "rouge-score"),
        ("  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (900 MB)", None),
        ("  Preparing metadata (pyproject.toml): started", None),
    ],
)
def test_what_pip_turns_to_is_read_from_its_output(line: str, package: str | None) -> None:
    assert collected(line) == package


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (900 MB)", "torch"),
        ("  Downloading http://127.0.0.1/whl/torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl (190.4 MB)", "torch"),
        ("Using cached scikit_learn-1.9.1-cp311-cp311-linux_x86_64.whl (9.1 MB)", "scikit-learn"),
        ("  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (29 kB)", None),
    ],
)
def test_what_pip_fetches_is_read_from_its_output(line: str, package: str | None) -> None:
    assert fetched(line) == package


@pytest.mark.parametrize(
    ("name", "cuda"),
    [
        ("nvidia-cudnn-cu13", True),
        ("cuda-toolkit", True),
        ("triton", True),
        ("pytorch-triton", True),
        ("torch", False),
        ("tritonclient", False),
        ("cudatools", False),
    ],
)
def test_which_packages_are_cuda(name: str, cuda: bool) -> None:
    assert bool(CUDA_PACKAGE.match(name)) is cuda


@pytest.mark.parametrize(
    ("script", "gpu"), [("echo 'GPU 0: made of sand'", True), ("echo 'GPU 0'; exit 9", False), ("exit 0", False)]
)
def test_a_gpu_is_one_that_its_driver_lists(
    script: str, gpu: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardgen.run.environments.accelerator.DEVICES", (tmp_path / "nvidia0",))
    command(tmp_path / "bin", "nvidia-smi", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert has_nvidia_gpu() is gpu
    (tmp_path / "nvidia0").touch()
    assert has_nvidia_gpu()
