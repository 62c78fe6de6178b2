"""Golden cards of every family, and of a template of a user's own."""

from __future__ import annotations

from pathlib import Path

import mistune
import pytest
import yaml

from cardgen.card.assemble import CardPlace
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.imported import read_imported, subjects
from cardgen.plan.steps import reported_records
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.inputs import Source
from cardgen.records.results.export import ExportResult
from tests.card import golden
from tests.factory import make_evidence

GOLDEN = Path(__file__).parent.parent / "golden" / "families"
CASES = sorted(path.name for path in GOLDEN.iterdir())
MEASURED = ("measured-and-reported",)
"""Cases whose reported variants are measured all the same."""


def make_case_evidence(case: str, loaded: LoadedManifest) -> Evidence:
    """Evidence of one case, with the base model's card where it takes one over."""
    manifest = loaded.manifest
    if case in MEASURED:
        evidence = make_evidence(manifest.model_copy(update={"reported": ()}))
        evidence = evidence.model_copy(update={"reported": reported_records(manifest)})
    else:
        evidence = make_evidence(manifest)
    imported = read_imported(loaded, subjects(manifest, {}, ()), None, lambda _line: None)
    evidence = evidence.model_copy(update={"imported": imported.records})
    if manifest.task == "fill-mask":
        evidence = _without_labels(evidence)
    if manifest.base_model.card:
        text = (loaded.folder / manifest.base_model.card).read_text(encoding="utf-8")
        source = Source(origin="local", sha256="ef" * 32)
        evidence = evidence.model_copy(update={"inherited": InheritedCard(source=source, text=text)})
    return evidence


def _without_labels(evidence: Evidence) -> Evidence:
    records = [
        record.model_copy(update={"result": record.result.model_copy(update={"labels": ()})})
        if isinstance(record.result, ExportResult)
        else record
        for record in evidence.records
    ]
    return evidence.model_copy(update={"records": tuple(records)})


def files(case: str) -> dict[str, str]:
    loaded = load_manifest(GOLDEN / case / "manifest.yaml")
    return card_files(loaded, make_case_evidence(case, loaded), CardPlace(GOLDEN / case))


def render(case: str) -> str:
    return files(case)["README.md"]


def regen_families() -> None:
    """Write the golden cards of every family anew."""
    for case in CASES:
        golden.write(GOLDEN / case, files(case))


_render = mistune.create_markdown(escape=False, plugins=["table"])


def body_of(case: str) -> str:
    return render(case).split("---\n", 2)[2]


def section(case: str, title: str) -> str:
    """What stands below a heading of level 2, up to the next one."""
    _before, _title, rest = f"\n{body_of(case)}".partition(f"\n## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("case", CASES)
def test_card_is_as_committed(case: str) -> None:
    assert files(case) == golden.committed(GOLDEN / case)


@pytest.mark.parametrize("case", CASES)
def test_card_is_whole(case: str) -> None:
    text = render(case)
    assert text.startswith("---\n")
    head = yaml.safe_load(text.split("---\n", 2)[1])
    assert head["base_model"].startswith("owner/harbour-")
    own, _heading, _inherited = body_of(case).partition("## The base model's card")
    page = _render(own)
    assert isinstance(page, str)
    assert page.count("<h1>") == 1
    assert page.count("<table>") == own.count("\n| :---") > 0
    assert "| :---" not in page, "a table did not close or open"
    assert "<script" not in page
    assert "\n\n\n" not in own
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_an_inherited_card_is_kept_but_for_what_would_mislead() -> None:
    base = (GOLDEN / "export-inherited" / "base.md").read_text(encoding="utf-8")
    _before, _heading, taken = body_of("export-inherited").partition("## The base model's card")
    for kept in (
        base[base.index("<div align") : base.index("# harbour-encoder")],
        "{{ ship }} and {% berth %}",
        "\n---\n\n## Usage",
        '```python\n"at berth two".split()\n```',
        base[base.index("Fine-tuned on GLUE") : base.index("1. North, read")],
        base[base.index("### How it was trained") :].rstrip(),
    ):
        assert kept in taken
    assert "# harbour-encoder\n" not in taken
    assert "cardgen:disclosed" not in taken
    assert 'from_pretrained("owner/harbour-encoder")' not in taken
    assert 'model="owner/harbour-encoder"' not in taken
    assert taken.count('model_id = "owner/harbour-encoder-onnx"') == 1
    assert "`owner/harbour-encoder`](https://huggingface.co/owner/harbour-encoder), not of this export.*" in taken


def test_what_a_base_model_answered_is_kept_without_the_code_that_loads_it() -> None:
    session = ">>> fill(\"The [MASK] is at berth two.\")\n[{'token_str': 'ship', 'score': 0.8125}]"
    assert f"*The base model answered:*\n\n```text\n{session}\n```" in body_of("export-inherited")


def test_what_stands_in_the_place_of_code_stays_in_its_list_or_quote() -> None:
    _before, _heading, taken = body_of("export-inherited").partition("## The base model's card")
    page = _render(taken)
    assert isinstance(page, str)
    listed = page[page.index("<ol>") : page.index("</ol>")]
    assert "Code that loads the base model stood here" in listed
    assert listed.count("<li>") == 3
    quote = page[page.rindex("<blockquote>") : page.rindex("</blockquote>")]
    assert "Code that loads the base model stood here" in quote
    assert "And calm days." in quote


def test_an_inherited_card_comes_last_since_it_may_leave_a_fence_open() -> None:
    assert body_of("export-inherited").endswith("\n```bash\nls archive\n")


def test_results_of_the_base_model_are_not_in_the_metadata() -> None:
    head = yaml.safe_load(render("export-inherited").split("---\n", 2)[1])
    assert "model-index" not in head
    assert (head["license"], head["language"], head["datasets"]) == ("cc-by-4.0", ["en", "no"], ["owner/log-books"])


def test_a_sweep_is_on_one_scale_that_is_told() -> None:
    assert "Metrics are in percent." in section("sweep", "Setting")
    assert "Accuracy is 33.0 in one run, against 94.0 in the best" in section("sweep", "What does not add up")
    assert "0.940" not in body_of("sweep")


def test_entries_of_one_run_are_one_run() -> None:
    setting = section("sweep", "Setting")
    assert setting.strip().startswith("3 runs of ")
    assert "- `opset`: `17` (where it applies: 2 of 3 runs)" in setting
    assert section("sweep", "Scores").count("\n| `") == 4
    assert section("sweep", "Times").count("### Batch size") == 2


def test_a_model_card_says_what_is_not_known_in_plain_words() -> None:
    case = "sparse-model-card"
    assert (
        section(case, "Factors").strip() == "Nothing is known of groups, instrumentation, environment and card prompts."
    )
    assert "Not known: primary intended users and out-of-scope uses." in section(case, "Intended use")
    assert "| Model performance measures | Accuracy |" in section(case, "Metrics")
    assert "owner/log-books" in section(case, "Evaluation data")
    assert "| - |" not in body_of(case)


def test_measured_and_reported_figures_are_told_apart() -> None:
    case = "measured-and-reported"
    results = section(case, "Results")
    assert results.count("| measured |") == 4
    assert results.count("| [The harbour office](https://example.org/card) |") == 2
    assert "outside the 95 % interval of what cardgen measured" in section(case, "What does not add up")
    head = yaml.safe_load(render(case).split("---\n", 2)[1])
    values = [metric["value"] for result in head["model-index"][0]["results"] for metric in result["metrics"]]
    assert values == [94.01, 94.01]
