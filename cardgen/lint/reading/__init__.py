"""What rules share: the parts and figures of a card, read once."""
