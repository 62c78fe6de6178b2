"""Results files of any content, as readers could give them."""

from __future__ import annotations

from hypothesis import strategies as st

from cardgen.records.results_file import Data, Figure, ResultsFile, Setting

NAMES = st.sampled_from(
    ["acc", "acc_norm", "PPL", "Mean KLD", "exact | match", "<b>f1</b>", "loss", "prefill.latency.mean"]
)
TASKS = st.sampled_from(["t", "mmlu", "stem", "a|b", "colours `x`"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ERRORS = st.floats(min_value=0, allow_nan=False, allow_infinity=False)


def figures() -> st.SearchStrategy[Figure]:
    """Any figure: of few tasks and metrics, so that two files hold some in common."""
    return st.builds(
        Figure,
        metric=NAMES,
        variant=st.none() | st.sampled_from(["strict", "none of it"]),
        value=FINITE | st.floats(0, 1),
        unit=st.sampled_from([None, None, "s", "%", "tokens/s"]),
        higher_is_better=st.sampled_from([True, False, None]),
        standard_error=st.none() | ERRORS,
        low=st.none() | FINITE,
        high=st.none() | FINITE,
        samples=st.none() | st.integers(0, 10**6),
        task=st.none() | TASKS,
        task_version=st.sampled_from([None, "1", "2"]),
        data=st.none() | st.builds(Data, id=st.just("org/data"), split=st.sampled_from([None, "test"])),
        group=st.booleans(),
        part_of=st.none() | TASKS,
        few_shot=st.sampled_from([None, 0, 5]),
        chat_template=st.sampled_from([None, True, False]),
        limit=st.sampled_from([None, "all", 5, 0.5]),
        settings=st.lists(
            st.builds(Setting, name=st.sampled_from(["seed", "device"]), value=st.sampled_from(["1", "cpu"])),
            max_size=2,
            unique_by=lambda setting: setting.name,
        ).map(tuple),
    )


def results_files() -> st.SearchStrategy[ResultsFile]:
    """Any results file that holds a figure."""
    return st.builds(
        ResultsFile,
        tool=st.sampled_from(["lm-eval", "llama.cpp", "optimum-benchmark", "transformers"]),
        tool_version=st.sampled_from([None, "0.4.13", "0.4.9"]),
        model=st.sampled_from([None, "org/gull", "else/gull-gguf", "me/gull-set", "else/other", "a"]),
        revision=st.sampled_from([None, "main", "a" * 40]),
        sha256=st.sampled_from(["0" * 64, "1" * 64, "2" * 64]),
        figures=st.lists(figures(), min_size=1, max_size=8).map(tuple),
        findings=st.lists(st.sampled_from(["acc is not a finite number", "a | <b>"]), max_size=2).map(tuple),
    )
