"""Does a table that compares a model with its baseline have a column of the baseline?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.document import Cell, Table
from cardgen.inherit.facts.numbers import read_cell
from cardgen.inherit.facts.words import is_derived, names_model, quantity_of
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.quantities import lower_prose
from cardgen.patterns import regex

_SCHEME = regex(
    r"(?<![a-z0-9])(?<!un)(?<!non-)(?:int[ -]?[48]|fp8|[qw]\d+a\d+|awq|gptq|nvfp4|mxfp4|[48][ -]?bits?"
    r"|(?<!not )quanti[sz]ed)(?![a-z0-9])"
)
_MANNER = regex(r"static|dynamic|qat|ptq|onnx|pytorch|openvino|per[-_ ]channel|kv")
_COMPARED = regex(
    r"(?:compar\w{1,6}|against|versus|\bvs\b|relative to)[^.\n]{0,60}"
    r"\b(?:unquantized|un-quantized|non-quantized|original|full[- ]precision|fp32|bf16|fp16|base|baseline)\b"
)
_RECOVERY = regex(r"recovery|retention|\bdrop\b|\bdelta\b|Δ|degradation")


def _lines(table: Table) -> list[tuple[Cell, ...]]:
    """Its header and its rows; of a table in HTML that marks no header, the first row is it."""
    return [line for line in (table.header, *table.rows) if line]


def _models(table: Table) -> list[Cell]:
    """Heads of the columns that hold figures of models; empty where some are of anything else."""
    found = []
    header, *rows = _lines(table)
    for index, head in enumerate(header):
        cells = [row[index] for row in rows if index < len(row)]
        if index and cells and all(read_cell(cell.text) for cell in cells) and not is_derived(head.text):
            if quantity_of(head.text) is not None:
                return []
            found.append(head)
    return found


def _check(subject: Subject) -> Iterator[Found]:
    compared = _COMPARED.search(lower_prose(subject.document)) is not None
    for block in subject.document.blocks:
        models = _models(block) if isinstance(block, Table) and len(_lines(block)) > 1 else []
        if len(models) != 2 or not isinstance(block, Table):
            continue
        first, second = (head.text.strip().lower() for head in models)
        if first == second and names_model(first):
            message = f"both columns of the table are headed `{models[1].text.strip()}`: nobody knows which is whose"
            yield Found(models[1].span, message, "head each with the model that it is of")
            continue
        schemes = [set(_SCHEME.findall(head)) for head in (first, second)]
        manners = [set(_MANNER.findall(head)) for head in (first, second)]
        alike = schemes[0] <= schemes[1] or schemes[1] <= schemes[0]  # `quantized` beside `quantized.w8a8`
        if not all(schemes) or not alike or manners[0] != manners[1]:
            continue
        if compared or any(_RECOVERY.search(head.text.lower()) for head in _lines(block)[0]):
            message = (
                f"the table compares with a baseline, and both its columns are headed as quantized models: "
                f"`{models[0].text.strip()}` and `{models[1].text.strip()}`"
            )
            yield Found(models[0].span, message, "head the baseline's column with the unquantized model's name")


RULES: tuple[Rule, ...] = (
    Rule("baseline-column", "warning", "A comparison of which neither column is the baseline's.", _check),
)
