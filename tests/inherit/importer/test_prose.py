from __future__ import annotations

import pytest

from cardgen.inherit.importer.loading_code import only_loads
from cardgen.inherit.importer.make import Imported, Overrides, import_card
from tests.inherit.importer.test_make import told_of

GIVEN = Overrides("acme/gull-int8", "acme/gull", "text-classification", "static")
FIGURES = "| | INT8 | FP32 |\n|---|---|---|\n| Accuracy (eval-f1) | 0.91 | 0.92 |\n"


def imported(body: str, approach: str = "static") -> Imported:
    given = Overrides(GIVEN.repo_id, GIVEN.base_model, GIVEN.task, "dynamic" if approach == "dynamic" else "static")
    return import_card(f"# INT8 gull\n\nOf PyTorch.\n\n{body}\n", "card", "card", given)


def kept(made: Imported) -> str:
    return "\n".join(made.prose.values())


@pytest.mark.parametrize(
    "row",
    [
        "| Accuracy | [0.91](https://example.org/run) | 0.92 |",
        "| Accuracy (best of all) | 0.91 | 0.92 |",
        "| Accuracy | 0.91 (do not trust) | 0.92 |",
        "| Accuracy ![star](star.png) | 0.91 | 0.92 |",
        "| Accuracy<br><a href='x.html'>test</a> | 0.91 | 0.92 |",
        "| Accuracy | 0.91 | 0.92 |\n| Mood | good | fair |",
    ],
)
def test_a_table_that_says_more_than_the_manifest_is_kept(row: str) -> None:
    table = f"| | INT8 | FP32 |\n|---|---|---|\n{row}\n"
    assert table in kept(imported(table))


@pytest.mark.parametrize("table", [FIGURES, FIGURES.replace("| |", "| Metric |"), FIGURES.replace("0.91", "**0.91**")])
def test_a_table_that_the_manifest_says_whole_is_not(table: str) -> None:
    assert "0.91" not in kept(imported(f"## Results\n\n{table}"))


def test_tables_of_files_with_links_and_advice_stay() -> None:
    head = "| File | Type | Size | Remark |\n|---|---|---|---|\n"
    files = (
        f"## Files\n\n{head}| [a.bin](https://example.org/a) | int8 | 2.3 GB | good |\n\n"
        f"These are for show, and I advise against them:\n\n{head}"
        "| [b.bin](https://example.org/b) | int8 | 2.5 GB | poor |\n"
    )
    made = imported(files)
    assert files.partition("\n\n")[2] in kept(made)
    assert not [text for text in told_of(made, "left out") if "announces" in text or "Files" in text]


@pytest.mark.parametrize(
    ("words", "stay"),
    [
        ("The results of the quantized model:", False),
        ("Results on the test set:", False),
        ("These are old, see the paper:", True),
        ("Results, [by Ann](https://example.org/ann):", True),
    ],
)
def test_what_announces_a_table_stays_where_it_says_more(words: str, stay: bool) -> None:
    assert (words in kept(imported(f"{words}\n\n{FIGURES}"))) == stay


@pytest.mark.parametrize(
    ("sentence", "stay"),
    [
        ("The calibration dataloader is the train dataloader.", False),
        ("The calibration dataloader isn't the train dataloader.", True),
        ("It was calibrated on 100 samples of the train split.", False),
        ("It was calibrated on 100 samples of the train split, chosen by hand.", True),
        ("It was calibrated on 100 samples of the train split ([how](https://example.org/how)).", True),
        ("It was quantized from [acme/gull](https://huggingface.co/acme/gull).", False),
        ("It was quantized from [acme/gull](https://example.org/gull).", True),
        ("It was quantized from the famous [acme/gull](https://huggingface.co/acme/gull).", True),
        ("The module **a.b.lin2** falls back to FP32 to meet the 1% relative accuracy loss.", False),
        ("The module **a.b.lin2** falls back to FP32 to meet the 1% relative accuracy loss, alas.", True),
    ],
)
def test_a_sentence_goes_only_where_the_manifest_says_all_of_it(sentence: str, stay: bool) -> None:
    made = imported(f"Small. {sentence} Fast.")
    assert (sentence in kept(made)) == stay
    told = [text for text in told_of(made, "left out") if text.startswith("“")]
    shown = sentence if len(sentence) <= 80 else f"{sentence[:77]}…"
    assert told == ([] if stay else [f"“{shown}”, which the manifest says"])


def test_a_sentence_in_bold_ends_there() -> None:
    unofficial = "**Unofficial; Acme has no part in it.**"
    made = imported(f"{unofficial} It was quantized from [acme/gull](https://huggingface.co/acme/gull).")
    assert unofficial in kept(made)
    assert "It was quantized" not in kept(made)


def test_calibration_of_a_dynamic_variant_is_kept() -> None:
    sentence = "The calibration dataloader is the train dataloader."
    made = imported(f"### Post-training dynamic quantization\n\n{sentence}", "dynamic")
    assert "calibration" not in made.text
    assert sentence in kept(made)


def test_of_two_calibrations_the_second_is_kept() -> None:
    made = imported(
        "It was calibrated on 100 samples.\n\n## Again\n\nIt was calibrated on 100 samples of the test split."
    )
    assert "It was calibrated on 100 samples of the test split." in kept(made)


def test_a_second_citation_in_the_same_block_is_kept() -> None:
    one = "@misc{gull,\n  title = {Gulls},\n}\n"
    assert "@misc" not in kept(imported(f"## Citation\n\n```bibtex\n{one}```\n"))
    two = one + "@misc{tern,\n  title = {Terns},\n}\n"
    assert two in kept(imported(f"## Citation\n\n```bibtex\n{two}```\n"))


@pytest.mark.parametrize(
    ("code", "loads"),
    [
        ("from x import M\nm = M.from_pretrained('a/b')", True),
        ("from x import M\nname = 'a/b'\nm = M.from_pretrained(name)", True),
        ("from x import M\nm = M.from_pretrained('a/b', file_name='small.onnx')", False),
        ("from x import M\nm = M.from_pretrained('a/b', 'main')", False),
        ("from x import M\nm = M.from_pretrained('a/b')  # needs 4 GB", False),
        ("m = M.from_pretrained('a/b'", False),
    ],
)
def test_code_that_says_more_than_how_to_load_is_no_mere_loading(code: str, loads: bool) -> None:
    assert only_loads(code) == loads


def test_a_first_heading_that_is_not_the_title_stays() -> None:
    made = import_card("<h1>gull</h1>\n\n## Results\n\nGood ones.\n", "card", "card", GIVEN)
    assert "### Results\n\nGood ones." in kept(made)


def test_a_table_of_rouge_is_said_whole() -> None:
    head = "| | ROUGE-1 | ROUGE-2 | F1 |\n|---|---|---|---|\n"
    table = f"{head}| FP32 | 44.16 | 21.28 | 40.9 |\n| INT8 | 43.7 | 20.9 | 40.5 |\n"
    assert "44.16" not in kept(imported(f"## Results\n\n{table}"))


def test_what_shows_nothing_is_no_text() -> None:
    made = import_card("\ufeff# INT8 gull\n\n\ufeff\n\n\0\n", "card", "card", GIVEN)
    assert made.prose == {}
