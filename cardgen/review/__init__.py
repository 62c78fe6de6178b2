"""For people: is a card what its manifest and evidence say?"""
