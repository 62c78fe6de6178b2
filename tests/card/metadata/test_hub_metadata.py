from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cardgen.card.metadata.hub_metadata import validate_metadata
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS

RESULT = "model-index[0].results[0]"
AS_WRITTEN = "put it in quotes, as it was written"


def sound(**changes: Any) -> dict[str, Any]:
    """Metadata without a fault; a change to ``None`` takes a key away."""
    metric = {"type": "accuracy", "value": 0.906, "name": "Accuracy", "args": {"k": 1}, "verified": False}
    result = {
        "task": {"type": "text-classification", "name": "Text classification"},
        "dataset": {"type": "glue", "name": "SST-2", "config": "sst2", "split": "validation", "args": {"a": 1}},
        "metrics": [metric, {"type": "f1", "value": "20.0 ± 1.2", "config": "default"}],
        "source": {"name": "evidence", "url": "https://huggingface.co/owner/model"},
    }
    data = {
        "license": "apache-2.0",
        "language": ["en", "deu", "multilingual"],
        "pipeline_tag": "text-classification",
        "library_name": "transformers",
        "tags": ["int8", "onnx", "Intel® Neural Compressor"],
        "datasets": ["glue", "stanfordnlp/sst2"],
        "metrics": ["accuracy", "f1"],
        "base_model": "owner/model",
        "base_model_relation": "quantized",
        "inference": False,
        "widget": [{"text": "hello"}],
        "model-index": [{"name": "model-int8", "results": [result]}],
        **changes,
    }
    return {key: value for key, value in data.items() if value is not None}


def told(data: dict[str, Any]) -> list[str]:
    return [f"{fault.severity}: {fault}" for fault in validate_metadata(data)]


def index(result: dict[str, Any] | None = None, **metric: Any) -> dict[str, Any]:
    """Metadata with one result, some of whose parts are changed."""
    parts: dict[str, Any] = {
        "task": {"type": "other"},
        "dataset": {"type": "glue", "name": "SST-2"},
        "metrics": [{"type": "accuracy", "value": 0.9, **metric}],
        **(result or {}),
    }
    return {"model-index": [{"name": "m", "results": [parts]}]}


def test_sound_metadata_has_no_fault() -> None:
    assert told(sound()) == []
    assert told({}) == []
    assert told(sound(license=["mit", "apache-2.0"], language="en", datasets="glue", base_model=["a/b", "c/d"])) == []
    assert told(sound(license="other", license_name="my-licence", license_link="LICENSE")) == []
    assert told(sound(license="mit", license_link="https://example.org/LICENSE")) == []


@pytest.mark.parametrize("license_id", sorted(set(LICENSES) - {"other"}))
def test_every_licence_of_the_hub_is_accepted(license_id: str) -> None:
    assert told({"license": license_id}) == []


