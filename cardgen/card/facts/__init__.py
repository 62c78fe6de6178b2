"""What is known: records joined by variant, and whether figures can be true together.

A new kind of result is a field in ``observed.py``, filled in ``gather.py``; a new contradiction between figures is a
function in ``consistency.py``.
"""
