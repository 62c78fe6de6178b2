"""Files that are cut, of another kind, or hold what is no value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import ResultsError
from cardgen.records.results_file import ResultsFile
from cardgen.results.document import Document
from cardgen.results.entry import read_results, results_of

FILES = Path(__file__).parent / "files"


def told(content: bytes | str | object, name: str = "results.json") -> ResultsFile:
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    return results_of(Document("mine", name, content.encode() if isinstance(content, str) else content))


def lm_eval(**metrics: Any) -> dict[str, Any]:
    return {"results": {"t": metrics}, "n-shot": {"t": 0}, "lm_eval_version": "0.4.13", "model_name": "org/m"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine: is no results file that cardgen knows"),
        (b"\xff\xfe\x00\xd8", "mine: is no text"),
        ("[]", "is no results file that cardgen knows"),
        ("{}", "is no results file that cardgen knows"),
        ('{"results": 1}', "is no results file that cardgen knows"),
        ('{"a": 1} {"a": 2}', "mine:1:10: holds several JSON values, as files of samples do"),
        ('{"a": 1, "a": 2}', "mine: a: a name stands twice in one object"),
        ('{"a": [1, }]}', "mine:1:11: is no JSON"),
        ('{"results": {"t": {"acc,no', "mine:1:20: is cut: it ends before its JSON does"),
        ('{"results": {"t": {"acc,none": 1.', "is cut: it ends before its JSON does"),
        ('{"results": {"t": {}', "is cut: it ends before its JSON does"),
        ("{" + '"a": {' * 200_000, "mine: is JSON that no evaluation tool writes"),
        ('{"n-shot": ' + "1" * 5000 + "}", "mine: is JSON that no evaluation tool writes"),
        ("epoch,steps,a,b\n1,2,0.5,0.", "mine:2: is cut: its last row does not end"),
        ("epoch,steps,a,b\n1,2,0.5\n", "is cut: its last row does not end"),
        ("epoch,steps,a,a\n1,2,0.5,1\n", "mine:1: has two columns of one name"),
    ],
)
def test_what_is_no_whole_file_is_refused_with_its_place(content: bytes | str, message: str) -> None:
    with pytest.raises(ResultsError) as raised:
        told(content)
    assert message in str(raised.value)


def test_every_cut_of_a_whole_file_is_refused_or_told() -> None:
    """Whatever is left of a file, no figure is told that the whole one does not have."""
    for path in sorted(FILES.iterdir()):
        content = path.read_bytes()
        if path.suffix in (".eval", ".md") or path.name.endswith("-config.json"):
            continue
        whole = results_of(Document("mine", path.name, content))
        for end in range(0, len(content) - 1, max(1, len(content) // 97)):
            try:
                cut = results_of(Document("mine", path.name, content[:end]))
            except ResultsError:
                continue
            values = {(figure.metric, figure.task, figure.value, figure.standard_error) for figure in whole.figures}
            values |= {(metric, task, value, None) for metric, task, value, _ in values}
            assert path.suffix in (".txt", ".csv"), path.name
            if path.suffix == ".txt":
                assert cut.findings or cut.figures == whole.figures
                assert {(f.metric, f.task, f.value, f.standard_error) for f in cut.figures} <= values, (path.name, end)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_told_and_no_figure(value: float) -> None:
    found = told(lm_eval(**{"acc,none": value, "acc_norm,none": 0.5}))
    assert [figure.metric for figure in found.figures] == ["acc_norm"]
    assert found.findings == ("t: acc is not a finite number",)
    found = told({"_evaluate_version": "0.4.6", "accuracy": value})
    assert (found.figures, found.findings) == ((), ("accuracy is not a finite number",))
    found = told({"eval_runtime": 1.0, "eval_loss": value, "epoch": 1.0})
    assert found.findings == ("eval: loss is not a finite number",)
    found = told(f"epoch,steps,cosine_pearson\n-1,-1,{value}\n", "similarity_evaluation_x_results.csv")
    assert found.findings == ("pearson_cosine is not a finite number",)
    found = told(f"Final estimate: PPL = {value} +/- {value}\n")
    assert (found.figures, found.findings) == ((), ("PPL is not a finite number",))


@pytest.mark.parametrize("value", ["0.5", None, True, [0.5], {"score": 0.5}, 10**400])
def test_what_is_no_number_is_told_and_no_figure(value: object) -> None:
    found = told(lm_eval(**{"acc,none": value}))
    assert found.figures == ()
    assert len(found.findings) == 1
    assert found.findings[0].startswith("t: acc is ")


def test_a_task_without_a_metric_is_told() -> None:
    assert told(lm_eval(alias="t", sample_len=12)).findings == ("t: no metric has a value",)
    lighteval = {"config_general": {"model_name": "org/m"}, "results": {"t|0": {}}}
    assert told(lighteval).findings == ("t: no metric has a value",)
    assert told({"_evaluate_version": "0.4.6"}).findings == ("the file holds no value of a metric",)
    assert told({"train_runtime": 1.0, "train_loss": 0.5}).findings == (
        "the file tells of training alone: it holds no evaluation",
    )
    assert told("epoch,steps,cosine_pearson\n").findings == ("the file has a header and no evaluation",)
    assert told("perplexity: calculating perplexity over 3 chunks, n_ctx=512\n[1]5.1,[2]5.3,").findings == (
        "the output ends before its result: it is cut, or the run was stopped",
    )


@pytest.mark.parametrize("value", [-0.1, "N/A", None, float("nan")])
def test_a_standard_error_that_is_none_is_not_stated(value: object) -> None:
    (figure,) = told(lm_eval(**{"acc,none": 0.5, "acc_stderr,none": value})).figures
    assert figure.standard_error is None


@pytest.mark.parametrize(
    "model", ["/home/ann/m", "./m", "../m", "~/m", "C:\\Users\\ann\\m", "a/b/c", "file:///m", "m//n"]
)
def test_a_model_that_is_a_place_of_a_machine_is_not_told(model: str) -> None:
    for content in (
        {**lm_eval(**{"acc,none": 0.5}), "model_name": model},
        {"_evaluate_version": "0.4.6", "accuracy": 0.5, "model": model},
        {"config_general": {"model_name": model, "model_sha": "0" * 40}, "results": {"t|0": {"em": 0.5}}},
    ):
        found = told(content)
        assert (found.model, found.revision) == (None, None)
        assert found.findings == ("the model is named by a path of the machine that measured, which is not told",)
        assert model not in found.model_dump_json()


def test_encodings_of_a_shell_of_windows_are_read() -> None:
    content = (FILES / "llama_cpp-kl-divergence.txt").read_text(encoding="utf-8")
    expected = told(content).figures
    for encoding in ("utf-16", "utf-8-sig"):
        assert told(content.replace("\n", "\r\n").encode(encoding)).figures == expected


def test_several_runs_in_one_file_give_no_figure() -> None:
    run = "Final estimate: PPL = 6.2345 +/- 0.03456\n"
    found = told(run + run)
    assert (found.figures, found.findings) == (
        (),
        ("the file holds several runs, of which nobody knows which is meant",),
    )


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "pointer").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    for name, message in (
        ("absent", "cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        ("empty", "is empty"),
        ("pointer", "git lfs pull"),
    ):
        with pytest.raises(ResultsError, match=message):
            read_results(tmp_path / name)
