"""A manifest from somebody's card: what was understood as keys, the rest as prose."""
