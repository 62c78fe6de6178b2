"""What a manifest says of a card: only what it says whole may be left out of the new card's text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from cardgen.inherit.document import Table
from cardgen.inherit.importer.tokens import marks
from cardgen.patterns import regex

_WORD = regex(r"[^\W\d_]+")
_ADDRESS = regex(
    r"\]\(\s*<?(?P<link>[^()\s<>]+)|\b(?:href|src)\s*=\s*[\"']?(?P<tag>[^\"'\s>]+)|(?P<bare>https?://[^\s<>()\"'\]]+)"
)
_HUB = regex(r"https?://(?:www\.)?(?:huggingface|hf)\.co/(?:datasets/)?")
_ROUNDED = regex(r"isn['’]t divisible exactly")
"""Why more samples were seen than asked for; any other "not" turns round what is said."""
_APART = "\n>\n"
"""Between cells that are asked at once: no mark, link or word goes on behind it."""
_TERMS = frozenset(
    _WORD.findall(
        """a above acc accuracy after all an and any are as asked at average avg back baseline batch be below
        benchmark benchmarked benchmarks both but by calibrated calibration come comes comparison config
        configuration data dataloader dataset datasets default description dev difference divisible during dynamic
        dynamically each eval evaluated evaluation every exact exactly examples fall fallback fallbacked fallbacks
        falls file files fine finetuned fixed float following footprint for format fp from full g gb gib given
        gives has have here in input int into is it its k kb keep keeps kept latency layer layers length less
        linear loss losses lower m match max mb mean measure measured median meet meets metric metrics mib min
        model models module modules more most ms name none number of on onnx or original other our parameter
        parameters per percent performance precision pytorch quantised quantization quantized reached reaches real
        relative remain remains result results row rows run runs runtime s same sample samples sampling score
        scored scores sec second seconds seen sequence set shown shows size so split static statically stay stays
        table tables tag taken task test than that the their them then there these they this through throughput
        time times to torch total train training tuned tuning type types under validation value values variant
        variants version versions via was we weight weights were where which while with within"""
    )
)
"""Words in which the new card says itself what a table or a sentence of figures, calibration or fallback says."""


class Known:
    """What the entries of a manifest say, to be asked whether it is all that a text says.

    Args:
        manifest: all of it, written.
        figures: of it, all but texts of people and front matter.
        repositories: ids whose pages on the Hub the new card links.
        title: the new card's.
    """

    def __init__(self, manifest: str, figures: str, repositories: Sequence[str], title: str) -> None:
        self._manifest = manifest
        self._figures = figures
        self._repositories = repositories
        self._title = title

    @cached_property
    def marks(self) -> frozenset[str]:
        """Its numbers, ids and names of modules."""
        return marks(self._manifest)

    @cached_property
    def _title_marks(self) -> frozenset[str]:
        return marks(self._title)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self._figures.lower())) | _TERMS

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return frozenset([*_addresses(self._manifest), *self._repositories])

    def has_marks(self, text: str, besides: str = "") -> bool:
        """Whether every number, id and module name of a text is in the manifest, or in another text."""
        missing = marks(text) - self.marks
        return not missing or missing <= marks(besides)

    def names(self, heading: str) -> bool:
        """Whether every number, id and module name of a heading is in the manifest or in the new card's title."""
        return marks(heading) - self.marks <= self._title_marks

    def says(self, markdown: str, shown: str | None = None) -> bool:
        """Whether the manifest says all that a text does: its marks, its words, and where its links lead.

        Args:
            markdown: the text as written.
            shown: what a reader sees of it, where that is something else.
        """
        if not self.has_marks(markdown) or not _addresses(markdown) <= self._addresses:
            return False
        plain = (_ADDRESS.sub(" ", markdown) if shown is None else shown).lower()
        return all(word in self._words for word in _WORD.findall(_ROUNDED.sub(" ", plain)))

    def says_table(self, table: Table) -> bool:
        """Whether the manifest says all that a table's cells do."""
        cells = [cell for row in (table.header, *table.rows) for cell in row]
        return self.says(_APART.join(cell.markdown for cell in cells), _APART.join(cell.text for cell in cells))


def _addresses(text: str) -> frozenset[str]:
    """Where a text's links lead: pages of the Hub by the id of their repository."""
    if not ("](" in text or "=" in text or "://" in text):  # as in most cells of tables
        return frozenset()
    found = (match["link"] or match["tag"] or match["bare"] for match in _ADDRESS.finditer(text))
    return frozenset(_HUB.sub("", address).rstrip("/.,;:") for address in found)
