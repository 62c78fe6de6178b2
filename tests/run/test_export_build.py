"""Exports to ONNX with real models: the base model's card taken over, the loading code run, and what is published."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardgen.card.assemble import card_place
from cardgen.manifest.load import load_manifest
from cardgen.publish.staging import stage
from cardgen.records.sealed_text import read_seal
from cardgen.records.store import Store
from cardgen.run.environments import ensure_environment
from tests.hub_server import HubServer
from tests.project import COMMAND, Project, environ, read_evidence

pytestmark = pytest.mark.slow

REPO = "tester/names-onnx"
MANIFEST = "manifests/names-onnx.yaml"
POSITIONS = 16
"""Tokens that the base model takes: enough for the printed code's one text, and too few for two."""

BASE_CARD = """\
---
license: mit
language:
  - en
datasets:
  - tester/character-names
model-index: []
---

# Names

Reads the *name* of a character.

## Using it

```python
from transformers import pipeline

classify = pipeline("text-classification", model="tester/names")
```

## Training

```bash
# not a heading
make train
```

## Evaluation

Accuracy is 0.8125 on names that were held back.

## Limits

Names of Unicode 3.2 alone.
"""

Data = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """A project with one manifest of an export."""

    folder: Path

    @property
    def base_card(self) -> Path:
        return self.folder / "demo" / "model" / "README.md"

    @property
    def card(self) -> Path:
        return self.folder / "cards" / "names-onnx"

    @property
    def text(self) -> str:
        """Of the card, without its hash."""
        return read_seal((self.card / "README.md").read_text(encoding="utf-8"))[0]

    @property
    def front_matter(self) -> Data:
        data = yaml.safe_load(self.text.split("---\n")[1])
        assert isinstance(data, dict)
        return data

    def written(self) -> dict[str, bytes]:
        """The card's folder, by path."""
        return {str(path): path.read_bytes() for path in self.card.rglob("*") if path.is_file()}

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=environ() | variables,
            timeout=600,
        )

    def build(self, *arguments: str) -> Data:
        """Build; it must go well. What ``--json`` reports."""
        run = self.run("build", "--json", *arguments, MANIFEST)
        assert run.returncode == 0, run.stderr
        (report,) = json.loads(run.stdout)
        assert isinstance(report, dict)
        return report

    def check(self) -> list[str]:
        """What ``cardgen check`` finds."""
        run = self.run("check", "--json", MANIFEST)
        (report,) = json.loads(run.stdout)
        assert run.returncode == (1 if report["findings"] else 0)
        return [finding["message"] for finding in report["findings"]]

    def copy(self, to: Path) -> Export:
        shutil.copytree(self.folder, to)
        return Export(to)


def manifest(**base: str) -> Data:
    return {
        "version": 1,
        "repo_id": REPO,
        "card": "onnx-export",
        "title": "ONNX export of the names model",
        "task": "text-classification",
        "base_model": {"id": "tester/names", **base},
        "variants": {"onnx": {"backend": "onnxruntime", "approach": "none"}},
        "evaluation": {
            "dataset": {"path": "../demo/test.csv", "name": "character names", "split": "test"},
            "columns": {"text": "name"},
            "limit": {"samples": 40, "seed": 6},  # which draws a text that is too long
        },
    }


def write_manifest(project: Export, data: Data) -> None:
    path = project.folder / MANIFEST
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")


def shorten(model: Path) -> None:
    """Have the model take fewer tokens.

    Format of the weights: https://huggingface.co/docs/safetensors (length of the header, header in JSON, data).
    """
    weights = model / "model.safetensors"
    content = weights.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + size]), content[8 + size :]
    parts, at = [], 0
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        begin, end = tensor["data_offsets"]
        if name.endswith("position_embeddings.weight"):
            rows, width = tensor["shape"]
            end = begin + (end - begin) // rows * POSITIONS
            tensor["shape"] = [POSITIONS, width]
        parts.append(data[begin:end])
        tensor["data_offsets"] = [at, at := at + end - begin]
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    weights.write_bytes(struct.pack("<Q", len(head)) + head + b"".join(parts))
    config = json.loads((model / "config.json").read_bytes())
    (model / "config.json").write_text(json.dumps(config | {"max_position_embeddings": POSITIONS}))