@pytest.mark.parametrize("task", PIPELINE_TAGS)
def test_every_task_of_the_hub_is_accepted(task: str) -> None:
    assert told({"pipeline_tag": task, "tags": [task], **index({"task": {"type": task}})}) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"license": "apache2"},
            ["error: license: `apache2` is not a licence identifier of the Hub (did you mean `apache-2.0`?)"],
        ),
        ({"license": None}, ["error: license: is empty (write a value, or leave the key out)"]),
        (
            {"license": {"name": "mit"}},
            ["error: license: must be text or a list of texts, not a mapping (write a text)"],
        ),
        (
            {"license": "other", "license_name": "mine"},
            ["error: license_link: is missing (`license: other` needs license_name and license_link)"],
        ),
        (
            {"license": "mit", "license_name": "mine"},
            [
                "warning: license_name: only goes with `license: other` (leave it out, or change the licence)",
            ],
        ),
        (
            {"language": ["english"]},
            ["error: language[0]: `english` is the name of a language, not its code (write en)"],
        ),
        (
            {"language": ["en", "zh-CN", "EN"]},
            [
                (
                    "error: language[1]: `zh-CN` has a region or a script, which the Hub does not take here "
                    "(write zh; the full tag may stand under `language_bcp47`)"
                ),
                "error: language[2]: `EN` is written in capitals (write en)",
            ],
        ),
        (
            {"language": [False]},
            ['error: language[0]: must be text, not false (write "false" in quotes if it is meant as text)'],
        ),
        ({"language": ["en", "de", "en"]}, ["warning: language[2]: `en` is given twice (keep one)"]),
        (
            {"pipeline_tag": "text-clasification"},
            [
                (
                    "warning: pipeline_tag: `text-clasification` is not a task (pipeline tag) of the Hub "
                    "(did you mean `text-classification`?)"
                )
            ],
        ),
        (
            {"pipeline_tag": 3},
            [f"error: pipeline_tag: must be text, not the number 3 ({AS_WRITTEN})"],
        ),
        (
            {"tags": "int8"},
            ["error: tags: must be a list of texts, not the text `int8` (write [int8])"],
        ),
        (
            {"tags": ["int8", 2022, datetime.date(2022, 3, 29), None]},
            [
                f"error: tags[1]: must be text, not the number 2022 ({AS_WRITTEN})",
                f"error: tags[2]: must be text, not the date 2022-03-29 ({AS_WRITTEN})",
                "error: tags[3]: is empty (write a value, or leave the key out)",
            ],
        ),
        (
            {"tags": ["text-classfication"]},
            ["warning: tags[0]: `text-classfication` looks like a misspelt task (did you mean `text-classification`?)"],
        ),
        ({"metrics": [["f1"]]}, ["error: metrics[0]: must be text, not a list (write a text)"]),
        (
            {"base_model": "https://huggingface.co/owner/model"},
            [
                (
                    "error: base_model: `https://huggingface.co/owner/model` is an address, not a Hub id "
                    "(an id looks like owner/name; leave out everything before the owner)"
                )
            ],
        ),
        (
            {"base_model": ["owner/model", "./models/mine"]},
            [
                (
                    "error: base_model[1]: `./models/mine` looks like a path, not like a Hub id "
                    "(an id looks like owner/name)"
                )
            ],
        ),
        (
            {"base_model_relation": "quantised", "base_model": "owner/model"},
            [
                (
                    "error: base_model_relation: `quantised` is not a relation that the Hub knows "
                    "(did you mean `quantized`? known are: adapter, merge, quantized, finetune)"
                )
            ],
        ),
        (
            {"base_model_relation": "merge"},
            ["warning: base_model_relation: says nothing without `base_model` (name the base model)"],
        ),
        ({"datasets": [None]}, ["error: datasets[0]: is empty (write a value, or leave the key out)"]),
        ({"library_name": ["onnx"]}, ["error: library_name: must be text, not a list (write a text)"]),
        ({"widget": "hello"}, ["error: widget: must be a list, not the text `hello` (start each item with `- `)"]),
        ({"licence": "mit"}, ["warning: licence: is not a key that the Hub knows (did you mean `license`?)"]),
        ({"quantized_by": "me", "arxiv": "1810.03993"}, []),
        (
            {True: 1, None: 2},
            [
                "warning: true: a key must be text, not true (put it in quotes, or leave it out)",
                "warning: null: a key must be text, not empty (put it in quotes, or leave it out)",
            ],
        ),
        (
            {"co2_eq_emissions": {"emissions": math.inf, "source": [math.nan]}},
            [
                "error: co2_eq_emissions.emissions: is not a finite number: inf (give a number, or leave it out)",
                "error: co2_eq_emissions.source[0]: is not a finite number: nan (give a number, or leave it out)",
            ],
        ),
    ],
)
def test_a_fault_of_a_key_is_told(data: dict[str, Any], expected: list[str]) -> None:
    assert told(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"model-index": None},
            ["error: model-index: must be a list, not empty (write `- name: …` with its `results`)"],
        ),
        ({"model-index": []}, ["warning: model-index: is empty (list results, or leave the key out)"]),
        (
            index({"dataset": {"type": "glue", "name": "SST-2", "config": 3.0, "split": "", "revision": None}}),
            [
                f"error: {RESULT}.dataset.config: must be text, not the number 3.0 ({AS_WRITTEN})",
                f"error: {RESULT}.dataset.split: is empty (write a value, or leave the key out)",
                f"error: {RESULT}.dataset.revision: is empty (write a value, or leave the key out)",
            ],
        ),
        (
            index({"dataset": {"type": "glue", "args": "sst2"}}),
            [
                (
                    f"warning: {RESULT}.dataset.args: must be a mapping of arguments, not the text `sst2` "
                    "(a configuration's name belongs under `config`)"
                ),
                f"error: {RESULT}.dataset.name: is missing (add `name: …`)",
            ],
        ),
        (
            index({"task": {"type": "sentiment-classification"}}),
            [
                (
                    f"warning: {RESULT}.task.type: `sentiment-classification` is not a task (pipeline tag) of the Hub "
                    "(did you mean `text-classification`?)"
                )
            ],
        ),
        (
            index({"source": {"name": "S", "link": "https://x.org"}}),
            [
                f"warning: {RESULT}.source.link: is not a key that the Hub knows here (known are: name, url)",
                f"error: {RESULT}.source.url: is missing (add `url: …`)",
            ],
        ),
        (
            index({"source": {"url": "x.org"}}),
            [f"warning: {RESULT}.source.url: is not an address (start it with https://)"],
        ),
        (index(value=None), [f"error: {RESULT}.metrics[0].value: is empty (add `value: …`)"]),
        (
            index(value=math.nan),
            [f"error: {RESULT}.metrics[0].value: is not a finite number: nan (give a number, or leave it out)"],
        ),
        (
            index(value="-inf"),
            [f"error: {RESULT}.metrics[0].value: is not a finite number: -inf (give a number, or leave it out)"],
        ),
        (
            index(value="0.9"),
            [
                (
                    f"warning: {RESULT}.metrics[0].value: is a number in quotes, which readers cannot compare "
                    "(write it without quotes)"
                )
            ],
        ),
        (
            index(value=[0.9]),
            [f"warning: {RESULT}.metrics[0].value: must be a number or text, not a list (give a number)"],
        ),
        (
            index(verified="yes", valeu=1),
            [
                (
                    f"error: {RESULT}.metrics[0].verified: must be true or false, not the text `yes` "
                    "(write true or false without quotes)"
                ),
                f"warning: {RESULT}.metrics[0].valeu: is not a key that the Hub knows here (did you mean `value`?)",
            ],
        ),
        (
            index({"metrics": [{"type": "f1", "value": 0.9}, {"type": "f1", "value": 0.8}]}),
            [
                (
                    f"warning: {RESULT}.metrics[1]: has the type, name and arguments of an earlier one, "
                    "so that readers cannot tell them apart (name each value after its variant)"
                )
            ],
        ),
        (
            index(
                {"metrics": [{"type": "f1", "value": 0.9}, {"type": "f1", "value": 0.8, "args": {"average": "macro"}}]}
            ),
            [],
        ),
    ],
)
def test_a_fault_of_model_index_is_told(data: dict[str, Any], expected: list[str]) -> None:
    assert told(data) == expected


