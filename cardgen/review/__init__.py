"""For people: is a card what its manifest and evidence say, and what changed?"""
