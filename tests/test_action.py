"""The action, the hooks and the workflow to copy are what GitHub and pre-commit take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from click.testing import CliRunner

from cardgen.cli import _COMMANDS
from cardgen.cli.github import command

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
_PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")


def schema(name: str) -> dict[str, Any]:
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def workflow() -> dict[str, Any]:
    """The workflow to copy."""
    (text,) = re.findall(r"```yaml\n(# \.github/workflows/.*?)```", PAGE, re.DOTALL)
    found = dict(yaml.safe_load(text))
    found["on"] = found.pop(True)  # which YAML 1.1 takes `on` for
    return found


def test_the_action_is_one() -> None:
    jsonschema.validate(ACTION, schema("github-actions"))


def test_the_action_uses_no_other_and_hands_no_input_to_a_shell() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "uses" not in step
        assert "${{" not in step["run"]


def test_each_input_is_used_and_described() -> None:
    steps = json.dumps(ACTION["runs"]["steps"])
    for name in ACTION["inputs"]:
        assert f"inputs.{name} }}}}" in steps
        assert f"| `{name}` |" in PAGE


def test_the_step_names_options_that_there_are() -> None:
    run = ACTION["runs"]["steps"][-1]["run"]
    text = CliRunner().invoke(command, ["--help"]).output
    for option in re.findall(r"--\w+", run):
        assert option in text


def test_the_first_step_installs_what_the_second_runs(tmp_path: Path) -> None:
    install, review = (step["run"] for step in ACTION["runs"]["steps"])
    assert '"$GITHUB_ACTION_PATH"' in install
    made = tmp_path / "cardgen" / "bin"
    made.mkdir(parents=True)
    (made / "cardgen").symlink_to(Path(sys.executable).parent / "cardgen")
    environ = {**os.environ, "RUNNER_TEMP": str(tmp_path), "AUTHOR": "a b", "PAGES": "pages", "GITHUB_EVENT_NAME": ""}
    run = subprocess.run(["bash", "-e", "-c", review], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert run.returncode == 2
    assert "this is no job of GitHub Actions" in run.stderr


def test_the_workflow_is_one_and_is_pinned() -> None:
    found = workflow()
    jsonschema.validate(found, schema("github-workflows"))
    uses = [step["uses"] for step in found["jobs"]["review"]["steps"]]
    assert [one for one in uses if not _PINNED.fullmatch(one)] == ["cardgen/cardgen@main"]
    assert found["permissions"] == {"contents": "read", "pull-requests": "write", "statuses": "write"}
    assert list(found["on"]) == ["pull_request", "merge_group"]


def test_the_hooks_run_commands_that_there_are() -> None:
    assert {hook["id"] for hook in HOOKS} == {"check", "lint"}
    for hook in HOOKS:
        assert {"id", "name", "entry", "language"} <= set(hook)
        program, name = hook["entry"].split()
        assert program == "cardgen"
        assert name in _COMMANDS
        assert hook["language"] == "python"
        assert f"- id: {hook['id']}" in PAGE


def test_the_hooks_look_at_the_cards() -> None:
    check, lint = (re.compile(hook["files"]) for hook in HOOKS)
    for path in ("manifests/one.yaml", "cards/one/README.md", "cards/one/evidence.json", "pyproject.toml"):
        assert check.search(path)
    assert not check.search("docs/manifests/one.yaml")
    assert lint.search("cards/one/README.md")
    assert not lint.search("README.md")
