from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.backends.artifact import clean_configs, copy_pooling, read_base_id, weight_bytes
from cardgen.errors import StepError


def write(folder: Path, name: str, **content: object) -> Path:
    file = folder / name
    file.write_text(json.dumps(content))
    return file


def test_only_weights_are_counted(tmp_path: Path) -> None:
    for name, size in {"model.onnx": 5, "model.onnx_data": 7, "config.json": 100, "tokenizer.json": 50}.items():
        (tmp_path / name).write_bytes(b"x" * size)
    assert weight_bytes(tmp_path) == 12


@pytest.mark.parametrize("base_id", ["owner/model", None])
def test_local_paths_give_way_to_the_base_id(tmp_path: Path, base_id: str | None) -> None:
    place = tmp_path / "models" / "mine"
    config = write(tmp_path, "config.json", _name_or_path=str(place), hidden_size=8)
    tokenizer = write(tmp_path, "tokenizer_config.json", name_or_path=str(place), vocab_file=f"{place}/v.txt", lower=1)
    clean_configs(tmp_path, base_id=base_id, places=(place,))
    assert json.loads(config.read_text()) == {"hidden_size": 8} | ({"_name_or_path": base_id} if base_id else {})
    assert json.loads(tokenizer.read_text()) == {"lower": 1}
    assert read_base_id(tmp_path) == base_id


def test_a_path_in_another_place_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "config.json", teacher={"from": [str(tmp_path / "teacher")]})
    with pytest.raises(StepError, match=r"`teacher` in the artifact's config\.json"):
        clean_configs(tmp_path, base_id=None, places=(tmp_path,))


def test_a_vocabulary_may_hold_what_looks_like_a_path(tmp_path: Path) -> None:
    file = write(tmp_path, "tokenizer.json", vocab={str(tmp_path): 7})
    before = file.read_bytes()
    clean_configs(tmp_path, base_id=None, places=(tmp_path,))
    assert file.read_bytes() == before


def test_how_embeddings_are_made_goes_along(tmp_path: Path) -> None:
    source, output = tmp_path / "source", tmp_path / "output"
    for folder in (source / "1_Pooling", source / "2_Dense", output):
        folder.mkdir(parents=True)
    kept = ["1_Pooling/config.json", "config_sentence_transformers.json", "modules.json", "sentence_bert_config.json"]
    for name in [*kept, "config.json", "2_Dense/config.json"]:
        (source / name).write_text(json.dumps({"name": name}))
    copy_pooling(source, output)
    found = {str(file.relative_to(output)): json.loads(file.read_text()) for file in output.rglob("*.json")}
    assert found == {name: {"name": name} for name in kept}


def test_a_model_of_transformers_alone_has_nothing_to_go_along(tmp_path: Path) -> None:
    source, output = tmp_path / "source", tmp_path / "output"
    source.mkdir()
    write(source, "config.json")
    copy_pooling(source, output)
    assert not output.exists()
