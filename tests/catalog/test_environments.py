from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo, locked_packages, normalised
from cardgen.run.environments.accelerator import CUDA_PACKAGE

EVERY = pytest.mark.parametrize("info", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())


@EVERY
def test_lock_holds_exact_versions_each_once_in_order(info: EnvironmentInfo) -> None:
    lines = [line for line in info.lock.splitlines() if not line.startswith("#")]
    assert lines == [f"{name}=={version}" for name, version in sorted(info.packages.items())]
    assert all(Version(version).local is None for version in info.packages.values())
    assert len(lines) > 70


@EVERY
def test_lock_names_no_cuda_package_and_no_installer(info: EnvironmentInfo) -> None:
    assert not [name for name in info.packages if CUDA_PACKAGE.match(name) or name in {"pip", "wheel"}]


@EVERY
def test_lock_satisfies_the_direct_requirements(info: EnvironmentInfo) -> None:
    for requirement in map(Requirement, info.requirements):
        assert requirement.specifier.contains(info.packages[normalised(requirement.name)]), str(requirement)


@EVERY
def test_torch_is_exact_in_the_direct_requirements(info: EnvironmentInfo) -> None:
    assert "torch==2.13.0" in info.requirements


def test_every_backend_finds_its_decisive_packages_in_each_of_its_environments() -> None:
    for backend in BACKENDS.values():
        for name in backend.environments:
            assert set(locked_packages(name, backend.decisive_packages)) == set(backend.decisive_packages)
        assert {"numpy", "scipy", "scikit-learn"} <= set(backend.decisive_packages)


def test_locked_packages_keep_the_names_they_were_asked_by() -> None:
    assert locked_packages("onnxruntime", ["Scikit_Learn", "torch"]) == {
        "Scikit_Learn": ENVIRONMENTS["onnxruntime"].packages["scikit-learn"],
        "torch": "2.13.0",
    }


def test_an_unlocked_package_has_no_version() -> None:
    with pytest.raises(KeyError, match="neural-compressor"):
        locked_packages("onnxruntime", ["neural-compressor"])


@pytest.mark.parametrize("line", ["torch>=2", "torch", "torch==2.13.0+cpu", "torch @ file:torch.whl", "-r other.txt"])
def test_a_lock_with_anything_but_exact_versions_is_refused(line: str) -> None:
    info = EnvironmentInfo("mine", ((3, 11),), (), f"six==1.17.0\n{line}\n")
    with pytest.raises(ValueError, match="the lock of mine has a line that is not name==version"):
        _ = info.packages


def test_the_hash_follows_versions_and_not_comments() -> None:
    info = EnvironmentInfo("mine", ((3, 11),), (), "# a comment\nsix==1.17.0\n")
    assert replace(info, lock="six==1.17.0\n\n# another\n").lock_sha256 == info.lock_sha256
    assert replace(info, lock="six==1.17.1\n").lock_sha256 != info.lock_sha256


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", fullmatch=True))
def test_names_are_normalised_as_the_packaging_library_does(name: str) -> None:
    assert normalised(name) == canonicalize_name(name)
