"""What the Hub makes of a card: one file per part of its page."""
