"""A whole fleet of cards in one table, and what a newer environment would measure anew; pure, from evidence."""