def test_all_faults_are_told_in_the_order_of_the_card() -> None:
    data = index({"dataset": {"name": "SST-2", "config": 3.0}}, value=math.inf)
    data = {"tags": [1], **data, "license": "MIT licence", "language": "english"}
    assert [fault.path for fault in validate_metadata(data)] == [
        "tags[0]",
        f"{RESULT}.dataset.config",
        f"{RESULT}.dataset.type",
        f"{RESULT}.metrics[0].value",
        "license",
        "language",
    ]


def test_keys_lead_to_what_is_wrong() -> None:
    (fault,) = validate_metadata(index(verified=1))
    assert fault.keys == ("model-index", 0, "results", 0, "metrics", 0, "verified")


KEYS = st.text(max_size=5) | st.sampled_from(sorted(sound())) | st.integers() | st.none() | st.booleans() | st.dates()
YAML_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["mit", "other", "en", "\ud800", "x" * 5000])
    | st.dates()
    | st.datetimes()
    | st.binary(max_size=3)
)
YAML_DATA = st.recursive(
    YAML_SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.tuples(KEYS), inner, max_size=3)
        | st.sets(st.text(), max_size=2)
    ),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[Any, Any]:
    """Sound metadata with any data in the place of some of its parts."""
    whole: dict[Any, Any] = sound()
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = whole
        key: Any = draw(st.sampled_from(list(whole)))
        while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 5)):
            holder = holder[key]
            key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        holder[key] = draw(YAML_DATA)
    return whole


@given(st.dictionaries(KEYS, YAML_DATA, max_size=4) | spoilt())
@example({datetime.date(2020, 1, 1): {(1, 2): math.nan}, (): {}})
@example({"model-index": [{"": None, (None,): None}]})
def test_no_data_makes_it_fail(data: dict[Any, Any]) -> None:
    faults = validate_metadata(data)
    assert len({(fault.keys, fault.message) for fault in faults}) == len(faults)
    for fault in faults:
        assert fault.path
        assert fault.message
        assert len(str(fault)) < 700
        assert str(fault).isprintable()


def test_numbers_too_long_for_python_to_print_are_told() -> None:
    data: dict[Any, Any] = {"license": 16**5000, 16**5000: 1, **index(type=16**5000, value=16**5000)}
    assert told(data) == [
        f"error: license: must be text or a list of texts, not a number of many digits ({AS_WRITTEN})",
        f"error: {RESULT}.metrics[0].type: must be text, not a number of many digits ({AS_WRITTEN})",
        "warning: ?: a key must be text, not a number of many digits (put it in quotes, or leave it out)",
    ]


def test_data_that_holds_itself_is_looked_at_once() -> None:
    looped = yaml.safe_load("a: &a {metrics: &b [*a, *b, .nan], model-index: *b}\nmodel-index: *b\n")
    assert "error: a.metrics[2]: is not a finite number: nan (give a number, or leave it out)" in told(looped)


def test_data_that_aliases_blow_up_is_looked_at_once() -> None:
    levels = ["l0: &l0 [.nan, .nan]", *(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}, *l{n - 1}]" for n in range(1, 60))]
    metrics = "[{type: a, value: 1, args: {x: *l59}}, {type: a, value: 1, args: {x: *l59}}]"
    data = yaml.safe_load("\n".join([*levels, f"model-index: [{{name: m, results: [{{metrics: {metrics}}}]}}]"]))
    assert told(data)[0].startswith("error: l0[0]: is not a finite number")
