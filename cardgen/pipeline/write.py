"""Puts a card, its evidence and its leaderboard file where they belong."""

from __future__ import annotations

from cardgen.card.assemble import CardPlace, leaderboard_files
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import StepError
from cardgen.manifest.model import LoadedManifest
from cardgen.records.atomic import remove_unfinished, write_atomically
from cardgen.records.evidence import Evidence


def write_card(loaded: LoadedManifest, place: CardPlace, text: str, evidence: Evidence, evidence_text: str) -> None:
    """Write what the Hub is to show, each file at once or not at all.

    Raises:
        StepError: where the folder cannot be written.
    """
    beside = leaderboard_files(loaded, evidence)
    for folder in (place.folder, place.folder / EVAL_RESULTS):
        remove_unfinished(folder)
    try:
        write_atomically(place.evidence, evidence_text)
        write_atomically(place.readme, text)
        for path, content in beside.items():
            write_atomically(place.folder / path, content)
        if not beside:
            (place.folder / EVAL_RESULTS / f"{loaded.name}.yaml").unlink(missing_ok=True)
    except OSError as error:
        raise StepError(
            f"the card cannot be written to {place.folder}: {error.strerror}",
            remedy="Finished steps are kept in .cardgen/: the next build only writes the card.",
        ) from error
