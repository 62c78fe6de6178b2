"""What a card states: figures, claims, code and citations, each with its place."""
