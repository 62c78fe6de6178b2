from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import CardgenError, DecisionsError, FindingsError
from cardgen.manifest.load import load_manifest
from cardgen.review.decisions.decide import decide_on
from cardgen.review.decisions.decision import Verdict
from cardgen.review.decisions.reviewed import Approval, reviewed
from cardgen.review.decisions.since import review_since
from cardgen.review.sides.files import Disk
from cardgen.review.sides.read import of_manifest
from tests.review.repository import AUTHOR, CardRepository

MANIFEST = Path("manifests/two.yaml")


def approval() -> Approval:
    return reviewed(load_manifest(MANIFEST))


def refusal(kind: type[CardgenError] = FindingsError) -> str:
    with pytest.raises(kind) as caught:
        approval()
    return str(caught.value)


def decide(verdict: Verdict = "accepted", *fingerprints: str) -> None:
    decide_on(review_since("HEAD"), fingerprints or None, verdict, reason="so it is")


@pytest.fixture
def changed(repository: CardRepository) -> CardRepository:
    repository.card("two", {"onnx": 0.5}, metadata={"license": "mit"})
    return repository


def fingerprints() -> list[str]:
    (card,) = review_since("HEAD").cards
    return [change.fingerprint for change in card.comparison.changes]


def test_a_card_as_it_was_accepted_is_reviewed(changed: CardRepository) -> None:
    assert "reviews/two.yaml holds no decision that ended a review of two" in refusal()
    decide()
    assert approval() == Approval((AUTHOR,), of_manifest(Disk(), MANIFEST).sha256)


def test_a_commit_changes_nothing_about_that(changed: CardRepository) -> None:
    decide()
    changed.commit()
    changed.git("branch", "--move", "merged")
    assert approval().by == (AUTHOR,)


@pytest.mark.parametrize("name", ["manifest", "evidence", "card"])
def test_whatever_moves_must_be_reviewed_anew(changed: CardRepository, name: str) -> None:
    decide()
    paths = {"manifest": "manifests/two.yaml", "evidence": "cards/two/evidence.json", "card": "cards/two/README.md"}
    place = changed.folder / paths[name]
    place.write_text(place.read_text() + "\n", encoding="utf-8")
    assert f"two is not as it was when its review ended: {name} changed since" in refusal()


def test_ends_of_lines_are_no_matter(changed: CardRepository) -> None:
    decide()
    place = changed.folder / "cards/two/README.md"
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert approval().by == (AUTHOR,)


def test_a_review_that_did_not_end_is_none(changed: CardRepository) -> None:
    (card,) = review_since("HEAD").cards
    waits = [change.fingerprint for change in card.comparison.changes if card.is_open(change)]
    assert len(waits) > 1
    decide("accepted", waits[0])
    refusal()
    decide("accepted", *waits[1:])
    assert approval().by == (AUTHOR,)


def test_what_is_rejected_later_is_reviewed_no_longer(changed: CardRepository) -> None:
    decide()
    decide("rejected", fingerprints()[-1])
    refusal()
    decide("accepted", fingerprints()[-1])
    assert approval().by == (AUTHOR,)


def test_a_card_that_is_not_built_cannot_have_been_reviewed(repository: CardRepository) -> None:
    repository.manifest("three")
    with pytest.raises(FindingsError, match="there is no evidence and no card that could have been reviewed"):
        reviewed(load_manifest(Path("manifests/three.yaml")))


def test_faulty_decisions_are_told(changed: CardRepository) -> None:
    decide()
    changed.write("reviews/two.yaml", "=======\n")
    assert "is a line that git left there" in refusal(DecisionsError)
