from __future__ import annotations

import pytest

from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.compare import in_order
from cardgen.review.diff.rules import change
from cardgen.review.diff.words import brief, counts, headline, sentence, subject, values

WORSE = change(
    "score-worse", "variants.onnx.f1-macro", variant="onnx", metric="f1", args=(("average", "macro"),),
    old=0.9108, new=0.9021, change=-0.0087, relative=-0.00955,
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (WORSE, "F1 (macro) of onnx fell from 0.9108 to 0.9021 (−0.0087, −0.95 %), beyond noise"),
        (
            change(
                "score-worse", "variants.onnx.wer",
                variant="onnx", metric="wer", args=(), old=0.1, new=0.2, change=0.1, relative=1.0,
            ),
            "word error rate of onnx rose from 0.1000 to 0.2000 (+0.1000, +100.00 %), beyond noise",
        ),
        (
            change(
                "score-better-within-noise", "variants.onnx.accuracy",
                variant="onnx", metric="accuracy", args=(), old=0.0, new=0.00002, change=0.00002, relative=None,
            ),
            "accuracy of onnx rose from 0.00000 to 0.00002 (+0.00002), within noise",
        ),
        (
            change("modules-to-fp32", "variants.onnx.modules", variant="onnx", modules=("lm_head", "fc1")),
            "two modules of onnx newly FP32: lm_head, fc1",
        ),
        (
            change("modules-to-int8", "variants.onnx.modules", variant="onnx", modules=tuple(map(str, range(40)))),
            "40 modules of onnx newly INT8: 0, 1, 2, 3, 4, 5 and 34 more",
        ),
        (
            change("size-grew", "variants.onnx.size", variant="onnx", old=74_660_000, new=80_000_000, relative=0.0715),
            "onnx grew from 74.7 MB to 80.0 MB (+7.15 %)",
        ),
        (
            change("size-grew-slightly", "variants.onnx.size", variant="onnx", old=74_660_000, new=74_660_012),
            "onnx grew by 12 bytes to 74660012 bytes",
        ),
        (
            change("base-revision-changed", "base_model.revision", old="0" * 40, new="main"),
            "the base model is at main, not 000000000000",
        ),
        (
            change(
                "tolerance-broken", "variants.onnx.accuracy", variant="onnx", metric="accuracy", args=(),
                old=0.002, new=0.021, old_allowed=0.01, new_allowed=0.01, old_absolute=False, new_absolute=False,
            ),
            "accuracy of onnx loses 2.10 % against FP32, more than the 1.00 % allowed",
        ),
        (
            change("prose-changed", "prose.caveats", section="caveats", old="Read it with care.", new="Read it twice."),
            "caveats has other words: −“with care.” +“twice.”",
        ),
        (
            change("variant-gone", "variants.onnx", variant="onnx", backend=None, approach=None),
            "variant onnx is gone (reported)",
        ),
        (
            change("option-changed", "variants.onnx.options.opset", variant="onnx", option="opset", old=None, new=17),
            "opset of onnx: 17, and was none",
        ),
    ],
    ids=lambda value: value.rule if isinstance(value, Change) else "",
)  # fmt: skip
def test_a_change_in_a_sentence(told: Change, expected: str) -> None:
    assert sentence(told) == expected


def test_what_the_store_adds_stands_in_the_sentence_and_not_in_the_fingerprint() -> None:
    beside = {"paired_low": -0.012, "paired": -0.0087, "paired_high": -0.005, "risen": 2, "fallen": 10, "right": True}
    told = Change(WORSE.rule, WORSE.place, WORSE.severity, WORSE.arguments, beside)
    assert sentence(told) == (
        "F1 (macro) of onnx fell from 0.9108 to 0.9021 (−0.0087, −0.95 %), beyond noise; "
        "sample by sample −0.0120 to −0.0050, 2 samples newly right, 10 newly wrong"
    )
    assert told.fingerprint == WORSE.fingerprint


def test_a_headline_names_the_worst_and_counts_the_rest() -> None:
    changes = in_order(
        [
            change("modules-to-fp32", "variants.onnx.modules", variant="onnx", modules=("lm_head", "fc1")),
            change("license-changed", "metadata.license", old="mit", new="apache-2.0"),
            change("tags-new", "metadata.tags", tags=("int8",)),
            WORSE,
        ]
    )
    assert headline(Comparison("model", "old", "new", changes)) == (
        "onnx F1 (macro) 0.9108 → 0.9021, license mit → apache-2.0, two modules of onnx newly FP32: lm_head, fc1, "
        "and 1 more"
    )
    assert counts(changes) == "2 breaking, 1 notable, 1 note"


def test_a_headline_of_nothing_says_so_and_never_of_a_comparison_that_failed() -> None:
    assert headline(Comparison("model", "old", "new", ())) == "no changes"
    failed = Comparison("model", "old", "new", (), "the evidence\nis damaged")
    assert headline(failed) == "could not be compared: the evidence is damaged"


@pytest.mark.parametrize("text", ["{old}", "{0}", "a\nb", "{old.__class__}", "x" * 10_000])
def test_what_others_wrote_is_no_template_and_no_second_line(text: str) -> None:
    for told in (
        change("title-changed", "title", old="Before", new=text),
        change("prose-new", "prose.summary", section="summary", text=text),
        change("lint-error-new", "findings.rule", finding="rule", message=text),
        change("modules-to-fp32", "variants.onnx.modules", variant="onnx", modules=(text,)),
        change("metadata-changed", "metadata.widget", key="widget", old=text, new=None),
    ):
        assert "\n" not in sentence(told)
        assert len(sentence(told)) < 1000
        assert "\n" not in brief(told)


def test_old_and_new_are_told_apart() -> None:
    assert values(change("score-worse", "variants.a.accuracy", old=0.91081, new=0.91084)) == ("0.91081", "0.91084")
    assert values(change("size-grew", "variants.a.size", old=74_660_000, new=74_660_001)) == (
        "74660000 bytes",
        "74660001 bytes",
    )
    assert values(change("tags-new", "metadata.tags", tags=("a",))) is None


def test_what_changed_is_named_for_a_table() -> None:
    assert subject(WORSE) == "onnx F1 (macro)"
    assert subject(change("license-gone", "metadata.license", value="mit")) == "license"
    assert subject(change("version-raised", "environments.torch", package="torch", old="1", new="2")) == "torch"
    assert subject(change("size-grew", "variants.onnx.size", variant="onnx", old=1, new=2)) == "onnx size"
