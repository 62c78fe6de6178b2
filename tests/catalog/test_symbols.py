from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog import symbols
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, locked_packages
from cardgen.catalog.snippets import has_snippet, lacks_class, loading_snippet
from cardgen.catalog.symbols import (
    environments_with,
    lock_sha256,
    module_known,
    names_known,
    replacement,
    similar,
    symbol,
    top_level_known,
    versions,
)
from cardgen.catalog.tasks import TASKS
from tests.make_symbols import DATA, MODULES, PACKAGES, index, listed

BOTH = ("neural-compressor", "onnxruntime")
LIBRARIES = ("torch", "transformers", "optimum", "neural_compressor", "onnxruntime", "numpy")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_index_is_of_the_present_lock(environment: str) -> None:
    remedy = "the lock has changed: run python -m tests.make_symbols"
    assert lock_sha256(environment) == ENVIRONMENTS[environment].lock_sha256, remedy
    assert versions(environment) == locked_packages(environment, versions(environment)), remedy
    assert versions(environment)["transformers"]


def test_a_class_has_the_methods_that_cards_call() -> None:
    found = symbol("optimum.intel", "INCModelForQuestionAnswering")
    assert found is not None
    assert found.kind == "class"
    assert {"from_pretrained", "save_pretrained"} <= set(found.methods)
    assert found.environments == ("neural-compressor",)
    tokenizer = symbol("transformers", "AutoTokenizer")
    assert tokenizer is not None
    assert tokenizer.methods == ("from_pretrained",)
    assert tokenizer.environments == BOTH


def test_a_function_has_parameters() -> None:
    fit = symbol("neural_compressor.quantization", "fit")
    assert fit is not None
    assert fit.kind == "function"
    assert fit.parameters is not None
    assert {"model", "conf", "calib_dataloader", "**kwargs"} <= set(fit.parameters)
    builtin = symbol("torch", "matmul")
    assert builtin is not None
    assert (builtin.kind, builtin.parameters) == ("function", None)


def test_environments_may_differ_in_parameters() -> None:
    old, new = (symbol("transformers", "pipeline", environment) for environment in BOTH)
    joined = symbol("transformers", "pipeline")
    assert old is not None
    assert new is not None
    assert joined is not None
    assert "dtype" in set(new.parameters or ()) - set(old.parameters or ())
    assert set(joined.parameters or ()) == {*(old.parameters or ()), *(new.parameters or ())}
    assert (old.environments, new.environments, joined.environments) == (BOTH[:1], BOTH[1:], BOTH)


def test_a_module_and_a_value_are_symbols_too() -> None:
    module, value = symbol("optimum", "onnxruntime"), symbol("torch", "__version__")
    assert module is not None
    assert value is not None
    assert (module.kind, value.kind) == ("module", "value")


@pytest.mark.parametrize(
    ("module", "name", "missing"),
    [
        ("transformers", "TFDistilBertModel", ("TensorFlow",)),
        ("transformers", "FlaxBertModel", ("Flax",)),
        ("optimum.intel", "OVModelForCausalLM", ("OpenVINO",)),
    ],
)
def test_a_stand_in_says_what_is_missing(module: str, name: str, missing: tuple[str, ...]) -> None:
    found = symbol(module, name)
    assert found is not None
    assert (found.kind, found.missing, found.methods) == ("unavailable", missing, ())


def test_what_one_environment_has_a_stand_in_for_is_available_in_the_other() -> None:
    found = symbol("transformers", "LlavaOnevisionVideoProcessor")
    stand_in = symbol("transformers", "LlavaOnevisionVideoProcessor", "onnxruntime")
    assert found is not None
    assert stand_in is not None
    assert (found.kind, found.environments, found.missing) == ("class", ("neural-compressor",), ())
    assert (stand_in.kind, stand_in.missing) == ("unavailable", ("torchvision",))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("optimum.intel.neural_compressor.quantization", "IncQuantizedModelForQuestionAnswering"),
        ("datasets", "load_metric"),
        ("optimum.intel", "INCModelForImageClassification"),
        ("transformers", "autotokenizer"),
        ("transformers", ""),
        ("numpy", "array"),
        ("", "torch"),
    ],
)
def test_a_name_that_is_not_there_is_none(module: str, name: str) -> None:
    assert symbol(module, name) is None