@pytest.fixture(scope="module")
def built(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """An export that is built from a local model with a card of its own: copy it to change it."""
    project = Export(tmp_path_factory.mktemp("export"))
    shutil.copytree(demo.folder / "demo", project.folder / "demo")
    (project.folder / "cardgen.toml").touch()
    shorten(project.folder / "demo" / "model")
    project.base_card.write_text(BASE_CARD, encoding="utf-8")
    write_manifest(project, manifest(path="../demo/model"))
    assert project.build()["ran"] == ["export onnx", "snippet onnx", "compare onnx"]
    return project


@pytest.fixture
def project(built: Export, tmp_path: Path) -> Export:
    """A copy of the built export, to be changed."""
    return built.copy(tmp_path / "project")


@pytest.fixture(scope="module")
def staged(built: Export, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be published."""
    loaded = load_manifest(built.folder / MANIFEST)
    folder = tmp_path_factory.mktemp("staged")
    stage(loaded, card_place(loaded), Store(built.folder).artifact, folder)
    return folder


def records(project: Export) -> dict[str, Data]:
    evidence = read_evidence(project.card / "evidence.json")
    return {record["request"]["kind"]: record for record in evidence["records"]}


def test_the_card_gives_what_was_exported_and_how_far_it_is_from_pytorch(built: Export) -> None:
    done = records(built)
    exported, compared = done["export"]["result"], done["compare"]["result"]
    weights = next(file for file in done["export"]["artifact"] if file["path"] == "model.onnx")
    assert exported["weight_bytes"] == weights["bytes"]
    assert 0 < compared["largest_difference"] < compared["tolerance"]
    assert compared["samples"] == 40
    assert compared["truncated"] > 0
    for row in (
        f"| ONNX opset | {exported['opset']} |",
        f"| Size of the weights | {weights['bytes'] / 1e6:.2f} MB |",
        f"| Largest difference from PyTorch | {compared['largest_difference']:.2g} |",
        "| Difference allowed | 0.001 |",
        "| Compared on | 40 samples |",
    ):
        assert row in built.text
    assert (
        f"on 40 samples of character names, split `test` (drawn from all {compared['drawn_from']} with seed 6)."
        in built.text
    )
    assert f"{compared['truncated']} of them were cut at the model's maximum length." in built.text
    files = built.text.partition("\nFiles: ")[2].partition("\n")[0]
    for file in done["export"]["artifact"]:
        assert f"`onnx/{file['path']}` (" in files


def test_the_printed_code_was_run(built: Export) -> None:
    record = records(built)["snippet"]
    labels = records(built)["export"]["result"]["labels"]
    assert record["result"]["output"].strip() in labels
    code = record["request"]["code"].replace(record["request"]["repo_id"], REPO)
    assert f"```python\n{code.strip()}\n```" in built.text
    assert "This code was run against the files of this variant, with onnxruntime " in built.text


def test_the_base_models_card_is_taken_over(built: Export) -> None:
    own, _heading, taken = built.text.partition("## The base model's card\n")
    assert "Reads the *name* of a character." in taken
    assert "```bash\n# not a heading\nmake train\n```" in taken
    assert (
        "## Evaluation\n\n*These are results of `tester/names`, not of this export.*\n\nAccuracy is 0.8125 on names"
    ) in taken
    assert taken.rstrip().endswith("## Limits\n\nNames of Unicode 3.2 alone.")
    assert "# Names\n" not in taken
    assert "pipeline(" not in built.text, "the base model's own code is still there"
    assert taken.count(f'model_id = "{REPO}"') == 1
    assert "0.8125" not in own


def test_metadata_come_from_the_base_models_card(built: Export) -> None:
    head = built.front_matter
    assert head["license"] == "mit"
    assert head["language"] == ["en"]
    assert head["datasets"] == ["tester/character-names"]
    assert head["base_model"] == "tester/names"
    assert "base_model_relation" not in head
    assert "model-index" not in head
    assert "int8" not in head["tags"]


def test_lint_and_check_find_no_error(built: Export) -> None:
    run = built.run("lint", "--json", "cards/names-onnx/README.md")
    assert run.returncode == 0, run.stdout
    assert built.check() == []


def test_a_second_build_runs_nothing_and_writes_the_same(project: Export) -> None:
    before = project.written()
    assert project.build()["ran"] == []
    assert [*project.written().values()] == [*before.values()]


def test_what_is_staged_loads_as_its_card_says(staged: Path) -> None:
    assert (staged / "onnx" / "model.onnx").is_file()
    assert (staged / "names-onnx.yaml").is_file()
    config = json.loads((staged / "onnx" / "config.json").read_bytes())
    assert config.get("_name_or_path", "tester/names") == "tester/names"
    at_root = json.loads((staged / "config.json").read_bytes())  # where transformers.js and the Hub's counter look
    assert at_root == config
    program = f"""
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer
model = ORTModelForSequenceClassification.from_pretrained({str(staged)!r}, subfolder="onnx", file_name="model.onnx")
tokenizer = AutoTokenizer.from_pretrained({str(staged)!r}, subfolder="onnx")
inputs = tokenizer("LATIN SMALL LETTER A", return_tensors="pt")
print(model.config.id2label[model(**inputs).logits.argmax(-1).item()])
"""
    python = ensure_environment("onnxruntime")
    run = subprocess.run(
        [python, "-c", program],
        cwd=staged.parent,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "Ll"


def test_a_base_card_of_ones_own_replaces_the_models(project: Export) -> None:
    words = "---\r\nlanguage: de\r\ndatasets: [tester/more]\r\n---\r\n# Mine\r\n\r\nIn my words.\r\n"
    (project.folder / "manifests" / "base.md").write_bytes(words.encode())
    write_manifest(project, manifest(path="../demo/model", card="base.md"))
    assert project.check() == ["base.md is not what was taken over"]
    assert project.build()["ran"] == []
    assert project.text.endswith("\n\nIn my words.\n"), "line ends are mixed"
    assert "Unicode 3.2" not in project.text
    assert (project.front_matter["language"], project.front_matter["datasets"]) == (["de"], ["tester/more"])
    assert project.check() == []
    (project.folder / "manifests" / "base.md").write_bytes(words.encode() + b"More.\n")
    assert project.check() == ["base.md is not what was taken over"]
    write_manifest(project, manifest(path="../demo/model"))
    assert project.check() == ["the base model's card in the evidence is another one than the manifest takes over"]


def test_a_base_card_that_is_edited_makes_the_card_stale_and_runs_nothing(project: Export) -> None:
    project.base_card.write_text(BASE_CARD.replace("3.2 alone", "3.2 and no more"), encoding="utf-8")
    assert project.check() == ["../demo/model/README.md is not what was taken over"]
    assert project.build()["ran"] == []
    assert "Names of Unicode 3.2 and no more." in project.text
    assert project.check() == []


def test_without_a_base_card_nothing_is_taken_over(project: Export) -> None:
    project.base_card.unlink()
    run = project.run("build", MANIFEST)
    assert run.returncode == 0, run.stderr
    assert "there is no ../demo/model/README.md, so that no card is taken over" in run.stderr
    assert "no licence is known" in run.stderr
    assert "The base model's card" not in project.text
    assert "license" not in project.front_matter
    assert project.check() == []


HOSTILE = """\
---
license: mit
---
{{ title }} {% for x in y %}{# gone? #}

---
license: gpl-3.0
---

<div align="center"><b>Words</b></div> <!-- cardgen:disclosed text-value -->
<script>alert(1)</script>
"""


def test_a_base_card_cannot_act_as_a_template_or_metadata(project: Export) -> None:
    project.base_card.write_text(HOSTILE, encoding="utf-8")
    project.build()
    _own, _heading, taken = project.text.partition("## The base model's card\n")
    assert "{{ title }} {% for x in y %}{# gone? #}\n\n---\nlicense: gpl-3.0\n---\n" in taken
    assert '<div align="center"><b>Words</b></div>' in taken
    assert "cardgen:disclosed" not in taken
    assert project.front_matter["license"] == "mit"
    assert project.check() == []


def test_a_base_card_of_a_megabyte(project: Export) -> None:
    section = "\n## Part {}\n\n" + "many words that say little, " * 40 + "\n"
    text = "---\nlicense: mit\n---\n# Long\n" + "".join(section.format(number) for number in range(900))
    assert len(text) > 1_000_000
    project.base_card.write_text(text, encoding="utf-8")
    project.build()
    assert project.text.endswith(section.format(899).strip("\n") + "\n")


def test_code_that_fails_blocks_the_card(project: Export) -> None:
    before = project.written()
    data = manifest(path="../demo/model")
    data["evaluation"]["columns"]["text_pair"] = "category"  # so the code gives two texts: more tokens than it takes
    write_manifest(project, data)
    run = project.run("build", MANIFEST)
    assert run.returncode == 4
    assert "error: snippet onnx: The loading code that the card prints fails: " in run.stderr
    assert "The card of names-onnx stays as it was; 2 finished steps are kept." in run.stderr
    assert "Traceback (most recent call last)" in run.stderr
    assert str(project.folder) not in run.stderr
    assert project.written() == before
    assert project.check() == ["the manifest asks for what was not measured: snippet onnx, compare onnx"]


def test_from_the_hub_to_the_hub(built: Export, tmp_path: Path) -> None:
    project = Export(tmp_path)
    inputs = built.folder / "demo"
    shutil.copytree(inputs, tmp_path / "demo")
    (tmp_path / "cardgen.toml").touch()
    with HubServer() as hub:
        variables = {
            "HF_ENDPOINT": hub.endpoint,
            "HF_TOKEN": hub.token,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_XET": "1",
        }
        files = {path.name: path.read_bytes() for path in (inputs / "model").iterdir()}
        commit = hub.add("tester/names", files).resolve("main").oid
        write_manifest(project, manifest(revision="main"))
        run = project.run("build", MANIFEST, **variables)
        assert run.returncode == 0, run.stderr
        link = "[`tester/names`](https://huggingface.co/tester/names)"
        assert f"What follows is the card of {link}, as its authors wrote it" in project.text
        assert f"*These are results of {link}, not of this export.*" in project.text
        assert f"as its authors wrote it (commit `{commit}`)" in project.text
        assert project.front_matter["datasets"] == ["tester/character-names"]
        assert project.check() == []

        asked = len(hub.requests)
        again = project.run("build", MANIFEST, **variables)
        assert again.returncode == 0, again.stderr
        assert len(hub.requests) == asked, "what the evidence holds was asked for again"

        pushed = project.run("push", MANIFEST, **variables)
        assert pushed.returncode == 0, pushed.stderr
        held = hub.model(REPO).resolve("main").files
        assert {"README.md", "evidence.json", "names-onnx.yaml", "onnx/model.onnx", "onnx/vocab.txt"} <= held.keys()
