"""A short soak; the long one is a row of ``make bench``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.publish.soak import Soak

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.mark.parametrize(("seed", "chance"), [(1, 0.05), (2, 0.2)])
def test_nothing_is_lost_doubled_or_half_done(hub: HubServer, tmp_path: Path, seed: int, chance: float) -> None:
    counts = Soak(hub, tmp_path / "soak", seed=seed, chance=chance).run(20)
    assert counts.wrong == dict.fromkeys(counts.wrong, 0), counts
    assert counts.outcomes["pushed"]
    assert counts.edits
    assert counts.faults
