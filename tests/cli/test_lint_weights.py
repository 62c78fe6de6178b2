from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.cli import main

INSPECT = Path(__file__).parents[1] / "weights" / "inspect"
HEAD = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/tiny-base\n---\n# gull\n\n"


@pytest.mark.parametrize(
    ("folder", "text", "says"),
    [
        ("gguf/models", "Three files: 3.31, 4.55 and 5.15 bits.\n\nThe smallest has 3.31 bits per weight.\n", ""),
        ("gguf/models", "The smallest has 2.31 bits per weight.\n", "none of the 3 models there fits"),
        ("onnx/models", "It has 2.31 bits per weight.\n", "none of the 8 models there fits"),
        ("openvino/models", "It has 2.31 bits per weight.\n", "none of the 4 models there fits"),
    ],
)
def test_a_folder_with_several_models_is_held_against_as_a_whole(
    folder: str, text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "README.md"
    card.write_text(HEAD + text, encoding="utf-8")
    code = main(["lint", str(card), "--weights", str(INSPECT / folder)])
    told = [line for line in capsys.readouterr().out.splitlines() if "[weights-" in line]
    assert (code, bool(told)) == ((1, True) if says else (code, False))
    assert says in "\n".join(told)