@pytest.mark.parametrize(
    ("module", "name", "meant"),
    [
        (
            "optimum.intel.neural_compressor.quantization",
            "IncQuantizedModelForQuestionAnswering",
            ("optimum.intel", "INCModelForQuestionAnswering"),
        ),
        ("optimum.intel", "IncQuantizedModelForSeq2SeqLM", ("optimum.intel", "INCModelForSeq2SeqLM")),
        (
            "optimum.intel.neural_compressor",
            "IncQuantizer",
            ("optimum.intel.neural_compressor", "INCQuantizer"),
        ),
        ("datasets", "load_metric", ("evaluate", "load")),
        (
            "transformers",
            "ORTModelForSequenceClassification",
            ("optimum.onnxruntime", "ORTModelForSequenceClassification"),
        ),
        ("neural_compressor", "fit", ("neural_compressor.quantization", "fit")),
        (
            "transformers",
            "AutoModelForSequenceClasification",
            ("transformers", "AutoModelForSequenceClassification"),
        ),
        ("transformers", "TFDistilBertForMaskedLM", ("transformers", "DistilBertForMaskedLM")),
        ("transformers", "xyzzy", None),
        ("numpy", "xyzzy", None),
    ],
)
def test_what_to_import_instead(module: str, name: str, meant: tuple[str, str] | None) -> None:
    assert replacement(module, name) == meant
    assert similar(module, name) == (meant and meant[1])


@pytest.mark.parametrize(
    ("module", "environments"),
    [
        ("optimum.intel", ("neural-compressor",)),
        ("neural_compressor.quantization", ("neural-compressor",)),
        ("optimum", BOTH),
        ("optimum.onnxruntime", BOTH),
        ("transformers.models.bert.modeling_bert", BOTH),
        ("torch.utils.data", BOTH),
        ("torch.classes", BOTH),
        ("neural_compressor.experimental", ()),
        ("optimum.intel.neural_compressor.nothing", ()),
        ("numpy", ()),
        ("", ()),
    ],
)
def test_which_environments_have_a_module(module: str, environments: tuple[str, ...]) -> None:
    assert environments_with(module) == environments
    assert module_known(module) == bool(environments)


def test_the_index_says_what_it_covers() -> None:
    assert all(map(top_level_known, PACKAGES))
    assert not any(map(top_level_known, ("numpy", "os", "sentence_transformers", "optimum.intel", "")))
    assert all(map(names_known, MODULES))
    assert not names_known("transformers.models.bert.modeling_bert")


@pytest.mark.parametrize("name", BACKENDS)
def test_every_snippet_imports_what_exists(name: str) -> None:
    backend = BACKENDS[name]
    for task in backend.tasks:
        code = loading_snippet(name, task, "me/model", "", ("text",), trust_remote_code=False, quantized=True)
        imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
        imports = [node for node in imports if node.module != "PIL"]  # of which no model is loaded
        assert imports
        for node in imports:
            for environment in backend.environments:
                found = symbol(node.module or "", node.names[0].name, environment)
                assert found is not None
                assert "from_pretrained" in found.methods


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("task", TASKS)
def test_code_is_printed_only_where_its_class_exists(name: str, task: str) -> None:
    """Figures may be reported of any backend and task, whose models cardgen cannot make."""
    if not has_snippet(task, name):
        return
    code = loading_snippet(name, task, "me/model", "", ("text",), trust_remote_code=False, quantized=True)
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom) and node.module != "PIL"]
    for node in imports:
        assert symbol(node.module or "", node.names[0].name) is not None


def test_a_class_that_is_lacking_is_not_there() -> None:
    assert [(task, name) for task in TASKS for name in BACKENDS if lacks_class(task, name)] == [
        ("image-classification", "neural-compressor")
    ]
    assert symbol("optimum.intel", "INCModelForImageClassification") is None


@given(st.sampled_from(MODULES), st.text(max_size=12))
def test_any_name_can_be_asked_for(module: str, name: str) -> None:
    found = symbol(module, name)
    if found is not None:
        assert (found.module, found.name) == (module, name)
        assert found.environments
        assert set(found.environments) <= set(environments_with(module))


def test_the_data_is_small() -> None:
    assert DATA.stat().st_size < 300_000


def test_reading_it_needs_no_heavy_library() -> None:
    code = (
        "import sys; from cardgen.catalog.symbols import symbol; assert symbol('transformers', 'AutoTokenizer'); "
        f"print([name for name in {LIBRARIES} if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.slow
def test_the_data_is_what_the_environments_export() -> None:
    made = index({name: listed(name) for name in ENVIRONMENTS})
    assert made == json.loads(DATA.read_text(encoding="utf-8"))


def test_a_name_is_looked_up_alone_as_among_all() -> None:
    for module in symbols._index()["names"]:
        for name, entries in symbols._names(module).items():
            assert symbols._names(module, name[:1])[name] == entries
        assert "Absent" not in symbols._names(module, "A")
