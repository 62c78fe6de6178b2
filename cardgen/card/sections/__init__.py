"""What each part of a card says: one file a part, which ``cardgen.card.build`` calls and a template lays out."""
