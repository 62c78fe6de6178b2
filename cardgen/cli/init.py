"""``cardgen init``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardgen.cli.options import PATH

if TYPE_CHECKING:
    from cardgen.inherit.skeleton import BaseModel


@click.command("init")
@click.argument("model")
@click.option("-o", "--output", type=PATH, metavar="FILE", help="Write FILE instead of manifests/NAME.yaml.")
@click.option("--task", metavar="TAG", help="Pipeline tag, where the model does not tell what it is for.")
def command(model: str, output: Path | None, task: str | None) -> None:
    """Write a manifest to start from, for MODEL: a local folder, or an id on the Hub.

    What the model's config.json and card tell is filled in. What only you can know stands empty, and `cardgen check`
    says what belongs there. A file that is there already is never overwritten.
    """
    from cardgen.cli.boundary import say
    from cardgen.cli.new_files import refuse_existing, write_new, write_schema
    from cardgen.errors import shown
    from cardgen.inherit.default_name import default_name
    from cardgen.inherit.skeleton import make_skeleton

    folder = Path(model)
    local = folder.is_dir()
    if not local:
        _check_name(model)
    name = Path(os.path.abspath(folder)).name if local else model.rpartition("/")[2]  # noqa: PTH100 - a link keeps its name
    path = output or Path("manifests") / f"{default_name(name)}.yaml"
    refuse_existing(path)
    base = _local(model, name, folder, path) if local else _from_hub(model, name)
    skeleton = make_skeleton(base, task)
    write_new({path: skeleton.text})
    write_schema(path.parent)
    what = "INT8 variants" if skeleton.quantizes else "an FP32 export"
    say(f"a manifest for {what} ({skeleton.task}); fill in what stands empty, then: cardgen plan {shown(path)}")
    click.echo(shown(path))


def _check_name(model: str) -> None:
    """Refuse what is neither a folder nor a Hub id."""
    from cardgen.catalog.hub_names import id_fault
    from cardgen.catalog.suggest import nearest
    from cardgen.errors import UsageError
    from cardgen.inherit.skeleton_config import ADOPT

    path = Path(model)
    if path.is_file():
        raise UsageError(
            f"{model} is a file", remedy=f"Name the folder that save_pretrained() wrote, or a Hub id. {ADOPT}"
        )
    if fault := id_fault(model):
        if "://" not in model and ("/" in model or "\\" in model or model.startswith((".", "~"))):
            meant = nearest(path.name, _siblings(path))
            remedy = f"Did you mean {path.parent / meant}?" if meant else "Name a folder that is there, or a Hub id."
            raise UsageError(f"the folder {model} does not exist", remedy=remedy)
        raise UsageError(f"`{model}` {fault[0]}", remedy=f"{fault[1][0].upper()}{fault[1][1:]}.")


def _local(model: str, name: str, folder: Path, manifest: Path) -> BaseModel:
    from cardgen.errors import UsageError
    from cardgen.inherit.skeleton import BaseModel
    from cardgen.inherit.skeleton_config import ADOPT
    from cardgen.reading import CARD_BYTES, CONFIG_BYTES, is_text, read_text
    from cardgen.weights.files import names_in, not_a_model
    from cardgen.weights.look import look_at_files

    config = folder / "config.json"
    try:
        fault = not_a_model(names_in(folder), f"the folder {model}")
        for each in [fault] if fault else look_at_files(folder):
            raise UsageError(each.message, remedy=f"{each.remedy}. {ADOPT}" if each is fault else each.remedy)
        text = read_text(config, CONFIG_BYTES, encoding="utf-8-sig")
        readme = folder / "README.md"
        found = readme.is_file()
        card = read_text(readme, CARD_BYTES, encoding="utf-8-sig", errors="replace") if found else None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"a file of {model} cannot be read: {error}", remedy="Look at its permissions.") from error
    try:
        relative = Path(os.path.relpath(folder, manifest.parent)).as_posix()
    except ValueError as error:  # on Windows, another drive
        message = f"{model} is on another drive than the manifest, and a manifest's paths are relative"
        raise UsageError(message, remedy="Write the manifest beside it: -o.") from error
    if not is_text(relative):
        message = f"the path of {model}, {relative}, is not UTF-8, as a manifest is"
        raise UsageError(message, remedy="Rename it, or write the manifest at another place: -o.")
    return BaseModel(shown=model, name=name, id=None, commit=None, path=relative, config=text, card=card)


def _from_hub(model: str, name: str) -> BaseModel:
    from cardgen.errors import ResolveError
    from cardgen.inherit.skeleton import BaseModel
    from cardgen.run.hub_texts import model_texts

    try:
        commit, texts = model_texts(model)
    except ResolveError as error:
        raise type(error)(error.message, remedy=error.remedy + _no_folder_either(model)) from error
    card = texts.get("README.md")
    return BaseModel(shown=model, name=name, id=model, commit=commit, path=None, config=texts["config.json"], card=card)


def _no_folder_either(model: str) -> str:
    """What to add for a name that may have been meant as a folder's."""
    from cardgen.catalog.suggest import nearest

    path = Path(model)
    meant = nearest(path.name, _siblings(path))
    return f"; nor is there a folder {model}: did you mean {path.parent / meant}?" if meant else ""


def _siblings(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir() if other.is_dir()) if path.parent.is_dir() else []
