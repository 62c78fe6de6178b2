"""llm-compressor's recipe, as its 0.14 writes it: with tags of Python's objects, of which none is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.recipe import modifiers_of

MODELS = Path(__file__).parent / "models"


def copied(folder: Path, recipe: str | None = None) -> FolderFiles:
    for file in (MODELS / "ct-w4a16-g32").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    if recipe is not None:
        (folder / "recipe.yaml").write_text(recipe, encoding="utf-8")
    return FolderFiles(folder, "mine")


@pytest.mark.parametrize("name", sorted(path.parent.name for path in MODELS.glob("*/recipe.yaml")))
def test_every_recipe_is_read_and_no_files_contradict_it(name: str) -> None:
    files = FolderFiles(MODELS / name, name)
    ((modifier, settings),) = modifiers_of(files)
    assert modifier == "QuantizationModifier"
    assert settings["ignore"] == ["lm_head"]
    assert inspect(files, hashes=False).findings == ()


def test_what_it_ignores_and_the_tensors_hold_quantized_is_told(tmp_path: Path) -> None:
    recipe = (MODELS / "ct-w4a16-g32" / "recipe.yaml").read_text(encoding="utf-8")
    other = recipe.replace("ignore: [lm_head]", "ignore: [lm_head, model.layers.0.mlp.down_proj, 're:.*gate']")
    (told,) = inspect(copied(tmp_path, other), hashes=False).findings
    assert told == "recipe.yaml ignores model.layers.0.mlp.down_proj, and the tensors are quantized"


def test_what_one_modifier_quantizes_another_may_ignore(tmp_path: Path) -> None:
    one = "QuantizationModifier: {ignore: [lm_head, model.layers.0.mlp.down_proj], scheme: W4A16}"
    files = copied(tmp_path, f"stage:\n  modifiers:\n    {one}\n    GPTQModifier: {{ignore: [lm_head]}}\n")
    assert [name for name, _settings in modifiers_of(files)] == ["QuantizationModifier", "GPTQModifier"]
    assert inspect(files, hashes=False).findings == ()


def test_its_modifier_of_another_tool_names_that_too(tmp_path: Path) -> None:
    found = inspect(
        copied(tmp_path, "stage:\n  modifiers:\n    AutoRoundModifier: {ignore: [lm_head]}\n"), hashes=False
    )
    assert [one.name for one in found.makers][1:3] == ["llm-compressor", "auto-round"]


@pytest.mark.parametrize("recipe", ["", "[]", "a: [", "stage: 4", "? [1]\n: 2\n", "stage: {modifiers: {A: 1}}", "\x00"])
def test_a_recipe_of_another_shape_is_no_fault(recipe: str, tmp_path: Path) -> None:
    files = copied(tmp_path, recipe)
    assert all(settings == {} for _name, settings in modifiers_of(files))
    assert inspect(files, hashes=False).findings == ()
