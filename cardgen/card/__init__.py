"""Records to card: pure, and without anything that measures."""
