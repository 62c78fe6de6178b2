"""Writes every golden file anew: ``make regen``, then read the diff."""

from __future__ import annotations

from tests.card.test_families import regen_families
from tests.card.test_golden import regen_cards
from tests.manifest.test_errors import regen_errors

if __name__ == "__main__":
    regen_cards()
    regen_families()
    regen_errors()
