"""Tables of a model card (Mitchell et al., 2019, section 4) to the sections of a manifest's ``details``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cardgen.catalog.licenses import LICENSES
from cardgen.inherit.document import Cell, Table
from cardgen.inherit.manifest_text import Entry
from cardgen.patterns import regex

_TOP: Mapping[str, str] = {
    "model authors company": "authors",
    "model authors": "authors",
    "authors": "authors",
    "developers": "authors",
    "person or organization developing model": "authors",
    "date": "date",
    "model date": "date",
    "version": "version",
    "model version": "version",
    "type": "type",
    "model type": "type",
    "paper or other resources": "resources",
    "paper or other resource for more information": "resources",
    "resources": "resources",
    "questions or comments": "contact",
    "where to send questions or comments about the model": "contact",
    "contact": "contact",
}
_INTENDED_USE = {
    "primary intended uses": "primary_uses",
    "primary uses": "primary_uses",
    "primary intended users": "primary_users",
    "primary users": "primary_users",
    "out of scope uses": "out_of_scope",
    "out of scope use cases": "out_of_scope",
    "out of scope use": "out_of_scope",
}
_FACTORS = {
    "groups": "groups",
    "instrumentation": "instrumentation",
    "environment": "environment",
    "environments": "environment",
    "card prompts": "card_prompts",
}
_METRICS = {
    "model performance measures": "performance_measures",
    "performance measures": "performance_measures",
    "decision thresholds": "decision_thresholds",
    "approaches to uncertainty and variability": "uncertainty",
    "variation approaches": "uncertainty",
}
_DATA = {
    "datasets": "datasets",
    "dataset": "datasets",
    "motivation": "motivation",
    "preprocessing": "preprocessing",
    "pre processing": "preprocessing",
}
_ANALYSES = {
    "unitary results": "unitary",
    "intersectional results": "intersectional",
    "intersectional result": "intersectional",
}
_ETHICS = {
    "data": "data",
    "sensitive data": "data",
    "human life": "human_life",
    "mitigations": "mitigations",
    "risks and harms": "risks_and_harms",
    "use cases": "use_cases",
    "fraught use cases": "use_cases",
}
_SECTIONS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "model detail": (("",), _TOP),
    "model details": (("",), _TOP),
    "intended use": (("intended_use",), _INTENDED_USE),
    "intended uses": (("intended_use",), _INTENDED_USE),
    "factors": (("factors",), _FACTORS),
    "metrics": (("metrics",), _METRICS),
    "evaluation data": (("evaluation_data",), _DATA),
    "training data": (("training_data",), _DATA),
    "training and evaluation data": (("evaluation_data", "training_data"), _DATA),
    "evaluation and training data": (("evaluation_data", "training_data"), _DATA),
    "quantitative analyses": (("quantitative_analyses",), _ANALYSES),
    "ethical considerations": (("ethical_considerations",), _ETHICS),
}
_ORDER = ("", "intended_use", "factors", "metrics", "evaluation_data", "training_data", "quantitative_analyses")
_CAVEATS = {"caveats and recommendations", "caveats", "recommendations"}
_NOTHING = regex(r"[-–—\s]*|n/?a|none\.?", re.IGNORECASE)
_WORDS = regex(r"[^a-z0-9]+")


@dataclass
class Details:
    """What was found so far: section (empty for the top) and field to the text."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)

    def entries(self) -> list[Entry]:
        """As a manifest's ``details``."""
        top = [Entry(name, text) for (section, name), text in self.values.items() if section == "" != name]
        caveats = [entry for entry in top if entry.key == "caveats"]
        lines = [entry for entry in top if entry.key != "caveats"]
        for section in dict.fromkeys([*_ORDER, *(section for section, _ in self.values)]):
            below = [Entry(name, text) for (where, name), text in self.values.items() if where == section]
            if section and below:
                lines.append(Entry(section, below))
        return lines + caveats


def take_table(table: Table, details: Details, license_id: str | None) -> tuple[int, ...] | None:
    """Take the rows of a table of details over.

    Args:
        table: any table.
        details: takes the rows.
        license_id: the licence that the front matter gives, which a row may repeat.

    Returns:
        The indices of the rows that could not be taken; ``None`` where the table is of something else.
    """
    title = _plain(table.header[0].text) if table.header else ""
    if title in _CAVEATS and len(table.header) <= 2 and all(len(row) == 1 for row in table.rows):
        texts = [_one_line(row[0].markdown) for row in table.rows]
        return () if _put(details, ("", "caveats"), " ".join(texts)) else tuple(range(len(table.rows)))
    if title not in _SECTIONS or len(table.header) != 2:
        return None
    sections, fields = _SECTIONS[title]
    left = []
    for index, row in enumerate(table.rows):
        label = _plain(row[0].text)
        if label in ("license", "licence") and len(row) == 2 and _same_license(row[1].text, license_id):
            continue
        name = fields.get(label) if len(row) == 2 else None
        put = name is not None and [_put(details, (section, name), _one_line(row[1].markdown)) for section in sections]
        if not put or not all(put):
            left.append(index)
    return tuple(left)


def table_rest(table: Table, rows: Sequence[int]) -> str:
    """A table of only some rows of another."""
    if not rows:
        return ""
    lines = [table.header, *(table.rows[index] for index in rows)]
    shown = ["| " + " | ".join(cell.markdown for cell in line) + " |" for line in lines]
    return "\n".join([shown[0], "|" + " --- |" * len(table.header), *shown[1:]]) + "\n\n"


def silent_rows(table: Table) -> tuple[Cell, ...]:
    """The labels of rows that say nothing, such as ``-``."""
    return tuple(row[0] for row in table.rows if len(row) == 2 and row[0].text and _NOTHING.fullmatch(row[1].text))


def _same_license(text: str, license_id: str | None) -> bool:
    names = {license_id or "", LICENSES.get(license_id or "", "")}
    return _plain(text).removesuffix(" license") in {_plain(name).removesuffix(" license") for name in names if name}


def _put(details: Details, place: tuple[str, str], text: str) -> bool:
    if _NOTHING.fullmatch(text):
        return True
    if place in details.values:
        return details.values[place] == text
    details.values[place] = text
    return True


def _plain(text: str) -> str:
    return _WORDS.sub(" ", text.lower()).strip()


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\|", "|").split())
