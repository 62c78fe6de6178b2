"""What a card says in numbers, for a line of a table: the figures of its variants, and how a loss is drawn."""
