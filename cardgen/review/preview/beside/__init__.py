"""A card as it was beside the card as it is.

``passages.py`` finds what stands for what, and ``marks.py`` marks the words, pictures and cells in which both differ.
"""
