from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo_review.__main__ import main


def test_it_shows_what_was_tuned_the_licence_and_the_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(tmp_path / "demo")
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "demo" / "comment.md").read_text(encoding="utf-8")
    for text in (
        "two modules of pytorch newly FP32: distilbert.transformer.layer.1.ffn.lin2, pre_classifier",
        "the licence is mit, not apache-2.0",
        "caveats has other words",
        "1 card checked: it says what its evidence says.",
    ):
        assert text in printed
    assert "variants.onnx" not in printed
    pages = tmp_path / "demo" / "pages"
    beside = pages / "cards" / "unicode-names" / "changes.html"
    for page in (pages / "changes.html", pages / "index.html", beside):
        assert "</html>" in page.read_text(encoding="utf-8")


def test_it_can_be_made_again(tmp_path: Path) -> None:
    main(tmp_path / "demo")
    main(tmp_path / "demo")
