"""How the preview shows models that somebody else made."""

from __future__ import annotations

from pathlib import Path

from cardgen.manifest.load import load_manifest
from cardgen.review.preview.site import card_page, index_page
from cardgen.review.preview.view import card_view
from tests.adopted import built, copied, gguf_set, project
from tests.hub_server.fixtures import hub
from tests.hub_server.server import HubServer

__all__ = ["hub"]  # a fixture


def test_files_and_figures_are_those_that_were_read(tmp_path: Path) -> None:
    loaded, evidence, _card = built(gguf_set(tmp_path))
    view = card_view(loaded)
    assert not view.notices
    assert view.unknown_files == ()
    files = {file.path: (file.size_bytes, file.variant) for file in view.files}
    size = next(record.size_bytes for record in evidence.inspected if record.variant == "q4")
    assert files["Q4_K_M.gguf"] == (size, "q4")
    assert [(each.name, each.kind, each.origin, each.size) for each in view.figures] == [
        ("q4", "Q4_K_M", "inspected", "0.26 MB"),
        ("q2", "Q2_K", "inspected", "0.17 MB"),
    ]
    assert (view.figures[0].fp32_modules, view.figures[0].modules) == (0, 8)
    assert "read from files" in index_page([view])
    assert "Q4_K_M, read from its files" in card_page(view)


def test_what_a_model_is_held_against_is_called_by_its_type(tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    entry = "{variant: q4, metric: accuracy, value: 0.7, baseline: 0.8, scale: fraction, source: {name: Somebody}}"
    manifest.write_text(f"{manifest.read_text()}reported: [{entry}]\n")
    view = card_view(built(manifest)[0])
    pages = index_page([view]), card_page(view)
    assert all("BF16 0.8" in page for page in pages)
    assert not any("FP32" in page for page in pages)


def test_a_file_that_changed_needs_a_look(tmp_path: Path) -> None:
    loaded, _evidence, _card = built(copied(tmp_path, "ct-w8a8"))
    (tmp_path / "models" / "ct-w8a8" / "config.json").write_text("{}")
    assert [notice.message for notice in card_view(loaded).notices][:1] == [
        "models/ct-w8a8/config.json has changed since it was read"
    ]


def test_files_of_another_repository_are_not_shown_here(hub: HubServer, tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    content = (tmp_path / "models" / "Q2_K.gguf").read_bytes()
    hub.add("acme/gull-gguf", {"Q2_K.gguf": content})
    built(project(tmp_path, {"q2": {"id": "acme/gull-gguf"}}))
    view = card_view(load_manifest(manifest))
    assert {file.path for file in view.files} == {"gull.yaml", "README.md", "evidence.json"}
    assert view.unknown_files == ()


def test_sizes_stand_beside_those_of_the_baselines_own_type(tmp_path: Path) -> None:
    copied(tmp_path, "ct-w8a8", "llama-bf16")
    loaded, _evidence, _card = built(
        project(tmp_path, {"w8": {"path": "models/ct-w8a8"}}, base={"path": "models/llama-bf16"})
    )
    view = card_view(loaded)
    assert (view.figures[0].against, view.figures[0].baseline_size) == ("BF16", "0.11 MB")
    for page in (card_page(view), index_page([view])):
        assert "FP32" not in page
    assert "BF16 0.11 MB" in card_page(view)
