"""Is a card true and whole? Works on any card, cardgen's own or not.

``engine`` runs the rules that ``registry`` names: ``rules/`` holds them, one file per family, and ``reading/`` what
they share. A new family is a file in ``rules/`` and a line in ``registry``.
"""
