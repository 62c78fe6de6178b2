"""The workflow that the docs give is one that cardgen can publish from."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from cardgen.cli import main
from cardgen.publish.hub.credentials import TRUSTED

PAGE = Path(__file__).parents[3] / "docs" / "publish.md"


def test_the_workflow_proves_who_it_is_and_stores_no_secret() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (text,) = [block for block in blocks if "jobs:" in block]
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["push"]
    assert workflow["permissions"]["id-token"] == "write"
    assert TRUSTED in job["env"]
    assert "secrets." not in text
    commands = [step["run"].partition("#")[0].split() for step in job["steps"] if "cardgen " in step.get("run", "")]
    assert [command[:2] for command in commands if command[0] == "cardgen"] == [
        ["cardgen", "build"],
        ["cardgen", "push"],
    ]
    assert main(["push", "--help"]) == 0
