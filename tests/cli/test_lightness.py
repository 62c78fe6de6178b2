"""The core starts in a blink: these commands import nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cardgen.card.assemble import card_place
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.write import write_card
from tests.factory import make_evidence

HEAVY = (
    "torch",
    "transformers",
    "datasets",
    "numpy",
    "scipy",
    "sklearn",
    "onnx",
    "onnxruntime",
    "evaluate",
    "pandas",
    "model_signing",
    "cryptography",
)
GOLDEN = Path(__file__).parent.parent / "golden" / "cards" / "two-variants" / "manifest.yaml"

REPORT = """
import sys
from cardgen.cli import main
code = main(sys.argv[1:])
print(code, *sorted(sys.modules), file=sys.stderr)
"""


def modules_after(folder: Path, *arguments: str, whole: bool = False) -> set[str]:
    """What a command imported: packages, or the whole names of all modules."""
    command = [sys.executable, "-c", REPORT, *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    code, *modules = run.stderr.splitlines()[-1].split()
    assert code == "0", run.stderr
    return set(modules) if whole else {name.partition(".")[0] for name in modules}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one built card."""
    (tmp_path / "cardgen.toml").touch()
    (tmp_path / "manifests").mkdir()
    manifest = tmp_path / "manifests" / "model.yaml"
    manifest.write_bytes(GOLDEN.read_bytes())
    loaded = load_manifest(manifest)
    evidence = make_evidence(loaded.manifest)
    place = card_place(loaded)
    files = card_files(loaded, evidence, place)
    write_card(loaded, place, files, evidence, overwrite=False, log=lambda _line: None)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("schema",),
        ("env", "list"),
        ("check", "manifests/model.yaml"),
        ("schema", "diff"),
        ("diff", "cards/model", "manifests/model.yaml"),
        ("diff", "--format", "json", "cards/model/evidence.json", "cards/model"),
        ("diff", "--format", "html", "cards/model", "cards/model"),
        ("preview", "manifests/model.yaml"),
        ("build", "--render-only", "manifests/model.yaml"),
        ("plan", "--help"),
        ("push", "--help"),
        ("demo", "--help"),
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(project: Path, arguments: tuple[str, ...]) -> None:
    assert not modules_after(project, *arguments) & set(HEAVY)


def test_help_imports_no_command_and_no_library_but_click(project: Path) -> None:
    assert not modules_after(project, "--help") & {"pydantic", "yaml", "jinja2", "rich", "huggingface_hub", "filelock"}


def test_check_imports_nothing_for_what_a_card_has_not(project: Path) -> None:
    modules = modules_after(project, "check", "manifests/model.yaml", whole=True)
    assert "cardgen.inherit.parse" in modules
    assert not modules & {
        "tomllib",
        "html.parser",
        "cardgen.inherit.repair.reflow",
        "cardgen.inherit.markdown.html_tables",
    }


def test_diff_imports_no_hub_client_and_no_table_of_all_languages(project: Path) -> None:
    assert not modules_after(project, "diff", "cards/model", "manifests/model.yaml") & {
        "huggingface_hub",
        "httpx",
        "requests",
        "langcodes",
    }


def test_check_imports_no_hub_client_and_no_table_of_all_languages(project: Path) -> None:
    assert not modules_after(project, "check", "manifests/model.yaml") & {
        "huggingface_hub",
        "rich",
        "httpx",
        "requests",
        "langcodes",
    }
