"""Where the two sides of a comparison come from: folders, revisions of git, the Hub.

``named.py`` reads the side that somebody names, ``between.py`` all that differ between two states of a repository.
Both read a :class:`~cardgen.review.state.State` by ``read.py``, from files on the disk or in a commit (``files.py``).
To add a kind of place: a class with the methods of ``Files``, and its name in ``named.py``.
"""
