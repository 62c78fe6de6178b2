"""Records to card: pure, and without anything that measures.

``facts/`` joins what is known, ``sections/`` and ``metadata/`` say it in the terms of ``words/``, ``build`` decides and
``render`` lays out. A new part of a card is a file in ``sections/``, a field of ``model.py`` and a line in a template.
"""
