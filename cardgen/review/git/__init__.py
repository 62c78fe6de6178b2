"""What git is told of evidence and cards: how to show the one, and how to merge both.

``readable.py`` is what ``git diff`` compares; ``merge.py`` merges evidence record by record, ``cards.py`` what is made
from it, ``decisions.py`` what was decided on changes of it; ``install.py`` writes all of them into git's configuration.
git starts them, in whatever folder that is in, and they must never lose what a side held: what cannot be merged stays
as a conflict of both.
"""
