"""Templates of a user's own: what they can do, what they cannot, and what is said where they are wrong."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import mistune
import pytest
import yaml

from cardgen.card.assemble import CardPlace, assemble_card, render_manifest
from cardgen.card.model import Card, DetailTable, Disclosure, Imported, Inherited, Sweep, Usage
from cardgen.card.render import template_folder
from cardgen.card.user_template import lay_out
from cardgen.catalog.families import PROSE_SECTIONS
from cardgen.errors import TemplateProblemsError
from cardgen.manifest.load import load_manifest
from cardgen.records.sealed_text import read_seal
from tests.card.test_families import GOLDEN, make_case_evidence
from tests.factory import make_evidence
from tests.strategies import dump_manifest

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
MANIFEST = {
    "version": 1,
    "repo_id": "owner/model-int8",
    "card": "mine.md.jinja",
    "title": "INT8 model",
    "task": "text-classification",
    "base_model": {"id": "owner/model"},
    "variants": {"onnx": {"backend": "onnxruntime", "approach": "dynamic"}},
    "reported": [{"variant": "onnx", "metric": "accuracy", "value": 0.5, "source": {"name": "somebody"}}],
}


def card(case: str) -> Card:
    loaded = load_manifest(GOLDEN / case / "manifest.yaml")
    return assemble_card(loaded, make_case_evidence(case, loaded), CardPlace(GOLDEN / case))


def render(source: str, case: str = "own-template") -> str:
    return lay_out(card(case), source, "mine.md.jinja")


def problem(source: str) -> str:
    with pytest.raises(TemplateProblemsError) as caught:
        render(source)
    (found,) = caught.value.problems
    assert caught.value.exit_code == 3
    return f"{found.file}:{found.line}: {found.message}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("# A\n\n{{ nope }}\n", "mine.md.jinja:3: 'nope' is undefined"),
        ("{{ title }}\n{{ usage[0].nope }}", "mine.md.jinja:2: 'Usage' has no attribute 'nope'"),
        ("{{ results.nope }}", "mine.md.jinja:1: 'Markdown' has no attribute 'nope'"),
        ("\n{{ prose['nope'] }}", "mine.md.jinja:2: 'dict object' has no attribute 'nope'"),
        ("\n\n{% if nope %}{% endif %}", "mine.md.jinja:3: 'nope' is undefined"),
        ("{{ inherited.text }}", "mine.md.jinja:1: 'None' has no attribute 'text'"),
        (
            "\n{% for line in headline %}\n{{ line.nope }}\n{% endfor %}",
            "mine.md.jinja:3: '.*' has no attribute 'nope'",
        ),
        ("\n{% include 'sections/detail.md.jinja' %}", "mine.md.jinja:2: 'section' is undefined"),
    ],
)
def test_a_name_that_a_card_does_not_have(source: str, message: str) -> None:
    assert re.fullmatch(message, problem(source))


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a\nb\n{{ title", "mine.md.jinja:3: "),
        ("a\n{% if measured %}\nb", "mine.md.jinja:3: "),
        ("a\n{% nope %}", "mine.md.jinja:2: "),
        ("a\n\n{{ title | nope }}", "mine.md.jinja:3: "),
        ("{{ 1 +* 2 }}", "mine.md.jinja:1: "),
    ],
)
def test_a_mistake_in_the_syntax(source: str, place: str) -> None:
    assert problem(source).startswith(place)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("\n{{ 1 / 0 }}", "mine.md.jinja:2: division by zero"),
        ("\n{{ none | code }}", "mine.md.jinja:2: "),
        ("\n{{ title | fenced }}", "mine.md.jinja:2: "),
        ("\n{{ '%s' | format(1, 2) }}", "mine.md.jinja:2: "),
        ("\n{% include 'template' %}", "mine.md.jinja:2: maximum recursion depth"),
    ],
)
def test_a_mistake_while_it_runs(source: str, place: str) -> None:
    assert problem(source).startswith(place)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title['__class__'] }}",
        "{{ title | attr('__class__') }}",
        "{{ '{0.__class__}'.format(title) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].popen('id') }}",
        "{{ detail.__func__.__globals__ }}",
        "{{ detail.__self__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ usage[0].__dict__ }}",
        "{{ usage[0].__dataclass_fields__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ prose.update({'summary': 'x'}) }}",
        "{{ prose.clear() }}",
        "{{ headline.append('x') }}",
        "{% set usage[0].title = 'x' %}",
        "{% set title.x = 1 %}",
        "{% for x in range(10 ** 9) %}{% endfor %}",
        "{{ open('/etc/passwd') }}",
    ],
)
def test_nothing_leaves_the_sandbox(source: str) -> None:
    before = card("own-template")
    assert problem(source).startswith("mine.md.jinja:1: ")
    assert card("own-template") == before


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "../pyproject.toml", "sections/../../pyproject.toml", "mine.md.jinja", "C:\\x"],
)
@pytest.mark.parametrize("tag", ["include", "extends", "import"])
def test_no_other_file_can_be_included(tag: str, name: str) -> None:
    name = name.replace("\\", "\\\\")
    source = f"{{% import '{name}' as x %}}" if tag == "import" else f"{{% {tag} '{name}' %}}"
    assert problem(source).startswith("mine.md.jinja:1: ")


def test_a_value_is_no_template() -> None:
    changed = dataclasses.replace(card("own-template"), title="{{ ''.__class__ }} {% include 'x' %} | <b>")
    text = lay_out(changed, "# {{ title }}\n", "mine.md.jinja")
    assert text == "# {{ ''.\\_\\_class\\_\\_ }} {% include 'x' %} \\| \\<b\\>\n"


def test_whole_families_can_be_built_on() -> None:
    text = render('{% include "int8.md.jinja" %}\n\n## My own section\n\n{{ repo_id }}\n')
    assert text.startswith("---\nlicense: mit\n")
    assert text.endswith("\n\n## My own section\n\nowner/harbour-classifier-int8\n")


def example() -> str:
    (found,) = re.findall(r"<!-- example -->\n```jinja\n(.*?\n)```\n", DOCS, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("case", ["own-template", "measured-and-reported", "sparse-model-card", "sweep"])
def test_the_documented_example_renders(case: str) -> None:
    text = render(example(), case)
    _before, front_matter, body = text.split("---\n", 2)
    assert yaml.safe_load(front_matter)["pipeline_tag"] == "text-classification"
    page = mistune.create_markdown(plugins=["table"])(body)
    assert isinstance(page, str)
    assert page.count("<h1>") == 1
    assert page.count("<pre>") == 2 * len(card(case).usage)
    assert ("<table>" in page) == bool(card(case).results)
    for disclosure in card(case).disclosures:
        assert disclosure.text in body


def documented(heading: str) -> dict[str, str]:
    """Name to what it is, from the first table below a heading of the documentation."""
    _before, _heading, rest = DOCS.partition(f"# {heading}\n")
    assert rest, heading
    table = rest[rest.index("\n|") :].partition("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "documents"),
    [
        ("What a template can use", Card),
        ("A usage", Usage),
        ("A sweep", Sweep),
        ("A detail table", DetailTable),
        ("Results of tools", Imported),
        ("An inherited card", Inherited),
        ("A disclosure", Disclosure),
    ],
)
def test_every_field_is_documented(heading: str, documents: type[Card]) -> None:
    found = documented(heading)
    assert sorted(found) == sorted(field.name for field in dataclasses.fields(documents))
    words = {
        "str": "text",
        "Markdown": "Markdown",
        "bool": "true or false",
        "str | None": "text or none",
        "tuple[Markdown, ...]": "list of Markdown",
        "tuple[str, ...]": "list of text",
        "Mapping[str, Markdown]": "Markdown by name",
        "Mapping[str, Any]": "Markdown",
    }
    told = {field.name: words[str(field.type)] for field in dataclasses.fields(documents) if str(field.type) in words}
    assert told.items() <= found.items()


def test_every_section_and_filter_is_documented() -> None:
    sections = {path.name.removesuffix(".md.jinja") for path in (template_folder() / "sections").iterdir()}
    below = DOCS.partition("## Sections\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", below, re.MULTILINE)) == sections
    filters = DOCS.partition("## Filters\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", filters, re.MULTILINE) == ["code", "fenced", "markdown"]
    assert render("{{ 'a`|' | code }}\n{{ '```' | fenced('x') }}") == "<code>a&#96;&#124;</code>\n````x\n```\n````\n"
    assert render("{{ ['*a*', 'b'] | join(' ') | markdown }}") == "*a* b\n"


def test_every_name_of_prose_and_details_is_documented() -> None:
    assert set(PROSE_SECTIONS) <= set(re.findall(r"`(?:prose\[\")?(\w+)", DOCS))
    names = [table.name for table in card("sparse-model-card").details]
    assert names
    assert set(names) <= set(re.findall(r"`(\w+)`", DOCS))


def project(folder: Path, template: bytes | None) -> Path:
    (folder / "manifests").mkdir()
    (folder / "cardgen.toml").write_text("")
    manifest = folder / "manifests" / "model.yaml"
    manifest.write_text(dump_manifest(MANIFEST))
    if template is not None:
        (folder / "manifests" / "mine.md.jinja").write_bytes(template)
    return manifest


def cardgen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cardgen", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environ)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (b"# {{ title }}\n\n{{ nope }}\n", "manifests/mine.md.jinja:3: 'nope' is undefined"),
        (b"{{ title }\n", "manifests/mine.md.jinja:1: unexpected '}'"),
        (
            b"{{ ''.__class__ }}",
            "manifests/mine.md.jinja:1: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        (b"# {{ title }}", "manifests/mine.md.jinja:1: prints no metadata at its start"),
        (b"\xff\xfe# x", "manifests/mine.md.jinja: is not UTF-8"),
        (None, "card: the template `mine.md.jinja` cannot be read: No such file or directory"),
    ],
)
def test_what_the_command_says_of_a_template_that_is_wrong(
    tmp_path: Path, template: bytes | None, message: str
) -> None:
    project(tmp_path, template)
    run = cardgen(tmp_path, "build", "-q", "manifests/model.yaml")
    assert run.returncode == 3, run.stderr
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "cards" / "model" / "README.md").exists()


def test_the_command_builds_by_a_template(tmp_path: Path) -> None:
    manifest = project(tmp_path, "\ufeff{{ front_matter }}# {{ title }}\n\n{{ repo_id }} 🙂\n".encode())
    run = cardgen(tmp_path, "build", "-q", "manifests/model.yaml")
    assert run.returncode == 0, run.stderr
    written, seal = read_seal((tmp_path / "cards" / "model" / "README.md").read_bytes().decode())
    assert seal == "intact"
    assert written.startswith("---\npipeline_tag: text-classification\n")
    assert written.endswith("\n---\n# INT8 model\n\nowner/model-int8 🙂\n")
    loaded = load_manifest(manifest)
    assert render_manifest(loaded, make_evidence(loaded.manifest), CardPlace(tmp_path / "cards/model")) == written


def test_a_template_that_became_wrong_leaves_the_card_as_it_was(tmp_path: Path) -> None:
    manifest = project(tmp_path, b"{{ front_matter }}# {{ title }}\n")
    assert cardgen(tmp_path, "build", "-q", "manifests/model.yaml").returncode == 0
    (manifest.parent / "mine.md.jinja").write_text("# {{ titel }}\n")
    assert cardgen(tmp_path, "build", "-q", "manifests/model.yaml").returncode == 3
    assert "---\n# INT8 model\n" in (tmp_path / "cards" / "model" / "README.md").read_text()
    run = cardgen(tmp_path, "check")
    assert run.returncode == 3
    assert "manifests/mine.md.jinja:1: 'titel' is undefined" in run.stderr


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ 'x' * 10**10 }}", "would make something too large"),
        ("\n{{ 2 ** 100000000 }}", "power above 64"),
        ("{{ [1] * 99999999 }}", "would make something too large"),
        ("{{ results | dictsort }}", "has no attribute"),
        ("{{ lipsum() }}", "is undefined"),
        ("{{ usage | random }}", "No filter named"),
        ("{{ '\\ud800' }}", "half of a character"),
    ],
)
def test_what_would_fill_the_memory_or_leaves_things_to_chance_is_refused(source: str, message: str) -> None:
    assert message in problem(source)
