from __future__ import annotations

from cardgen.review.diff.facts.findings import of_text

CARD = "---\nlicense: mit\n---\n# gull\n\n{}[More Information Needed]\n\n## A\n\nmore information needed\n"


def test_a_fault_whose_other_lines_move_is_the_same() -> None:
    before, after = of_text(CARD.format("")), of_text(CARD.format("A line more.\n\n"))
    assert before == after
    assert "once more" not in "".join(remark.message for remark in before)
