"""Results files on their way into evidence and card: what is read, refused, copied and kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.render import render
from cardgen.records.evidence_file import load_evidence
from tests.results.imported_project import BASE, W4, Listening, built, project
from tests.results.lm_eval_file import lm_eval_file

FILES = Path(__file__).parent.parent / "results" / "files"
COMMIT, OTHER = "a" * 40, "b" * 40


def refused(path: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        built(path)
    assert not (path.parents[1] / "cards").exists()
    return str(caught.value)


def test_what_files_say_goes_into_evidence_and_card_with_their_hash(tmp_path: Path) -> None:
    path = project(tmp_path, {"r/base.json": BASE, "r/w4.json": W4}, ["r/base.json"], ["r/w4.json"])
    place = built(path).place
    base, w4 = load_evidence(place.evidence).imported
    assert (base.origin, base.variant, base.path, base.copy_at) == (
        "imported",
        None,
        "r/base.json",
        "results/base_model/base.json",
    )
    assert (w4.variant, w4.path, w4.results.model) == ("w4", "r/w4.json", "owner/model-w4")
    assert w4.results.sha256 == hashlib.sha256(W4.encode()).hexdigest()
    assert (place.folder / "results" / "w4" / "w4.json").read_text(encoding="utf-8") == W4
    card = place.readme.read_text(encoding="utf-8")
    assert (
        "**0.7600** ± 0.0100 | 0.8000 ± 0.0100 | \N{MINUS SIGN}0.0400 [\N{MINUS SIGN}0.0677, \N{MINUS SIGN}0.0123] | "
        "95.0 % [91.6, 98.4] |" in card
    )
    assert "lm-eval 0.4.13" in card
    assert w4.results.sha256 in card


def test_a_card_is_rendered_anew_without_the_files(tmp_path: Path) -> None:
    path = project(tmp_path, {"base.json": BASE, "w4.json": W4}, ["base.json"], ["w4.json"])
    place = built(path).place
    before = {file: file.read_bytes() for file in place.folder.rglob("*") if file.is_file()}
    for name in ("base.json", "w4.json"):
        (path.parent / name).unlink()
    render(load_manifest(path))
    assert {file: file.read_bytes() for file in place.folder.rglob("*") if file.is_file()} == before
    other = render(load_manifest(path), tmp_path / "out")
    assert (other.folder / "results" / "w4" / "w4.json").read_text(encoding="utf-8") == W4


def test_copies_of_files_that_are_named_no_more_are_removed_and_others_files_are_not(tmp_path: Path) -> None:
    files = {"base.json": BASE, "w4.json": W4, "more.json": lm_eval_file("owner/model-w4", {"sums": {"acc": 0.5}})}
    place = built(project(tmp_path, files, ["base.json"], ["w4.json", "more.json"])).place
    own = place.folder / "results" / "w4" / "notes.txt"
    own.write_text("mine", encoding="utf-8")
    built(project(tmp_path, files, [], ["w4.json"]))
    copies = sorted(file.name for file in (place.folder / "results").rglob("*"))
    assert copies == ["notes.txt", "w4", "w4.json"]


def test_files_of_one_name_in_two_folders_are_both_kept(tmp_path: Path) -> None:
    files = {
        "one/results.json": W4,
        "two/Results.JSON": lm_eval_file("owner/model-w4", {"sums": {"acc": 0.5}}),
        "three/README.md": lm_eval_file("owner/model-w4", {"words": {"acc": 0.5}}),
        "three/a b\N{EURO SIGN}.json": lm_eval_file("owner/model-w4", {"others": {"acc": 0.5}}),
    }
    evidence = load_evidence(built(project(tmp_path, files, [], [*files])).place.evidence)
    assert [record.copy_at for record in evidence.imported] == [
        "results/w4/results.json",
        "results/w4/Results-2.JSON",
        "results/w4/README.md",
        "results/w4/a_b_.json",
    ]


@pytest.mark.parametrize(
    "named",
    [
        {"config": {"model_args": {"pretrained": "/home/alice/models/w4"}}},
        {"config": {"model_args": "pretrained=owner/model-w4,tokenizer=/data/alice/tokenizer"}},
        {"config": {"model_args": {"base_url": "http://gpu-box:8000/v1/completions"}}},
        {"config": {"model_args": {"cache_dir": "~/models"}}},
        {"config": {"model_args": {"cache_dir": "C:\\Users\\alice\\models"}}},
        {"config": {"model_args": {"cache_dir": "\\\\server\\share"}}},
        {"configs": {"colours": {"dataset_kwargs": {"data_files": "../alice/colours.jsonl"}}}},
        {"pretty_env_info": "Hostname: gpu-box"},
        {"hostname": "gpu-box"},
        {"user": "alice"},
        {"contact": "alice@example.com"},
    ],
)
def test_a_file_that_names_a_place_a_host_or_a_user_is_not_copied(named: dict[str, Any], tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}}, **named)
    listening = Listening()
    place = built(project(tmp_path, {"w4.json": text}, [], ["w4.json"]), listening).place
    assert any(line.startswith("w4.json names a") and "its hash are published" in line for line in listening.said)
    (record,) = load_evidence(place.evidence).imported
    assert record.copy_at is None
    everything = "".join(file.read_text(encoding="utf-8") for file in place.folder.rglob("*") if file.is_file())
    assert "alice" not in everything
    assert "gpu-box" not in everything
    assert record.results.sha256 in everything


def test_a_long_file_is_not_copied(tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}}, configs={"colours": {"doc": "x" * 1_000_000}})
    listening = Listening()
    place = built(project(tmp_path, {"w4.json": text}, [], ["w4.json"]), listening).place
    assert listening.said[0].startswith("w4.json is larger than 1 MB")
    assert not (place.folder / "results").exists()


def test_a_file_that_may_not_be_published_is_not_needed_on_every_machine(tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}}, user="alice")
    path = project(tmp_path, {"w4.json": text}, [], ["w4.json"])
    before = built(path).place.evidence.read_bytes()
    (path.parent / "w4.json").unlink()
    listening = Listening()
    assert built(path, listening).place.evidence.read_bytes() == before
    assert listening.said[0] == "w4.json is not on this machine: its figures are those that the evidence holds"


def test_a_file_that_is_published_is_needed_where_it_is_built(tmp_path: Path) -> None:
    path = project(tmp_path, {"w4.json": W4}, [], ["w4.json"])
    built(path)
    (path.parent / "w4.json").unlink()
    with pytest.raises(ManifestError, match=r"variants\.w4\.results\[0\]: `w4\.json` cannot be read"):
        built(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (W4[:400], "is cut"),
        ("", "is empty"),
        ("{}", "is no results file that cardgen knows"),
        (lm_eval_file("owner/model-w4", {"colours": {"acc": float("nan")}}), "holds no figure: colours: acc is not a"),
        (lm_eval_file("owner/model-w4", {"colours": {}}), "holds no figure: colours: no metric has a value"),
        (lm_eval_file("owner/model-w4", {}), "holds no figure: the file holds no value of a metric"),
        (lm_eval_file("org/model", {"colours": {"acc": 0.5}}), "is of `org/model`, which is `base_model`"),
        (lm_eval_file("else/model-w4", {"colours": {"acc": 0.5}}), "is of another model: it says `else/model-w4`"),
        (lm_eval_file("model-w8", {"colours": {"acc": 0.5}}), "is of another model: it says `model-w8`"),
    ],
)
def test_a_file_that_cannot_stand_behind_a_card_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = project(tmp_path, {"w4.json": text}, [], ["w4.json"])
    message = refused(path)
    line = next(n for n, each in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "- w4.json" in each)
    assert f"model.yaml:{line}:" in message
    assert "variants.w4.results[0]: `w4.json` " in message
    assert said in message


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        ("owner/model-w4", "w4.json"),
        ("Owner/Model-W4", "w4.json"),
        ("model-w4", "w4.json"),
        (None, "w4.json"),
        ("out/final", {"path": "w4.json", "model": "out/final"}),
        ("org/model", {"path": "w4.json", "model": "org/model"}),  # quantized as it was loaded
    ],
)
def test_a_file_of_the_variant_is_taken(model: str | None, entry: Any, tmp_path: Path) -> None:
    text = lm_eval_file(model, {"colours": {"acc": 0.76}})
    assert built(project(tmp_path, {"w4.json": text}, [], [entry])).evidence.imported[0].results.model == model


def test_a_name_that_the_file_does_not_say_is_refused(tmp_path: Path) -> None:
    entry = {"path": "w4.json", "model": "out/final"}
    assert "says `owner/model-w4`, and `model` beside it says `out/final`" in refused(
        project(tmp_path, {"w4.json": W4}, [], [entry])
    )


@pytest.mark.parametrize(
    ("named", "measured", "fine"),
    [
        (COMMIT, COMMIT, True),
        (COMMIT, COMMIT[:12], True),
        (COMMIT, OTHER, False),
        (COMMIT, "main", True),
        ("main", OTHER, True),
        (None, OTHER, True),
    ],
)
def test_a_file_of_another_commit_of_the_base_model_is_refused(
    named: str | None, measured: str, fine: bool, tmp_path: Path
) -> None:
    config = {"model_args": {"pretrained": "org/model"}, "model_revision": measured, "limit": None}
    text = lm_eval_file("org/model", {"colours": {"acc": 0.8}}, config=config)
    base = {"id": "org/model", "results": ["base.json"], **({"revision": named} if named else {})}
    path = project(tmp_path, {"base.json": text, "w4.json": W4}, [], ["w4.json"], base_model=base)
    if fine:
        assert built(path).evidence.imported[0].results.revision == measured
    else:
        assert f"is of another state of the model: it says commit {OTHER}" in refused(path)


def test_a_variants_file_is_refused_as_the_base_models(tmp_path: Path) -> None:
    path = project(tmp_path, {"w4.json": W4, "other.json": W4 + "\n"}, ["other.json"], ["w4.json"])
    assert (
        "`other.json` is of `owner/model-w4`, which is `variants.w4` name it under `variants.w4.results`"
        in " ".join(refused(path).split())
    )


def test_one_file_for_both_is_refused_under_whatever_name(tmp_path: Path) -> None:
    nameless = lm_eval_file(None, {"colours": {"acc": 0.76}})
    path = project(tmp_path, {"a.json": nameless, "b.json": nameless}, ["a.json"], ["b.json"])
    assert "`b.json` has the same content as base_model.results[0]" in refused(path)


def test_what_holds_a_variant_against_its_base_is_no_result_of_the_base(tmp_path: Path) -> None:
    text = (FILES / "llama_cpp-kl-divergence.txt").read_text(encoding="utf-8")
    path = project(tmp_path, {"kl.txt": text, "w4.json": W4}, ["kl.txt"], ["w4.json"])
    assert "`kl.txt` holds Mean PPL(Q), which tells how far a variant is from the base model" in refused(path)
    assert built(project(tmp_path, {}, [], ["kl.txt"])).evidence.imported[0].variant == "w4"


def test_a_figure_that_two_files_hold_is_refused_unless_it_was_measured_otherwise(tmp_path: Path) -> None:
    again = lm_eval_file("owner/model-w4", {"sums": {"acc": 0.2}, "colours": {"acc": 0.77}})
    path = project(tmp_path, {"w4.json": W4, "again.json": again}, [], ["w4.json", "again.json"])
    assert "`again.json` repeats acc of colours of variants.w4.results[0]" in refused(path)
    few_shot = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.77}}, **{"n-shot": {"colours": 5}})
    assert len(built(project(tmp_path, {"again.json": few_shot}, [], ["w4.json", "again.json"])).evidence.imported) == 2


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = project(tmp_path, {"a.json": "{", "b.json": "{}"}, ["a.json"], ["b.json", "c.json"])
    message = refused(path)
    assert [key in message for key in ("base_model.results[0]", "w4.results[0]", "w4.results[1]")] == [True] * 3


def test_a_value_that_is_none_is_told_beside_those_that_are(tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}, "sums": {"acc": float("inf")}})
    listening = Listening()
    place = built(project(tmp_path, {"w4.json": text}, [], ["w4.json"]), listening).place
    assert "w4.json: sums: acc is not a finite number" in listening.said
    assert "sums: acc is not a finite number" in place.readme.read_text(encoding="utf-8")
    json.loads(place.evidence.read_text(encoding="utf-8"), parse_constant=pytest.fail)


def test_each_repository_has_the_copies_of_its_own_files_and_the_base_models(tmp_path: Path) -> None:
    w4 = {"backend": "elsewhere", "approach": "weight-only", "scheme": "W4A16"}
    path = project(
        tmp_path,
        {
            "base.json": BASE,
            "w4.json": lm_eval_file("owner/m-w4", {"colours": {"acc": 0.7}}),
            "w8.json": lm_eval_file("owner/m-w8", {"colours": {"acc": 0.79}}),
        },
        ["base.json"],
        [],
        repo_id="owner/m",
        publish={"repositories": "per-variant"},
        variants={"w4": {**w4, "results": ["w4.json"]}, "w8": {**w4, "scheme": "W8A16", "results": ["w8.json"]}},
    )
    place = built(path).place
    copies = sorted(file.relative_to(place.folder).as_posix() for file in place.folder.rglob("*.json"))
    assert copies == [
        "evidence.json",
        "w4/results/base_model/base.json",
        "w4/results/w4/w4.json",
        "w8/results/base_model/base.json",
        "w8/results/w8/w8.json",
    ]


def test_the_type_that_a_model_ran_in_is_told_beside_the_one_that_it_is_stored_in(tmp_path: Path) -> None:
    """BF16 weights can be measured in float32: a column named after the weights alone would mislead."""
    config = {"model": "hf", "limit": None, "model_dtype": "torch.float32"}
    base = lm_eval_file("org/model", {"colours": {"acc": 0.8}}, config=config)
    place = built(project(tmp_path, {"base.json": base, "w4.json": W4}, ["base.json"], ["w4.json"])).place
    told = [line for line in place.readme.read_text(encoding="utf-8").splitlines() if "revision not stated" in line]
    assert ["computed in float32" in line for line in told] == [True, False]
    assert load_evidence(place.evidence).imported[0].results.computed_in == "float32"
