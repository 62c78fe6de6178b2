"""What a push changes in meaning: publishing is told by whoever compares cards, and imports none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.manifest.model import LoadedManifest
    from cardgen.publish.hub import Hub
    from cardgen.publish.meaning import Meaning, Tell


def against_the_hub(hub: Hub, log: Callable[[str], None]) -> Tell:
    """Compares cards with those that ``hub`` holds; ``log`` hears where one cannot be compared."""

    def tell(loaded: LoadedManifest, commit: str) -> Meaning | None:
        from cardgen.errors import CardgenError
        from cardgen.publish.meaning import Meaning
        from cardgen.review.compared import diff, project_settings
        from cardgen.review.diff.formats.markdown import as_markdown
        from cardgen.review.diff.words import headline

        there = f"{loaded.manifest.repo_id}@{commit}"
        try:
            comparison = diff(f"hub:{there}", loaded.path, project_settings().severities, hub=lambda: hub)
        except CardgenError as error:
            log(f"{there}: what changes in meaning cannot be told: {error.message}")
            return None
        if comparison.error is not None or not comparison.changes:
            return None
        rest = f"cardgen diff hub:{loaded.manifest.repo_id} {loaded.path}"
        return Meaning(headline(comparison), as_markdown((comparison,), rest=rest))

    return tell
