from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from cardgen.catalog import releases
from cardgen.catalog.dropped import DROPPED, dropped
from tests.catalog.static_names import Wheel
from tests.make_releases import DATA, DEPTH, LIBRARIES, PROGRAMS


def test_the_data_is_of_the_libraries_that_are_looked_at() -> None:
    data = json.loads(DATA.read_bytes())
    assert {library.distribution: list(library.modules) for library in LIBRARIES} == {
        name: library["named"] for name, library in data["libraries"].items()
    }
    assert data["commands"]["version"] == data["libraries"]["huggingface_hub"]["version"]
    assert set(data["commands"]["gone"].values()) <= {*PROGRAMS, data["commands"]["version"]}


@pytest.mark.parametrize(
    ("module", "distribution", "version"),
    [
        ("transformers", "transformers", "5.24.0"),
        ("transformers.models.bert.modeling_bert", "transformers", "5.24.0"),
        ("optimum.intel.openvino", "optimum-intel", "2.2.0"),
        ("optimum.exporters", "optimum", "2.3.0"),
        ("neural_compressor.torch", "neural-compressor", "3.10"),
        ("huggingface_hub", "huggingface_hub", "2.4.0"),
        ("openvino", "openvino", "2026.4.1"),
        ("mlx_lm", "mlx-lm", "0.32.2"),
    ],
)
def test_the_current_release_of_a_module(module: str, distribution: str, version: str) -> None:
    assert releases.current_release(module) == (distribution, version)


def test_of_others_it_says_nothing() -> None:
    for ask in (releases.current_release, releases.has_module, releases.gone_module):
        assert ask("numpy.linalg") is None
    assert releases.has_name("numpy", "array") is None
    assert releases.has_name("transformers.utils", "logging") is None


@pytest.mark.parametrize(
    ("module", "name", "since"),
    [
        ("transformers", "TFBertModel", "5.0.0"),
        ("transformers", "ViTFeatureExtractor", "5.0.0"),
        ("transformers", "QuestionAnsweringPipeline", "5.3.0"),
        ("transformers", "AdamW", "4.50.0"),
        ("optimum.intel", "INCModelForQuestionAnswering", "2.0.0"),
        ("neural_compressor.config", "PostTrainingQuantConfig", "3.8"),
        ("huggingface_hub", "Repository", "1.0.0"),
        ("huggingface_hub", "cached_download", "0.26.0"),
        ("llmcompressor.transformers", "oneshot", "0.8.0"),
        ("datasets", "load_metric", "3.0.0"),
    ],
)
def test_since_when_a_name_is_gone(module: str, name: str, since: str) -> None:
    gone = releases.gone_name(module, name)
    assert gone is not None
    assert gone.since == since
    assert releases.has_name(module, name) is False


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("transformers", "AutoModelForCausalLM"),
        ("transformers", "BertTokenizerFast"),  # no file lists it, and importing it gives BertTokenizer
        ("transformers", "Qwen3_5Config"),  # neither of the pinned releases has it
        ("optimum.intel", "OVModelForCausalLM"),
        ("huggingface_hub", "snapshot_download"),
        ("openvino", "Core"),
        ("nncf", "compress_weights"),
        ("llmcompressor", "oneshot"),
        ("mlx_lm", "load"),
    ],
)
def test_what_the_current_release_has(module: str, name: str) -> None:
    assert releases.has_name(module, name)
    assert releases.gone_name(module, name) is None


@pytest.mark.parametrize(
    ("module", "there", "since"),
    [
        ("transformers.models.qwen3_5.modeling_qwen3_5", True, None),
        ("transformers.onnx.features", False, "5.0.0"),
        ("optimum.intel.neural_compressor.quantization", False, "2.0.0"),
        ("neural_compressor.quantization", False, "3.8"),
        ("neural_compressor.torch.quantization", True, None),
        ("openvino.runtime.passes", False, "2026.0.0"),
        ("huggingface_hub.xyzzy", False, None),
    ],
)
def test_modules(module: str, there: bool, since: str | None) -> None:
    gone = releases.gone_module(module)
    assert releases.has_module(module) is there
    assert (gone and gone.since) == since


def test_commands() -> None:
    options = releases.options_of("hf download")
    assert options is not None
    assert {"--include", "--local-dir", "--quiet", "-h"} <= options
    assert "--local-dir-use-symlinks" not in options
    assert releases.options_of("hf cache ls") == releases.options_of("hf cache list")
    assert releases.options_of("hf repo create") is None
    gone = releases.gone_command("hf repo create")
    assert gone is not None
    assert gone.since in PROGRAMS
    assert releases.gone_command("hf download") is None


def test_what_is_listed_by_hand_agrees_with_what_was_read() -> None:
    """Of what is in both, the releases are the same; a range of micro releases is read as its first one."""
    data = json.loads(DATA.read_bytes())["libraries"]
    for module, name in (("optimum.intel", "INCQuantizer"), ("transformers", "TFBertModel"), ("nncf", "NNCFConfig")):
        listed, read = dropped("name", f"{module}.{name}"), releases.gone_name(module, name)
        assert listed in DROPPED
        assert listed is not None
        assert read is not None
        assert (listed.distribution, listed.version) == (read.distribution, read.since)
    assert set(data) >= {"transformers", "optimum-intel", "huggingface_hub"}


def test_what_no_hand_listed_is_told_with_the_install_that_has_it() -> None:
    found = dropped("name", "llmcompressor.transformers.oneshot")
    assert found is not None
    assert (found.distribution, found.version) == ("llmcompressor", "0.8.0")
    assert "say `llmcompressor<0.8.0`, which still has it" in found.instead


def wheel(folder: Path, files: dict[str, str]) -> Wheel:
    path = folder / "gull-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Wheel(path)


def test_names_are_read_without_importing(tmp_path: Path) -> None:
    init = (
        "import os\nfrom typing import Any\nfrom gull.fly import soar as rise\nfrom .nest import *\n"
        "try:\n    import torch\n    from .deep import Dive\nexcept ImportError:\n    Dive = None\n"
        "_import_structure = {'song': ['Sing'], 'models.gull': ['GullModel']}\n"
        "_import_structure['more'].extend(['Egg'])\nraise SystemExit\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .far import *\n"
    )
    nest = "Twig = 1\nclass Nest: ...\n__all__ = ['Nest', 'Straw']\n"
    files = {"__init__": init, "nest": nest, "far": "class Far: ...\n", "fly": "def soar(): ...\n"}
    found = wheel(tmp_path, {f"gull/{name}.py": text for name, text in files.items()})
    names = found.names("gull")
    assert {"rise", "Dive", "Nest", "Straw", "song", "Sing", "GullModel", "Egg", "nest", "fly"} <= names
    assert not names & {"os", "Any", "Far", "torch", "soar"}
    assert found.names("gull.nest") >= {"Nest", "Straw"}
    assert found.names("gull.xyzzy") == frozenset()
    assert {"gull", "gull.nest", "gull.fly"} <= found.modules


def test_no_name_of_a_module_is_deeper_than_what_is_asked_for() -> None:
    data = json.loads(DATA.read_bytes())["libraries"]
    parents = [parent for library in data.values() for parent in library.get("modules", {})]
    assert max(parent.count(".") + 2 for parent in parents if parent) <= DEPTH
