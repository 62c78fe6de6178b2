"""What a push changes in meaning: publishing is told by whoever compares cards, and imports none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.cli.published import Published
    from cardgen.manifest.model import LoadedManifest
    from cardgen.publish.meaning import Meaning, Tell


def against_the_hub(published: Published, log: Callable[[str], None]) -> Tell:
    """Compares cards with those that are ``published``; ``log`` hears where one cannot be compared."""

    def tell(loaded: LoadedManifest, commit: str) -> Meaning | None:
        from cardgen.errors import CardgenError
        from cardgen.publish.meaning import Meaning
        from cardgen.review.diff.compare import compare
        from cardgen.review.diff.formats.markdown import as_markdown
        from cardgen.review.diff.words import headline
        from cardgen.review.settings import read_settings
        from cardgen.review.sides.files import Disk
        from cardgen.review.sides.read import of_manifest

        repo_id = loaded.repo_id
        try:
            here = of_manifest(Disk(), loaded.path)
            severities = read_settings(Disk(), loaded.root).severities
            comparison = compare(published.at(repo_id, commit), here, severities)
        except CardgenError as error:
            log(f"{repo_id}@{commit}: what changes in meaning cannot be told: {error.message}")
            return None
        if comparison.error is not None or not comparison.changes:
            return None
        rest = f"cardgen diff hub:{repo_id} {loaded.path}"
        return Meaning(headline(comparison), as_markdown((comparison,), rest=rest))

    return tell
