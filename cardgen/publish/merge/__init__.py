"""Three ways: the card as cardgen last rendered it, as people edited it on the Hub, and as cardgen renders it now.

Pure, but for ``base``, which looks for the first of the three on the Hub. ``card`` merges whole cards: ``sections`` and
``front_matter`` take them apart, ``arrangement`` says which parts belong together and in which order they stand,
``lines`` merges the lines of one part, and ``generated`` says which edits of a part cannot stand, since figures come
from evidence.
"""
