"""A user's template that would take the machine with it is ended, and told by its line."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cardgen.card.bounded import TIME_S, render_with
from cardgen.card.user_template import lay_out
from cardgen.errors import TemplateProblemsError
from tests.card.test_families import GOLDEN
from tests.card.test_user_templates import card

FILE = "mine.md.jinja"
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% if a == 1 and b == -1 %}x{% endif %}{% endfor %}"


def problem(source: str) -> tuple[int | None, str]:
    with pytest.raises(TemplateProblemsError) as caught:
        render_with(card("own-template"), source, FILE)
    (found,) = caught.value.problems
    assert found.file == FILE
    return found.line, found.message


def test_what_ends_is_the_same_as_without_bounds() -> None:
    source = (GOLDEN / "own-template" / "card.md.jinja").read_text(encoding="utf-8")
    given = card("own-template")
    assert render_with(given, source, FILE) == lay_out(given, source, FILE)
    changed = dataclasses.replace(given, title="Ünïcode \N{SNOWMAN} \u2028 | <b>")
    assert render_with(changed, "# {{ title }}\n", FILE) == lay_out(changed, "# {{ title }}\n", FILE)


def test_a_problem_is_told_as_without_bounds() -> None:
    assert problem("\n\n{{ nope }}") == (3, "'nope' is undefined")


@pytest.mark.parametrize(
    "source",
    [
        f"# A\n\n{LOOP}{{% endfor %}}\n",
        "{% macro f(n) %}{% if n %}\n\n{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    ],
)
def test_a_template_that_does_not_end(source: str) -> None:
    line, message = problem(source)
    assert message == f"takes more than {TIME_S} s"
    assert line in (1, 3)
    assert line == 3 or "macro" in source


@pytest.mark.parametrize(
    "source",
    [
        "\n{% set ns = namespace(x='ab') %}{% for _ in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "\n{% set ns = namespace(x=[1]) %}{% for _ in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "\n{% set s = namespace(x=['ab']) %}{% for _ in range(60) %}{% set s.x = [s.x|join, s.x|join] %}{% endfor %}",
    ],
)
def test_a_template_that_fills_the_memory(source: str) -> None:
    line, message = problem(source)
    assert (line, message) == (2, "takes too much memory")


def test_a_template_that_prints_too_much() -> None:
    line, message = problem("\n{% for a in range(99999) %}{{ '-' * 1000 }}\n{% endfor %}")
    assert (line, message) == (2, "prints more than 4000000 characters")


def test_nothing_of_the_environment_reaches_a_template(tmp_path: Path) -> None:
    """Whatever starts with these settings tells so: this process does, and the template's own does not."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nwith open(os.environ['TOLD'], 'a') as told: told.write(os.environ['HF_TOKEN'] + '\\n')\n"
    )
    program = (
        "from cardgen.card.bounded import render_with\n"
        "from tests.card.test_user_templates import card\n"
        "assert render_with(card('own-template'), '{{ title }}', 'x')\n"
    )
    settings = {"PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{tmp_path}", "HF_TOKEN": "hf_mine"}
    environ = {**os.environ, **settings, "TOLD": str(tmp_path / "told")}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "told").read_text() == "hf_mine\n"
