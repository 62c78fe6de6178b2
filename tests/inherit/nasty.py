"""Hypothesis strategies: cards that nobody would write on purpose."""

from __future__ import annotations

from hypothesis import strategies as st

_BITS = [
    *("\n", "\n", "\r\n", "\r", " ", "  ", "    ", "\t", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\ufeff"),
    *("---", "--- ", "---\n", "===", "=", "# ", "## ", "#", "- ", "* ", "1. ", "> ", ">", "***"),
    *("```", "``` ", "```python\n", "~~~", "`", "|", "| ", "|---|", "| --- | --- |", "| a | b |", "\\|", "\\"),
    *("<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", "<!--", "-->", "<div>", "<br>", "[a]: b", "[a]"),
    *("a", "b: c", "key: ", "license: mit", "model-index:", "tags:", "'", '"', "{", "}", "[", "]", "&amp;", "*", "_"),
    *("This is", "import x", "x = 1", "é", "😀", "someone's picture", "1234567", "someone HF staff"),
]

fragments = st.lists(st.sampled_from(_BITS), max_size=40).map("".join) | st.text(max_size=60)
one_line = fragments.map(lambda text: text.replace("\n", " ").replace("\r", " "))

cards = st.one_of(
    fragments,
    one_line.map("--- license: mit tags: - a --- # A {}".format),
    fragments.map("|\n--- |\n|\nlicense: mit |\n|\n--- |\n|\n{}".format),
    st.lists(one_line, max_size=9).map(lambda lines: "".join(f"|\n{line} |\n" for line in lines)),
    st.builds("someone's picture\n{}\n1234567\n---\nlicense: mit\n---\n{}".format, one_line, fragments),
)
